/** What a machine's desktop side and its worker say to each other. Requests carry an id and get one answer. */
import type { ErrorData } from '../../shared/errors.ts';
import type { BaseDisk } from '../disk/base-disk.ts';
import type { OverlayMemory } from '../disk/overlay.ts';
import type { JournalMark } from './journal.ts';

export interface Blocks {
  readonly indexes: Uint32Array;
  readonly data: Uint8Array;
}

/** A machine to be: everything but what happens to it. */
export interface OpenRequest {
  readonly name: string;
  readonly memoryMiB: number;
  readonly wasm: WebAssembly.Module;
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly base: BaseDisk;
  readonly imageHash: string;
  /** MAC of the virtio link: 6 bytes. */
  readonly mac: Uint8Array;
  readonly kernel?:
    | { readonly bzImage: Uint8Array; readonly initrd: Uint8Array; readonly commandLine: string }
    | undefined;
  readonly journalFile?: string | undefined;
  /** Overlay of a machine whose worker was lost and that has no journal. */
  readonly overlay?: OverlayMemory | undefined;
  /** Start from here instead of from the journal. `mark`: the journal is taken as it is when it stands exactly there. */
  readonly restore?: { state: Uint8Array; blocks: Blocks; mark?: JournalMark | undefined } | undefined;
  /** SeaBIOS boot order, v86 nibbles, last digit first: 2 hard disk, 4 network. */
  readonly bootOrder?: number | undefined;
  /** Option ROMs offered to SeaBIOS over fw_cfg. */
  readonly optionRoms?: readonly { name: string; data: Uint8Array }[] | undefined;
}

export interface WorkerRequests {
  open: { input: OpenRequest; output: { memory: OverlayMemory; running: boolean } };
  power: { input: 'on' | 'off'; output: undefined };
  snapshot: { input: undefined; output: { state: Uint8Array; blocks: Blocks; mark: JournalMark | null } };
  /** Answered when the guest's controller has taken the last key. */
  keys: { input: readonly number[]; output: undefined };
  serial: { input: Uint8Array; output: undefined };
  stats: { input: undefined; output: WorkerStats };
  close: { input: undefined; output: undefined };
}

export interface WorkerStats {
  readonly wasmBytes: number;
  readonly heapBytes: number;
  readonly overlayBlocks: number;
  readonly droppedFrames: number;
  readonly instructions: number;
}

export type RequestName = keyof WorkerRequests;

/** Desktop to worker. */
export type ToWorker =
  | { [K in RequestName]: { type: K; id: number; input: WorkerRequests[K]['input'] } }[RequestName]
  | { type: 'guest'; bytes: Uint8Array }
  | { type: 'frames'; frames: Uint8Array[] };

/** Worker to desktop. */
export type FromWorker =
  | { type: 'loaded' }
  | { type: 'answer'; id: number; value?: unknown; error?: ErrorData }
  | { type: 'power'; power: EmulatorPower; reason?: ErrorData }
  | { type: 'chunk'; chunk: SharedArrayBuffer }
  | { type: 'guest'; bytes: Uint8Array }
  | { type: 'frames'; frames: Uint8Array[] }
  | { type: 'screen'; screen: TextScreen }
  | { type: 'serial'; bytes: Uint8Array }
  | { type: 'problem'; error: ErrorData };

/** on: has begun to run, also after a reset from inside. off: no emulator. halted: the CPU has stopped for good. crashed: the emulator can't go on. */
export type EmulatorPower = 'on' | 'off' | 'halted' | 'crashed';

/** The VGA text screen: two bytes a cell, character (code page 437) and attribute, rows from the top. */
export interface TextScreen {
  readonly columns: number;
  readonly rows: number;
  readonly cells: Uint8Array;
  readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
  /** 16 colours as 0xRRGGBB, by attribute number. */
  readonly palette: Uint32Array;
  /** Bit 7 of an attribute blinks instead of choosing a bright background. */
  readonly blinks: boolean;
  /** Pixels instead of text: width and height, cells are blank. */
  readonly graphics?: { readonly width: number; readonly height: number } | undefined;
}
