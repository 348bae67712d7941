import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LinkState } from '../../labs/schema/index.ts';
import type { BankView } from '../shared/contracts/banks.ts';
import type { PowerAction } from '../shared/contracts/console.ts';
import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import { createMachine, JOURNAL_FILE, readSnapshotFile, skipCountdown, writeSnapshotFile } from '../vm/index.ts';
import type { HostImage, Machine, MachineSnapshot, MachineSpec, MachineStart, MachineState } from '../vm/types.ts';
import { linkedController } from './abort.ts';
import { BankReader } from './banks.ts';
import { type Forward, type ForwardRequest, openForward } from './forward.ts';
import { Links } from './links.ts';

export interface HostIdentity {
  name: string;
  memoryMiB: number;
  /** `vlan`, `mtu`: of the switch port; a trunk with the network's MTU when absent. `link`: at the start. */
  nics: {
    name: string;
    mac: string;
    network: string;
    vlan?: number | undefined;
    mtu?: number | undefined;
    link: LinkState;
  }[];
  uuid: string;
  rootPassword: string;
}

export interface HostEnvironment {
  workerFile: string;
  /** Folder of this host's disk journal and save; absent: nothing is kept. */
  storageDir?: string | undefined;
  /** Plugs a new machine's link into the session's wire; undone when the machine goes. */
  plugIn(machine: Machine): Disposable;
  onState(state: MachineState): void;
  onProblem(error: Error): void;
}

/** How long a restored host may take to answer, and a cold one to start. */
const RESTORE_TIMEOUT_MS = 30_000;
const BOOT_TIMEOUT_MS = 240_000;
const READ_TIMEOUT_MS = 10_000;
const BOOT_BANK = '/bootbank';
/** zstd level of saves: they are written every few seconds. */
const QUICK_LEVEL = 1;
const SAVE_FILE = 'save.snap';
/** A disk newer than the save by more than this starts the host cold. */
const NEWER_DISK_MS = 20_000;
/** What the host image's /etc/shadow was made with. */
export const IMAGE_ROOT_PASSWORD = 'Bootbank1!';

/**
 * One host of a session: its machine, and what the desktop owes it: clock and hardware at every start, its own identity
 * at the first, its saved state between sessions.
 */
export class LabHost {
  readonly identity: HostIdentity;
  readonly image: HostImage;
  private readonly env: HostEnvironment;
  private current: Machine | undefined;
  private readonly links: Links;
  private readonly forwards = new Set<Forward>();
  private listeners = new DisposableStore();
  /** The host is the image's still: it has to be told who it is. */
  private nameless = false;
  /** What the host is told once it is ready after a start; made by whoever sees that first. */
  private introduction: Promise<void> | undefined;
  private bankReader: BankReader | undefined;
  /** Asked of the host at most once a start. */
  private bootVolume: Promise<string> | undefined;

  constructor(identity: HostIdentity, image: HostImage, env: HostEnvironment) {
    this.identity = identity;
    this.image = image;
    this.env = env;
    this.links = new Links(identity.name, identity.nics);
  }

  get name(): string {
    return this.identity.name;
  }

  /** @throws LabError `guest.not-ready` before the first start. */
  get machine(): Machine {
    if (!this.current) throw new LabError('guest.not-ready', `${this.name} has not been started`);
    return this.current;
  }

  get state(): MachineState {
    return this.current?.state ?? 'off';
  }

  /** The identity as it stands now: with the cables as they are plugged. */
  get present(): HostIdentity {
    return { ...this.identity, nics: this.identity.nics.map((nic) => ({ ...nic, link: this.link(nic.name) })) };
  }

  get imageId(): string {
    return this.image.id;
  }

  /** @throws LabError `input.nic` */
  link(nic: string): LinkState {
    return this.links.get(nic);
  }

  /** A fresh host: the image's snapshot, made into this host. Whatever was kept of it before is gone. */
  async startFresh(): Promise<void> {
    await this.clearStorage();
    this.nameless = true;
    await this.adopt({ from: 'image' });
    await this.machine.waitFor('ready', { timeoutMs: RESTORE_TIMEOUT_MS });
    await this.introduced();
  }

  /** A running, starting or stopped machine as it was: a fork, a submission. */
  async startFrom(snapshot: MachineSnapshot): Promise<void> {
    await this.clearStorage();
    this.nameless = false;
    await this.continueFrom(snapshot);
  }

  /**
   * Continues a kept host: from its save when there is a usable one, else by a cold start from its disk, saying why.
   */
  async resume(): Promise<void> {
    const file = this.saveFile();
    if (file) {
      try {
        await this.continueFrom(await this.fittingSave(file));
        return;
      } catch (error) {
        const { code, message } = toErrorData(error);
        if (code !== 'snapshot.missing') {
          this.env.onProblem(new LabError(code, `${this.name} starts from its disk: ${message}`, { cause: error }));
        }
      }
    }
    await this.adopt({ from: 'disk' });
    await this.machine.power('on');
    void skipCountdown(this.machine, BOOT_TIMEOUT_MS);
  }

  /** Writes the save that `resume` continues from. A host that is not running keeps its disk alone. */
  async save(): Promise<void> {
    const file = this.saveFile();
    if (!file || !this.current) return;
    if (this.state !== 'ready' && this.state !== 'starting') {
      await rm(file, { force: true });
      return;
    }
    await writeSnapshotFile(file, await this.current.snapshot(), QUICK_LEVEL);
  }

  snapshot(): Promise<MachineSnapshot> {
    return this.machine.snapshot();
  }

  async power(action: PowerAction): Promise<void> {
    await this.machine.power(action);
  }

  waitFor(state: 'ready' | 'off', timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return this.machine.waitFor(state, { timeoutMs, ...(signal ? { signal } : {}) });
  }

  /**
   * Off and on again through the plug or the guest.
   *
   * @param options.onTheWay What is done at the consoles before the host is left to itself.
   * @param options.toServices false: it need not get further than that.
   */
  async restart(
    how: 'reboot' | 'power-cycle',
    options: { signal?: AbortSignal | undefined; onTheWay?: () => Promise<void>; toServices?: boolean } = {},
  ): Promise<void> {
    if (how === 'power-cycle') {
      await this.machine.power('off');
      await this.machine.power('on');
    } else {
      await this.machine.power('reboot');
    }
    await options.onTheWay?.();
    if (options.toServices ?? true) await this.hurry(BOOT_TIMEOUT_MS, options.signal);
  }

  /** Waits until the services are up, pressing ENTER at the boot loader's countdown. */
  async hurry(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const arrived = linkedController(signal);
    void skipCountdown(this.machine, timeoutMs, arrived.signal);
    try {
      await this.waitFor('ready', timeoutMs, signal);
    } finally {
      arrived.abort();
    }
    await this.introduced();
  }

  /** @throws LabError `input.nic` */
  async setLink(nic: string, change: Partial<LinkState>): Promise<LinkState> {
    const { up } = this.link(nic);
    const state = this.links.change(nic, change);
    if (state.up !== up && this.state === 'ready') await this.setHardware();
    return state;
  }

  async forward(request: ForwardRequest): Promise<Forward> {
    const forward = await openForward(this.machine.guest, request);
    this.forwards.add(forward);
    return forward;
  }

  /** Both boot banks as they are on the disk now. @throws LabError of the disk readers. */
  async banks(): Promise<BankView[]> {
    this.bankReader ??= new BankReader(this.machine.disk);
    return this.bankReader.read(await this.runningVolume());
  }

  async close(): Promise<void> {
    for (const forward of this.forwards) forward.dispose();
    this.forwards.clear();
    this.listeners.dispose();
    const machine = this.current;
    this.current = undefined;
    await machine?.close();
  }

  /** One whose services were up is back when they answer; one that stood in its boot loader stands there again. */
  private async continueFrom(snapshot: MachineSnapshot): Promise<void> {
    await this.adopt({ from: 'snapshot', snapshot });
    if (!snapshot.header.ready) return;
    await this.machine.waitFor('ready', { timeoutMs: RESTORE_TIMEOUT_MS });
    await this.introduced();
  }

  private async adopt(start: MachineStart): Promise<void> {
    await this.close();
    const { storageDir } = this.env;
    if (storageDir) await mkdir(storageDir, { recursive: true });
    const spec: MachineSpec = {
      name: this.name,
      image: this.image,
      memoryMiB: this.identity.memoryMiB,
      nics: this.identity.nics.map(({ name, mac }) => ({ name, mac })),
      ...(storageDir ? { storageDir } : {}),
    };
    const machine = await createMachine(spec, start, { workerFile: this.env.workerFile });
    this.current = machine;
    this.introduction = undefined;
    this.bankReader = undefined;
    this.bootVolume = undefined;
    this.listeners = new DisposableStore();
    this.listeners.add(this.env.plugIn(machine));
    let seen = machine.state;
    this.listeners.add(
      machine.onState((state) => {
        const restarted = state === 'ready' && seen !== 'ready';
        seen = state;
        if (restarted) this.introduced().catch((error) => this.env.onProblem(error));
        else if (state !== 'ready') {
          this.introduction = undefined;
          this.bootVolume = undefined;
        }
        this.env.onState(state);
      }),
    );
    this.listeners.add(machine.onProblem((error) => this.env.onProblem(error)));
    this.env.onState(machine.state);
  }

  /** UUID of the bank that this start came from: it stays so until the next one. */
  private async runningVolume(): Promise<string | undefined> {
    if (this.state !== 'ready') return undefined;
    this.bootVolume ??= this.machine.guest
      .exec({ command: `readlink ${BOOT_BANK}`, timeoutMs: READ_TIMEOUT_MS })
      .then(({ stdout }) => path.posix.basename(Buffer.from(stdout).toString('utf8').trim()));
    return this.bootVolume.catch(() => undefined);
  }

  private introduced(): Promise<void> {
    this.introduction ??= this.introduce();
    return this.introduction;
  }

  /** The guest wakes with the clock of its snapshot and the NICs it last knew; a fresh one learns who it is, too. */
  private async introduce(): Promise<void> {
    await this.machine.guest.setClock(Date.now());
    if (!this.nameless) return this.setHardware();
    const { uuid, rootPassword } = this.identity;
    // Hashing a password costs the guest a second or two: the image has the usual one already.
    const password = rootPassword === IMAGE_ROOT_PASSWORD ? {} : { rootPassword };
    await this.machine.guest.host('identity.set', { uuid, nics: this.hardware(), ...password });
    this.nameless = false;
  }

  private async setHardware(): Promise<void> {
    await this.machine.guest.host('hardware.set', { nics: this.hardware() });
  }

  private hardware(): { name: string; mac: string; up: boolean }[] {
    return this.identity.nics.map(({ name, mac }) => ({ name, mac, up: this.link(name).up }));
  }

  /**
   * The save, made to win over a disk that has moved on by a few seconds since: the memory of an evening is worth more
   * than the last log lines. A disk that is much newer wins: then the app ran on without being able to save.
   */
  private async fittingSave(file: string): Promise<MachineSnapshot> {
    const snapshot = await readSnapshotFile(file, this.image);
    const journal = await stat(path.join(this.env.storageDir!, JOURNAL_FILE)).catch(() => undefined);
    const newerMs = (journal?.mtimeMs ?? 0) - Date.parse(snapshot.header.takenAt);
    if (newerMs > NEWER_DISK_MS) return snapshot;
    const { journal: _mark, ...header } = snapshot.header;
    return { ...snapshot, header };
  }

  private saveFile(): string | undefined {
    return this.env.storageDir && path.join(this.env.storageDir, SAVE_FILE);
  }

  private async clearStorage(): Promise<void> {
    await this.close();
    if (this.env.storageDir) await rm(this.env.storageDir, { recursive: true, force: true });
  }
}
