import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { bootStateOffset } from '../model/boot-config.ts';
import { bootOption, keptSettings, startOrder } from './boot-plan.ts';
import { BootScreen } from './boot-screen.ts';
import { exists, list, readText, writeFile } from './files.ts';
import { keepReportingBootDone, waitForHostd } from './hostd-client.ts';
import { mountKernelFileSystems, mountVolumes, unmountVolumes } from './init-mounts.ts';
import { Children, SIGNALS, signalProcess, stayAlive } from './processes.ts';
import { Terminals } from './terminals.ts';

/** First process of the ESXi root: brings the host up in order, then keeps terminals and buries orphans. */
const HOSTD_TIMEOUT_MS = 120_000;
/** supervisor.ts reads these. */
const EXIT = { reboot: 64, poweroff: 65 } as const;
type EndAction = keyof typeof EXIT;
/** The next services need its socket. */
const HOST_AGENT = 'hostd';
/** From its start on the screen is its own. */
const DIRECT_CONSOLE = 'DCUI';

const screen = new BootScreen();
const children = new Children();
const messages: string[] = [];
let terminals: Terminals | null = null;
let ending = false;

// The first process must not end by mistake: whatever goes wrong is told, and the host runs on.
native.setUncaughtHandler((error) =>
  screen.note(`init: ${error instanceof Error ? `${error.message} ${error.stack}` : error}`),
);
stayAlive();
os.signal(SIGNALS.hangUp, () => terminals?.reload());
os.signal(SIGNALS.terminate, () => void end('reboot'));
os.signal(SIGNALS.user1, () => void end('poweroff'));
os.signal(SIGNALS.user2, () => void end('poweroff'));
void start();

async function start(): Promise<void> {
  mountKernelFileSystems((message) => messages.push(message));
  const report = (message: string) => {
    messages.push(message);
    screen.note(message);
  };
  const options = (readText('/var/run/boot-options') ?? '').trim();
  screen.open(readText('/etc/vmware/product')?.trim() ?? 'VMware ESXi');
  screen.step('Mounting volumes', 0.05);
  mountVolumes(bootOption(options, 'bootUUID'), report);
  prepareRoot(options);
  terminals = new Terminals(children);
  const log = os.open('/var/log/sysboot.log', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644);
  await startServices(log);
  await startLocal(log);
  finishUpdate();
  screen.step('Finishing', 1);
  for (const message of messages) noteInLog(log, message);
  if (log >= 0) os.close(log);
  await keepReportingBootDone(HOSTD_TIMEOUT_MS, () =>
    screen.note('The host agent has not answered yet; the host runs without it.'),
  );
}

/** What must be there before the first service: host name, folders of /var, an empty wtmp. */
function prepareRoot(options: string): void {
  const settings = readText('/etc/vmware/esx.conf') ?? '';
  native.setHostname(/^\/adv\/Misc\/HostName = "([^"]+)"/m.exec(settings)?.[1] ?? 'localhost');
  for (const folder of ['/var/run/vmware', '/var/spool', '/var/tmp', '/var/core']) os.mkdir(folder, 0o755);
  native.chmod('/var/tmp', 0o1777);
  writeFile('/var/run/boot-options', `${[...keptSettings(settings, options), options].join(' ')}\n`);
}

async function startServices(log: number): Promise<void> {
  const all = services();
  for (const [index, name] of all.entries()) {
    if (ending) return;
    screen.step(`Running ${name} start`, 0.1 + (0.8 * index) / all.length);
    noteInLog(log, `Running ${name} start`);
    const exitCode = await children.run([`/etc/init.d/${name}`, 'start'], log);
    if (exitCode !== 0) screen.note(`${name} did not start (status ${exitCode})`);
    if (name === DIRECT_CONSOLE) screen.release();
    if (name === HOST_AGENT && exitCode === 0 && !(await waitForHostd(HOSTD_TIMEOUT_MS)))
      screen.note(`${name} does not listen`);
  }
}

function services(): string[] {
  const names = list('/etc/init.d').filter((name) => !name.startsWith('.'));
  const readScript = (name: string) => readText(`/etc/init.d/${name}`) ?? '';
  return startOrder(readText('/etc/chkconfig.db') ?? '', names, readScript, DIRECT_CONSOLE);
}

async function startLocal(log: number): Promise<void> {
  const script = '/etc/rc.local.d/local.sh';
  if (ending || !exists(script)) return;
  screen.step('Running local.sh', 0.93);
  const exitCode = await children.run(['/bin/sh', script], log);
  if (exitCode !== 0) screen.note(`local.sh ended with status ${exitCode}`);
}

/** The first start of a new bank went well: from now on it counts as VALID. */
function finishUpdate(): void {
  const path = '/bootbank/boot.cfg';
  const text = readText(path);
  const offset = text === null ? -1 : bootStateOffset(text);
  if (text === null || offset < 0 || !'12'.includes(text.charAt(offset))) return;
  const fd = os.open(path, os.O_RDWR);
  if (fd < 0) return;
  native.pwrite(fd, native.utf8Encode('0'), 0, 1, offset);
  native.fsync(fd);
  os.close(fd);
}

/** Orderly end: configuration saved, services stopped, volumes unmounted; then the supervisor does what was asked. */
async function end(action: EndAction): Promise<void> {
  if (ending) return;
  ending = true;
  screen.open(readText('/etc/vmware/product')?.trim() ?? 'VMware ESXi');
  screen.step(action === 'reboot' ? 'Restarting the host' : 'Shutting down the host', 0.2);
  const log = os.open('/var/log/sysboot.log', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644);
  await children.run(['/sbin/shutdown.sh', action], log);
  if (log >= 0) os.close(log);
  screen.step('Stopping processes', 0.7);
  terminals?.closeAll();
  signalProcess(-1, SIGNALS.terminate);
  await os.sleepAsync(100);
  signalProcess(-1, SIGNALS.kill);
  await os.sleepAsync(20);
  screen.step('Unmounting volumes', 0.9);
  unmountVolumes();
  std.exit(EXIT[action]);
}

function noteInLog(log: number, text: string): void {
  if (log < 0) return;
  const line = native.utf8Encode(`${new Date().toISOString().slice(0, 19)}Z init: ${text}\n`);
  native.write(log, line, 0, line.byteLength);
}
