import { LabError } from '../../shared/errors.ts';
import type { Overlay } from '../disk/overlay.ts';
import type { V86Disk } from './v86-internals.ts';

/**
 * The hard disk that v86's IDE controller talks to: reads and writes are answered at once, from memory. Every write is
 * handed to `onWrite` before the guest hears that it is done.
 */
export class GuestDisk implements V86Disk {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined = undefined;
  private readonly overlay: Overlay;
  private readonly onWrite: (blocks: number[]) => void;

  constructor(overlay: Overlay, onWrite: (blocks: number[]) => void) {
    this.byteLength = overlay.byteLength;
    this.overlay = overlay;
    this.onWrite = onWrite;
  }

  load(): void {
    this.onload?.({});
  }

  /** The controller takes the array's buffer as its own: it gets a fresh one each time. */
  get(start: number, length: number, done: (data: Uint8Array) => void): void {
    done(this.get_from_cache(start, length));
  }

  get_from_cache(start: number, length: number): Uint8Array {
    this.checkRange(start, length);
    return this.overlay.read(start, length);
  }

  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void {
    done(this.get_from_cache(start, length));
  }

  set(start: number, data: Uint8Array, done: () => void): void {
    this.checkRange(start, data.length);
    this.onWrite(this.overlay.write(start, data));
    done();
  }

  get_buffer(done: (buffer: ArrayBuffer | undefined) => void): void {
    done(undefined);
  }

  /** The disk is not part of the emulator's state: the overlay is captured beside it. */
  get_state(): unknown[] {
    return [];
  }

  set_state(): void {}

  private checkRange(start: number, length: number): void {
    if (start >= 0 && start + length <= this.byteLength) return;
    throw new LabError('disk.out-of-range', `${length} bytes at ${start} leave the disk of ${this.byteLength}`);
  }
}
