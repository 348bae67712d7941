/** Bytes somewhere: a disk, one partition of it, an overlay over a base. Reads past what was written give zeros. */
export interface BlockReader {
  /** @returns exactly `length` bytes; the caller does not change them. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export interface BlockDevice extends BlockReader {
  write(offset: number, bytes: Uint8Array): void | Promise<void>;
}

/** A part of a device, as a device of its own: `startByte` becomes offset 0. */
export function sliceDevice(device: BlockDevice, startByte: number): BlockDevice {
  return {
    read: (offset, length) => device.read(startByte + offset, length),
    write: (offset, bytes) => device.write(startByte + offset, bytes),
  };
}

export function sliceReader(reader: BlockReader, startByte: number): BlockReader {
  return { read: (offset, length) => reader.read(startByte + offset, length) };
}

/** Makes a reader look like a device to code that only reads; writing throws. */
export function readOnlyDevice(reader: BlockReader): BlockDevice {
  return {
    read: (offset, length) => reader.read(offset, length),
    write: () => {
      throw new Error('this device is open for reading only');
    },
  };
}
