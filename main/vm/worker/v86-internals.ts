/**
 * Everything we rely on in v86 0.5.462 that its v86.d.ts does not promise, in one place. Rechecked at each upgrade by
 * test/integration/vm-internals.test.ts.
 *
 * | Member | Why | Upstream |
 * | --- | --- | --- |
 * | options `hda` with own `get`/`set`/`load` | copy-on-write disk that is not part of the state | src/browser/starter.js `add_file` |
 * | option `wasm_fn` gives exports of a shared module | one compiled v86.wasm for all workers | src/browser/starter.js |
 * | `emulator.v86.cpu`, `.save_state` (synchronous) | a save in one tick with the overlay | src/main.js, src/state.js |
 * | `cpu.set_state` and the state format, version 6 | a restore that fails in the open, and reads guest memory where it lies: shared by all machines that start from it | src/state.js `restore_state`; see v86-state.ts |
 * | `cpu.zero_memory` | a restore into a machine that never ran need not touch memory that is zero already: saves RSS and time | src/cpu.js `unpack_memory` |
 * | `cpu.last_result`, `.fpu_status_word`, `.mxcsr` | `set_state` replaces these views on wasm memory by arrays of their own, so their values never reach the CPU and later saves repeat them: put back | src/cpu.js `set_state`, state[86..88] |
 * | `cpu.reboot_internal` | the guest has reset the machine: its agent is gone until it has booted again | src/cpu.js |
 * | `cpu.devices.virtio_net.mac` | the MAC is random otherwise | src/virtio_net.js |
 * | `cpu.devices.virtio_net.virtio.queues`, `…virtio_console…` | input for which the guest has no buffer is dropped: ask first | src/virtio_net.js, src/virtio_console.js |
 * | `cpu.devices.virtio_console.SendEvent` | marks every port a console, which Linux then opens as a slow tty only | src/virtio_console.js |
 * | `cpu.devices.vga`: `vga_memory`, `start_address`, `max_cols`, `max_rows`, `cursor_address`, `offset_register`, `graphical_mode`, `vga256_palette`, `dac_map`, `dac_mask`, `cursor_scanline_start`, `attribute_mode` | the text screen with its attributes; the dummy screen keeps characters alone | src/vga.js `text_mode_redraw` |
 * | `emulator.screen_adapter.put_char`, `.update_cursor`, `.set_mode`, `.set_size_text`, `.clear_screen` | to know that the screen has changed | src/browser/dummy_screen.js |
 * | `cpu.devices.ps2.kbd_buffer.length`, `cpu.devices.uart0.input.length` | typing waits for room | src/ps2.js, src/uart.js |
 * | bus events `keyboard-code`, `serial0-input`, `net0-receive`, `virtio-console1-input-bytes`, `cpu-event-halt` | devices' inputs; the CPU has stopped for good | src/bus.js |
 * | `console.log("No buffer to write into!")` | noise of a full receive queue | src/virtio_net.js |
 */
import type { V86, V86Options } from 'v86';
import { LabError } from '../../shared/errors.ts';
import { parseState } from './v86-state.ts';

export const ENGINE = 'v86-0.5.462';

export interface V86Disk {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  load(): void;
  get(start: number, length: number, done: (data: Uint8Array) => void): void;
  get_from_cache(start: number, length: number): Uint8Array;
  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void;
  set(start: number, data: Uint8Array, done: () => void): void;
  get_buffer(done: (buffer: ArrayBuffer | undefined) => void): void;
  get_state(): unknown[];
  set_state(state: unknown): void;
}

interface VirtQueue {
  readonly enabled: boolean;
  has_request(): boolean;
}

interface VirtioDevice {
  readonly virtio: { readonly queues: readonly VirtQueue[] };
}

interface VirtioNet extends VirtioDevice {
  mac: Uint8Array;
}

interface VirtioConsole extends VirtioDevice {
  SendEvent(port: number, event: number, value: number): void;
}

export interface VgaDevice {
  readonly vga_memory: Uint8Array;
  readonly vga256_palette: Int32Array;
  readonly dac_map: Uint8Array;
  readonly dac_mask: number;
  readonly start_address: number;
  readonly cursor_address: number;
  readonly cursor_scanline_start: number;
  readonly offset_register: number;
  readonly max_cols: number;
  readonly max_rows: number;
  readonly graphical_mode: boolean;
  readonly attribute_mode: number;
  readonly screen_width: number;
  readonly screen_height: number;
}

interface Cpu {
  last_result: Int32Array;
  fpu_status_word: Uint16Array;
  mxcsr: Int32Array;
  zero_memory(address: number, bytes: number): void;
  set_state(state: unknown[]): void;
  reboot_internal(): void;
  readonly devices: {
    readonly virtio_net?: VirtioNet;
    readonly virtio_console?: VirtioConsole;
    readonly vga: VgaDevice;
    readonly ps2: { readonly kbd_buffer: { readonly length: number } };
    readonly uart0: { readonly input: readonly number[] };
  };
}

/** Called instead of, or after, the screen adapter's own methods, none of which does anything we need. */
type ScreenAdapter = Record<string, (...args: unknown[]) => unknown>;

export interface V86Internals {
  readonly v86: {
    readonly cpu: Cpu;
    save_state(): ArrayBuffer;
  };
  readonly bus: {
    send(event: string, value?: unknown): void;
    register(event: string, listener: (value: never) => void, self?: unknown): void;
  };
  readonly screen_adapter: ScreenAdapter;
}

export type Emulated = V86 & V86Internals;

export type EngineOptions = Omit<V86Options, 'hda' | 'wasm_fn' | 'virtio_console'> & {
  hda: V86Disk;
  wasm_fn: (imports: WebAssembly.Imports) => Promise<WebAssembly.Exports>;
  virtio_console: boolean;
};

const VIRTIO_CONSOLE_CONSOLE_PORT = 4;

/** Queue numbers of a virtio console's port 1, and of the NIC's receiver. */
const PORT1_INPUT_QUEUE = 4;
const NET_INPUT_QUEUE = 0;

/** Keeps the device from calling its ports consoles: they then appear as /dev/vport0pN and take 32 KiB a write. */
export function makePortsPlain(emulated: V86Internals): void {
  const device = emulated.v86.cpu.devices.virtio_console;
  if (!device) return;
  const send = device.SendEvent.bind(device);
  device.SendEvent = (port, event, value) => {
    if (event !== VIRTIO_CONSOLE_CONSOLE_PORT) send(port, event, value);
  };
}

/** Calls `onReset` after the guest, not we, has reset the machine. */
export function watchReset(emulated: V86Internals, onReset: () => void): void {
  const { cpu } = emulated.v86;
  const reboot = cpu.reboot_internal;
  cpu.reboot_internal = () => {
    reboot.call(cpu);
    onReset();
  };
}

export function setLinkMac(emulated: V86Internals, mac: Uint8Array): void {
  const device = emulated.v86.cpu.devices.virtio_net;
  if (device) device.mac = mac;
}

export function guestTakesChannelInput(emulated: V86Internals): boolean {
  return hasBuffer(emulated.v86.cpu.devices.virtio_console, PORT1_INPUT_QUEUE);
}

export function guestTakesFrames(emulated: V86Internals): boolean {
  return hasBuffer(emulated.v86.cpu.devices.virtio_net, NET_INPUT_QUEUE);
}

function hasBuffer(device: VirtioDevice | undefined, at: number): boolean {
  const queue = device?.virtio.queues[at];
  // Before the driver has set a queue up, asking it reads guest memory at address 0.
  return queue?.enabled === true && queue.has_request();
}

/**
 * Loads a saved state into a machine that has never run. `state` is not changed and not kept.
 *
 * @throws LabError `snapshot.damaged` or `snapshot.version` when it is not a state of this engine.
 */
export function restoreState(emulated: V86Internals, state: Uint8Array): void {
  const { cpu } = emulated.v86;
  const { last_result, fpu_status_word, mxcsr, zero_memory } = cpu;
  cpu.zero_memory = () => {};
  try {
    cpu.set_state(parseState(state));
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    throw new LabError('snapshot.damaged', `the engine can't take the machine state: ${String(cause)}`, { cause });
  } finally {
    cpu.zero_memory = zero_memory;
  }
  last_result.set(cpu.last_result);
  fpu_status_word.set(cpu.fpu_status_word);
  mxcsr.set(cpu.mxcsr);
  cpu.last_result = last_result;
  cpu.fpu_status_word = fpu_status_word;
  cpu.mxcsr = mxcsr;
}

/** Calls `onChange` whenever something of the text screen may have changed: often, and within a guest instruction. */
export function watchScreen(emulated: V86Internals, onChange: () => void): void {
  for (const method of [
    'put_char',
    'update_cursor',
    'set_mode',
    'set_size_text',
    'clear_screen',
    'update_cursor_scanline',
  ]) {
    const adapter = emulated.screen_adapter;
    const former = adapter[method];
    // set_size_text of the dummy screen allocates what nobody reads; put_char fills it.
    adapter[method] = (...args) => {
      if (method !== 'put_char') former?.apply(adapter, args);
      onChange();
    };
  }
}
