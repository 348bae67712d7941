import * as native from 'native';
import * as os from 'os';
import { type Bank, type BankChoice, BOOT_STATE, chooseBank } from '../model/bank-choice.ts';
import { bootOptions, failureLines, moduleFiles } from './boot-plan.ts';
import { link } from './files.ts';
import { LoaderConsole } from './loader-console.ts';
import { findBanks, mendBanks, mountBank, rewriteBootState, unmountBank } from './loader-disk.ts';
import { type MenuContext, type MenuEvent, type MenuState, openMenu, turnMenu } from './loader-menu.ts';
import { menuView, serialLines } from './loader-screen.ts';
import { type ModuleFailure, ModuleLoader } from './module-loader.ts';
import { startSystem } from './supervisor.ts';

const DISK = 'sda';
const MAJOR_VERSION = '5';
const COUNTDOWN_SECONDS = 5;
const TITLE = 'Loading VMware Hypervisor';
const FIRST_BOOT_TITLE = 'Please wait while VMware Hypervisor is initializing...';
/** Between modules the event loop looks for keys. */
const BREATH_MS = 1;

mountEssentials();
const screen = new LoaderConsole();
main();

function main(): void {
  const mended = mendBanks(DISK);
  const banks = findBanks(DISK);
  const choice = chooseBank(banks, MAJOR_VERSION);
  for (const { partition, bootstate } of choice.rewrites)
    rewriteBootState(DISK, banks.find((bank) => bank.partition === partition)!, bootstate);
  const notes = [...mended, ...choice.notes];
  if (choice.boot) bootBank({ ...choice, notes }, choice.boot);
  else stop([...notes, 'No hypervisor found.']);
}

function mountEssentials(): void {
  for (const folder of ['/proc', '/sys', '/dev', '/run']) os.mkdir(folder, 0o755);
  native.mount('proc', '/proc', 'proc', 0, '');
  native.mount('sysfs', '/sys', 'sysfs', 0, '');
  native.mount('devtmpfs', '/dev', 'devtmpfs', 0, '');
  // The host's init makes /dev/ptmx a link into its own devpts, and there is but one devtmpfs: the agent out here needs
  // something for that link to lead to.
  os.mkdir('/dev/pts', 0o755);
  native.mount('devpts', '/dev/pts', 'devpts', 0, 'mode=620,ptmxmode=666');
  link('/proc/self/fd', '/dev/fd');
}

/**
 * Modules are unpacked while the countdown runs: nothing that the menu decides changes them, except another bank. What goes
 * wrong with them is told when the countdown is over, so that recovery mode can be reached before.
 */
function bootBank(choice: BankChoice, bank: Bank, wait = true): void {
  const title = choice.firstBoot ? FIRST_BOOT_TITLE : TITLE;
  const mount = mountBank(DISK, bank.partition);
  if (mount === null) {
    stop([`BANK${bank.partition} can't be read.`, 'Fatal error: 6 (Device error)']);
    return;
  }
  const context: MenuContext = {
    countdownSeconds: wait ? (bank.config.timeoutSeconds ?? COUNTDOWN_SECONDS) : 0,
    options: bootOptions(bank, choice.rollback),
    chosen: bank,
    valid: choice.valid,
  };
  const modules = new ModuleLoader(mount, moduleFiles(bank));
  let state: MenuState = openMenu(context);
  let failure: ModuleFailure | null = null;
  let done = false;
  const announce = () => {
    for (const line of serialLines(menuView(title, 0, state, context))) screen.line(line);
  };
  screen.line(title);
  for (const note of choice.notes) screen.line(note);
  announce();

  const show = () => {
    if (done) return;
    const view = menuView(title, modules.progress, state, context);
    const log = state.mode === 'boot' ? modules.log : view.log.length > 0 ? view.log : choice.notes;
    screen.draw({ ...view, log });
    if (view.footer.length > 0) screen.status(view.prompt ? `> ${view.prompt.text}` : (view.footer[1] ?? ['', ''])[0]);
  };
  const turn = (event: MenuEvent) => {
    const before = state;
    state = turnMenu(state, event, context);
    if (state.mode !== before.mode) announce();
    show();
    advance();
  };
  const second = () => {
    if (done || state.mode === 'boot') return;
    turn({ type: 'second' });
    os.setTimeout(second, 1000);
  };
  const advance = () => {
    if (done) return;
    if (state.mode === 'rollback') {
      unmountBank();
      if (rewriteBootState(DISK, bank, BOOT_STATE.invalid)) {
        done = true;
        rollBack(state.to);
      } else {
        mountBank(DISK, bank.partition);
        turn({ type: 'rollback-failed' });
      }
    } else if (state.mode === 'boot' && failure !== null) {
      done = true;
      failToLoad(failure, modules);
    } else if (state.mode === 'boot' && modules.finished) {
      done = true;
      finish(bank, state.options, modules);
    }
  };
  const work = () => {
    if (done) return;
    failure = modules.step();
    show();
    advance();
    if (failure === null && !modules.finished) os.setTimeout(work, BREATH_MS);
  };

  show();
  screen.listen((key) => turn({ type: 'key', key }));
  os.setTimeout(second, 1000);
  work();
}

function finish(bank: Bank, options: string, modules: ModuleLoader): void {
  for (const line of modules.log) screen.line(line);
  unmountBank();
  screen.close();
  startSystem({ bank, options });
}

/** The default bank has been given up for good; the other one is booted at once. */
function rollBack(to: Bank): void {
  screen.stopListening();
  ModuleLoader.clear();
  // A bank that was waiting for its first start has it now; it was marked so when it was found.
  const firstBoot = to.config.bootstate === BOOT_STATE.upgrading;
  bootBank({ boot: to, valid: [to], rewrites: [], rollback: true, firstBoot, notes: [] }, to, false);
}

function failToLoad(failure: ModuleFailure, modules: ModuleLoader): void {
  stop([...modules.log, ...failureLines(failure)]);
}

/** The end of a boot that can't go on: what happened stays on the screen; only the reset button is left. */
function stop(lines: readonly string[]): void {
  for (const line of lines) screen.line(line);
  screen.draw({ title: TITLE, progress: 0, log: lines, footer: [], prompt: null });
  screen.listen(() => {});
}
