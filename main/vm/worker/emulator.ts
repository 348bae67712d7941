import type { Overlay } from '../disk/overlay.ts';
import { PacedInput, ScreenReporter, SerialReporter } from './console.ts';
import type { Guard } from './guard.ts';
import { GuestDisk } from './guest-disk.ts';
import { GuestPort } from './guest-port.ts';
import { Nic } from './nic.ts';
import type { OpenRequest, TextScreen } from './protocol.ts';
import {
  type Emulated,
  type EngineOptions,
  makePortsPlain,
  restoreState,
  setLinkMac,
  type V86Internals,
  watchReset,
} from './v86-internals.ts';

/** Payload of the link: 9100 for the guest's NICs, plus a VLAN tag on each of two levels, rounded up. */
const LINK_MTU = 9216;
/** Text needs 32 KiB of it; what there is goes into every saved state. */
const VGA_MEMORY_BYTES = 1024 * 1024;
const BOOT_FROM_DISK = 0x2;
const KEYBOARD_ROOM = 16;
const UART_ROOM = 64;

export interface EmulatorEvents {
  guest(bytes: Uint8Array): void;
  frames(frames: Uint8Array[]): void;
  screen(screen: TextScreen): void;
  serial(bytes: Uint8Array): void;
  /** The guest has reset the machine: it starts in its BIOS again. */
  reset(): void;
  /** The CPU has halted with interrupts off: nothing will ever wake it. */
  halted(): void;
}

/** One power-on of a machine: a v86 of its own and its devices' ends on this side. */
export class Emulator {
  readonly keyboard: PacedInput;
  readonly uart: PacedInput;
  readonly port: GuestPort;
  readonly nic: Nic;
  readonly emulated: Emulated;
  private readonly screen: ScreenReporter;
  private readonly serial: SerialReporter;

  private constructor(emulated: Emulated, guard: Guard, events: EmulatorEvents) {
    const { devices } = emulated.v86.cpu;
    this.emulated = emulated;
    this.screen = new ScreenReporter(emulated, guard, events.screen);
    this.serial = new SerialReporter(emulated, guard, events.serial);
    this.port = new GuestPort(emulated, guard, events.guest);
    this.nic = new Nic(emulated, guard, events.frames);
    this.keyboard = new PacedInput({
      waiting: () => devices.ps2.kbd_buffer.length,
      send: guard('keyboard', (code) => emulated.bus.send('keyboard-code', code)),
      limit: KEYBOARD_ROOM,
    });
    this.uart = new PacedInput({
      waiting: () => devices.uart0.input.length,
      send: guard('serial', (byte) => emulated.bus.send('serial0-input', byte)),
      limit: UART_ROOM,
    });
    watchReset(
      emulated,
      guard('reset', () => {
        this.port.stop();
        events.reset();
      }),
    );
    emulated.bus.register(
      'cpu-event-halt',
      guard('halt', () => events.halted()),
    );
  }

  /** @param state A saved state to go on from; without it the machine starts in its BIOS. */
  static async create(
    request: OpenRequest,
    overlay: Overlay,
    onWrite: (blocks: number[]) => void,
    guard: Guard,
    events: EmulatorEvents,
    state?: Uint8Array,
  ): Promise<Emulator> {
    const { V86 } = await import('v86');
    const options: EngineOptions = {
      wasm_fn: async (imports) => (await WebAssembly.instantiate(request.wasm, imports)).exports,
      memory_size: request.memoryMiB * 1024 * 1024,
      vga_memory_size: VGA_MEMORY_BYTES,
      autostart: false,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
      bios: { buffer: toArrayBuffer(request.bios) },
      vga_bios: { buffer: toArrayBuffer(request.vgaBios) },
      hda: new GuestDisk(overlay, onWrite),
      boot_order: request.bootOrder ?? BOOT_FROM_DISK,
      fastboot: true,
      net_device: { type: 'virtio', mtu: LINK_MTU },
      preserve_mac_from_state_image: true,
      virtio_console: true,
      ...kernelOptions(request),
    };
    const emulated = new V86(options as never) as unknown as Emulated;
    await new Promise<void>((resolve) => emulated.add_listener('emulator-loaded', () => resolve()));
    prepare(emulated, request);
    if (state) restoreState(emulated, state);
    const emulator = new Emulator(emulated, guard, events);
    if (state) emulator.screen.changed();
    return emulator;
  }

  run(): void {
    void this.emulated.run();
  }

  get isRunning(): boolean {
    return this.emulated.is_running();
  }

  async pause(): Promise<void> {
    await this.emulated.stop();
  }

  /** The emulator's state at this moment, without the disk. */
  save(): Uint8Array {
    return new Uint8Array(this.emulated.v86.save_state());
  }

  get wasmBytes(): number {
    return (this.emulated.v86.cpu as unknown as { wasm_memory: WebAssembly.Memory }).wasm_memory.buffer.byteLength;
  }

  /** Power off. Never waits for the emulator's loop: it may be dead. */
  discard(): void {
    this.serial.flush();
    this.screen.stop();
    this.port.stop();
    this.nic.stop();
    this.keyboard.clear();
    this.uart.clear();
    void this.emulated.stop().catch(() => undefined);
  }
}

function prepare(emulated: V86Internals, request: OpenRequest): void {
  setLinkMac(emulated, request.mac);
  makePortsPlain(emulated);
  const { cpu } = emulated.v86 as unknown as { cpu: { option_roms: { name: string; data: Uint8Array }[] } };
  for (const rom of request.optionRoms ?? []) cpu.option_roms.push({ ...rom });
}

function kernelOptions({ kernel }: OpenRequest): Pick<EngineOptions, 'bzimage' | 'initrd' | 'cmdline'> {
  if (!kernel) return {};
  return {
    bzimage: { buffer: toArrayBuffer(kernel.bzImage) },
    initrd: { buffer: toArrayBuffer(kernel.initrd) },
    cmdline: kernel.commandLine,
  };
}

/** v86 wants buffers of its own, of even length. */
function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array((bytes.length + 3) & ~3);
  copy.set(bytes);
  return copy.buffer;
}
