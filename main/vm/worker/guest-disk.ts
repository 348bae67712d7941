import { LabError } from '../../shared/errors.ts';
import type { Overlay } from '../disk/overlay.ts';
import type { V86Disk } from './v86-internals.ts';

/**
 * The hard disk that v86's IDE controller talks to: reads and writes are answered at once, from memory. Every write is
 * handed to `onWrite` before the guest hears that it is done.
 */
export function createGuestDisk(overlay: Overlay, onWrite: (blocks: number[]) => void): V86Disk {
  const read = (start: number, length: number) => {
    checkRange(overlay, start, length);
    return overlay.read(start, length);
  };
  return {
    byteLength: overlay.byteLength,
    onload: undefined,
    load() {
      this.onload?.({});
    },
    // The controller takes the array's buffer as its own: it gets a fresh one each time.
    get(start, length, done) {
      done(read(start, length));
    },
    get_from_cache: (start, length) => read(start, length),
    get_and_cache(start, length, done) {
      done(read(start, length));
    },
    set(start, data, done) {
      checkRange(overlay, start, data.length);
      onWrite(overlay.write(start, data));
      done();
    },
    get_buffer(done) {
      done(undefined);
    },
    // The disk is not part of the emulator's state: the overlay is captured beside it.
    get_state: () => [],
    set_state() {},
  };
}

function checkRange(overlay: Overlay, start: number, length: number): void {
  if (start >= 0 && start + length <= overlay.byteLength) return;
  throw new LabError('disk.out-of-range', `${length} bytes at ${start} leave the disk of ${overlay.byteLength}`);
}
