import { LabError } from '../../shared/errors.ts';

/**
 * Reads v86's state format (src/state.js of v86 0.5.462): i32le magic, version, total bytes, bytes of the JSON that
 * follows at 16; then, 4-aligned, the buffers that the JSON refers to by number.
 *
 * Our own reader for one reason: v86's copies every buffer, guest memory above all, and can't read shared memory.
 */
const MAGIC = 0x86768676 | 0;
const STATE_VERSION = 6;
const HEADER_BYTES = 16;
/** Index of packed guest memory in the CPU's state: read where it lies, everything else is copied. */
const PACKED_MEMORY = 77;

const CONSTRUCTORS: Record<string, new (buffer: ArrayBuffer) => unknown> = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
};

interface BufferInfo {
  offset: number;
  length: number;
}

interface Marked {
  __state_type__: string;
  buffer_id?: number;
  args?: unknown;
}

/** @throws LabError `snapshot.damaged`, `snapshot.version` */
export function parseState(bytes: Uint8Array): unknown[] {
  try {
    return readState(bytes);
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    return damaged(String(cause), cause);
  }
}

function readState(bytes: Uint8Array): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getInt32(0, true) !== MAGIC)
    damaged('it does not begin like a machine state');
  const version = view.getInt32(4, true);
  if (version !== STATE_VERSION) {
    throw new LabError('snapshot.version', `machine state of version ${version}, this engine reads ${STATE_VERSION}`);
  }
  const infoBytes = view.getInt32(12, true);
  if (view.getInt32(8, true) !== bytes.length || infoBytes < 0 || HEADER_BYTES + infoBytes > bytes.length) {
    damaged(`its lengths do not match its ${bytes.length} bytes`);
  }
  // slice(): TextDecoder takes no shared memory.
  const json = new TextDecoder().decode(bytes.slice(HEADER_BYTES, HEADER_BYTES + infoBytes));
  const info = JSON.parse(json) as { buffer_infos: BufferInfo[]; state: unknown[] };
  const start = (HEADER_BYTES + infoBytes + 3) & ~3;
  const buffer = (id: number): Uint8Array => {
    const { offset, length } = info.buffer_infos[id] ?? damaged(`it has no buffer ${id}`);
    if (!(offset >= 0 && length >= 0 && start + offset + length <= bytes.length)) damaged(`buffer ${id} leaves it`);
    return bytes.subarray(start + offset, start + offset + length);
  };
  const packed = (info.state[PACKED_MEMORY] as Marked | null | undefined)?.buffer_id;
  return info.state.map((value) => restore(value, buffer, packed));
}

function restore(value: unknown, buffer: (id: number) => Uint8Array, packed: number | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => restore(item, buffer, packed));
  const marked = value as Marked;
  if (marked.__state_type__ === 'Map') return new Map(restore(marked.args, buffer, packed) as [unknown, unknown][]);
  const Type = CONSTRUCTORS[marked.__state_type__] ?? damaged(`unknown part ${marked.__state_type__}`);
  const id = marked.buffer_id ?? -1;
  if (id === packed) return buffer(id);
  // A fresh ArrayBuffer of exactly this length: devices keep it.
  const copy = new Uint8Array(buffer(id).length);
  copy.set(buffer(id));
  return new Type(copy.buffer);
}

function damaged(why: string, cause?: unknown): never {
  throw new LabError('snapshot.damaged', `the machine state can't be read: ${why}`, { cause });
}
