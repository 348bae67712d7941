import type { Guard } from './guard.ts';
import type { TextScreen } from './protocol.ts';
import { type Emulated, type VgaDevice, watchScreen } from './v86-internals.ts';

const FRAME_MS = 33;
const SERIAL_FLUSH_MS = 8;
const SERIAL_FLUSH_BYTES = 4096;
const GIVE_UP_MS = 3000;

/** Reports the text screen when it has changed, the first change at once and then at most 30 times a second. */
export class ScreenReporter {
  private readonly vga: () => VgaDevice;
  private readonly post: (screen: TextScreen) => void;
  private timer: NodeJS.Timeout | undefined;
  private postedAt = 0;

  constructor(emulated: Emulated, guard: Guard, post: (screen: TextScreen) => void) {
    this.vga = () => emulated.v86.cpu.devices.vga;
    this.post = post;
    watchScreen(
      emulated,
      guard('screen', () => this.changed()),
    );
  }

  /** A restored screen is reported without having changed. */
  changed(): void {
    if (this.timer) return;
    const wait = Math.max(2, this.postedAt + FRAME_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.postedAt = performance.now();
      this.post(readScreen(this.vga()));
    }, wait);
  }

  /** The last look at a machine that goes away. */
  stop(): void {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.post(readScreen(this.vga()));
  }
}

export function readScreen(vga: VgaDevice): TextScreen {
  const { max_cols: columns, max_rows: rows } = vga;
  const cells = new Uint8Array(columns * rows * 2);
  // Rows may lie further apart in memory than they are wide (offset register, in words).
  const stride = Math.max(columns, vga.offset_register * 2);
  if (!vga.graphical_mode) {
    for (let row = 0; row < rows; row++) {
      const from = (vga.start_address + row * stride) * 2;
      cells.set(vga.vga_memory.subarray(from, from + columns * 2), row * columns * 2);
    }
  }
  const at = vga.cursor_address - vga.start_address;
  const palette = Uint32Array.from(
    { length: 16 },
    (_, i) => vga.vga256_palette[vga.dac_mask & vga.dac_map[i]!]! & 0xffffff,
  );
  return {
    columns,
    rows,
    cells,
    palette,
    cursor: {
      row: Math.floor(at / stride),
      column: at % stride,
      visible: (vga.cursor_scanline_start & 0x20) === 0 && at >= 0 && at < stride * rows,
    },
    blinks: (vga.attribute_mode & 8) !== 0,
    ...(vga.graphical_mode ? { graphics: { width: vga.screen_width, height: vga.screen_height } } : {}),
  };
}

/** Gathers what the guest writes to com1, a byte at a time, into chunks. */
export class SerialReporter {
  private readonly post: (bytes: Uint8Array) => void;
  private buffer = new Uint8Array(SERIAL_FLUSH_BYTES);
  private length = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(emulated: Emulated, guard: Guard, post: (bytes: Uint8Array) => void) {
    this.post = post;
    emulated.add_listener(
      'serial0-output-byte',
      guard('serial', (byte: number) => this.add(byte)),
    );
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.length === 0) return;
    this.post(this.buffer.slice(0, this.length));
    this.length = 0;
  }

  private add(byte: number): void {
    this.buffer[this.length++] = byte;
    if (this.length === SERIAL_FLUSH_BYTES) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), SERIAL_FLUSH_MS);
  }
}

/** Types into a device as fast as it takes it: never more waits in its buffer than a person's keyboard would hold. */
export class PacedInput {
  private readonly waiting: () => number;
  private readonly send: (value: number) => void;
  private readonly limit: number;
  private queue: { values: ArrayLike<number>; at: number; done: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private progressAt = 0;

  constructor(options: { waiting: () => number; send: (value: number) => void; limit: number }) {
    this.waiting = options.waiting;
    this.send = options.send;
    this.limit = options.limit;
  }

  /** Resolves when the device's buffer has taken, and the guest has read, the last value. */
  type(values: ArrayLike<number>): Promise<void> {
    return new Promise((resolve) => {
      this.progressAt = performance.now();
      this.queue.push({ values, at: 0, done: resolve });
      this.pump();
    });
  }

  /** The power went off: nobody will read what is left. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { done } of this.queue.splice(0)) done();
  }

  private pump(): void {
    if (this.timer) return;
    let room = this.limit - this.waiting();
    for (let head = this.queue[0]; head; head = this.queue[0]) {
      while (room > 0 && head.at < head.values.length) {
        this.send(head.values[head.at++]!);
        this.progressAt = performance.now();
        room--;
      }
      if (head.at < head.values.length || this.waiting() > 0) break;
      this.queue.shift();
      head.done();
    }
    if (this.queue.length === 0) return;
    // A guest that reads no keys (it is starting, or stuck) loses them, as with a real keyboard.
    if (performance.now() - this.progressAt > GIVE_UP_MS) {
      this.clear();
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, 2);
  }
}
