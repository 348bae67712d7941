import type { FramePort } from '../net/frame-port.ts';
import type { ConsoleKind, PowerAction, ScreenView } from '../shared/contracts/console.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { Event } from '../shared/emitter.ts';

/** A built host image on the desktop's disk: see vm-images/build. All files lie in `dir`. */
export interface HostImage {
  /** Recipe name: `esxi`. */
  readonly id: string;
  /** SHA-256 over everything the image is made of; names the cache folder. */
  readonly hash: string;
  readonly dir: string;
  /** Sparse base disk, read-only: format in main/vm/disk/base-disk.ts. */
  readonly diskFile: string;
  /** State of the freshly booted host; absent while the image is being built. */
  readonly snapshotFile?: string;
  readonly biosFile: string;
  readonly vgaBiosFile: string;
}

/** One virtual NIC of a host, as the wire and the guest agree on it. */
export interface NicSpec {
  /** `vmnic0` … in order. */
  readonly name: string;
  /** Lower-case colon form. */
  readonly mac: string;
}

export interface MachineSpec {
  readonly name: string;
  readonly image: HostImage;
  /** A power of two. */
  readonly memoryMiB: number;
  readonly nics: readonly NicSpec[];
  /** Start this Linux kernel instead of what the disk holds: for building images. It can't be restarted. */
  readonly kernel?:
    | { readonly bzImage: Uint8Array; readonly initrd: Uint8Array; readonly commandLine: string }
    | undefined;
  /** Folder for the overlay journal; without it the overlay lives in memory (forks, exec). */
  readonly storageDir?: string;
}

/**
 * off: no power. starting: powered, the agent has not said that start-up is finished. ready: the host's services are up.
 * halted: the guest stopped its CPU for good (shut down). crashed: the emulator died; power on starts from the overlay.
 */
export type MachineState = 'off' | 'starting' | 'ready' | 'halted' | 'crashed';

/** Everything a fork or a saved session needs; `state` is v86's, raw, and empty for a machine that was off. Blocks are whole 4 KiB disk blocks changed since the base. */
export interface MachineSnapshot {
  readonly header: SnapshotHeader;
  readonly state: Uint8Array;
  readonly blocks: { readonly indexes: Uint32Array; readonly data: Uint8Array };
}

export interface SnapshotHeader {
  readonly version: 1;
  readonly engine: string;
  readonly imageId: string;
  readonly imageHash: string;
  readonly memoryMiB: number;
  readonly takenAt: string;
  /** What the NIC multiplexer had learned: see main/net/switch. */
  readonly nicsTagged: boolean;
  /** The host's services were up; false: it was off, starting, or standing in its boot loader. */
  readonly ready: boolean;
  /** Where the machine's disk journal stood, if it had one: a disk that has moved on since refuses the snapshot. */
  readonly journal?: { readonly id: string; readonly sequence: number } | undefined;
}

export interface ExecRequest {
  /** Run by /bin/sh -c inside the host's own root, as root. */
  command: string;
  stdin?: Uint8Array | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ExecResult {
  exitCode: number;
  stdout: Uint8Array;
  stderr: Uint8Array;
  durationMs: number;
}

export interface ShellHandle extends Disposable {
  readonly onOutput: Event<Uint8Array>;
  readonly onExit: Event<{ exitCode: number }>;
  write(data: Uint8Array): void;
  resize(rows: number, columns: number): void;
}

export interface FileEntry {
  name: string;
  type: 'file' | 'directory' | 'link' | 'other';
  size: number;
  /** Seconds since 1970. */
  modified: number;
  mode: number;
}

export interface GuestStream extends Disposable {
  readonly onData: Event<Uint8Array>;
  readonly onClose: Event<void>;
  /** What was written has all been taken by the conversation. */
  readonly onDrain: Event<void>;
  /** Bytes written that still wait for the guest to take more. */
  readonly waitingBytes: number;
  write(data: Uint8Array): void;
  /** No more writes; what the guest sends still comes. */
  end(): void;
  /** true: the guest is stopped from sending, within 256 KiB. For readers that can't keep up. */
  hold(on: boolean): void;
}

/**
 * The agent inside the guest. Every call rejects with LabError `guest.no-answer` when the guest does not answer in time,
 * `guest.not-ready` when there is no agent to ask (off, loader), `guest.aborted` on abort, `guest.exec-timeout` when a
 * command was killed at its time limit, `guest.failed` or `guest.dial` with what the agent says.
 */
export interface GuestChannel {
  exec(request: ExecRequest): Promise<ExecResult>;
  openShell(size: { rows: number; columns: number }): Promise<ShellHandle>;
  /** null when there is no such file. */
  readFile(path: string): Promise<Uint8Array | null>;
  writeFile(path: string, data: Uint8Array): Promise<void>;
  listFiles(path: string): Promise<FileEntry[]>;
  dial(target: { protocol: 'tcp' | 'udp'; host?: string; port: number }): Promise<GuestStream>;
  setClock(timeMs: number): Promise<void>;
  /** Passes a request to hostd's lab socket: `hardware.set`, `identity.set` … (vm-images/userland/hostd/lab-socket.ts). */
  host(method: string, params: unknown, timeoutMs?: number): Promise<unknown>;
}

export interface MachineConsole {
  /** ANSI text that redraws what changed, fit for a terminal emulator of `screen().columns` by `rows`. Serial: raw bytes. */
  readonly onOutput: Event<string>;
  /** The whole of the present screen as ANSI, to begin a view with. */
  redraw(): string;
  screen(): ScreenView;
  /** `text<Enter><F2><Shift+R>`: see main/vm/keys.ts. Rejects with `console.bad-keys`. */
  type(keys: string): Promise<void>;
  /** One key of a PC keyboard by its DOM `code` (vga only). */
  key(code: string, down: boolean): void;
  /** Raw bytes (serial only; vga: typed as text). */
  write(data: string): void;
}

/** Blocks of the disk as the guest last wrote them, readable with the machine on or off. */
export interface DiskReader {
  readonly byteLength: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface Machine {
  readonly spec: MachineSpec;
  readonly state: MachineState;
  readonly onState: Event<MachineState>;
  /** Something the owner should tell the learner: guarded callback errors, crash reason. */
  readonly onProblem: Event<Error>;
  readonly guest: GuestChannel;
  readonly disk: DiskReader;
  readonly nic: FramePort;
  /** The guest tags its frames by NIC: see main/net/switch/nic-mux.ts. */
  readonly nicsTagged: boolean;
  console(kind: ConsoleKind): MachineConsole;
  /** on: cold start from disk. off, reset: the plug. reboot, shutdown: asks the guest. Resolves when carried out or asked. */
  power(action: PowerAction): Promise<void>;
  /** Resolves once `state` is reached; rejects `vm.wait-timeout` or, when the machine crashes meanwhile, `vm.crashed`. */
  waitFor(state: 'ready' | 'off', options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
  /** Pauses for the moment of copying; the machine runs on. */
  snapshot(): Promise<MachineSnapshot>;
  /** Bytes of wasm memory and process figures of the worker, for `lab bench`. */
  stats(): Promise<{
    wasmBytes: number;
    heapBytes: number;
    overlayBlocks: number;
    droppedFrames: number;
    instructions: number;
  }>;
  close(): Promise<void>;
}

/** Where a new machine begins. disk: powered off, with what the journal in storageDir holds. */
export type MachineStart = { from: 'disk' } | { from: 'image' } | { from: 'snapshot'; snapshot: MachineSnapshot };
