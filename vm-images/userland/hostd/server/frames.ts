/** The frames between bbclient and hostd (vm-images/userland/README.md): u8 type, u32le length, payload. */

export interface Frame {
  /** One letter. */
  type: string;
  payload: Uint8Array;
}

const MAX_FRAME_BYTES = 1 << 20;

export function serializeFrame(type: string, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + payload.length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, payload.length, true);
  bytes.set(payload, 5);
  return bytes;
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  private held = new Uint8Array(0);

  /** @throws Error when a frame is larger than any client sends. */
  push(chunk: Uint8Array): Frame[] {
    let data = chunk;
    if (this.held.length > 0) {
      data = new Uint8Array(this.held.length + chunk.length);
      data.set(this.held);
      data.set(chunk, this.held.length);
    }
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const frames: Frame[] = [];
    let at = 0;
    while (at + 5 <= data.length) {
      const length = view.getUint32(at + 1, true);
      if (length > MAX_FRAME_BYTES) throw new Error(`frame of ${length} bytes`);
      if (at + 5 + length > data.length) break;
      frames.push({ type: String.fromCharCode(data[at]!), payload: data.slice(at + 5, at + 5 + length) });
      at += 5 + length;
    }
    this.held = data.slice(at);
    return frames;
  }
}

export interface ClientStart {
  stdinIsTty: boolean;
  stdoutIsTty: boolean;
  rows: number;
  columns: number;
  cwd: string;
  argv: string[];
  env: Record<string, string>;
}

/** Reads the `A` frame's text. @returns null when it is not of protocol 1. */
export function parseStart(text: string): ClientStart | null {
  const strings = text.split('\0');
  if (strings[strings.length - 1] === '') strings.pop();
  const [protocol, stdinTty, stdoutTty, rows, columns, cwd, argc] = strings;
  const count = Number(argc);
  if (protocol !== '1' || cwd === undefined || !Number.isInteger(count) || count < 1) return null;
  const env: Record<string, string> = {};
  for (const entry of strings.slice(7 + count)) {
    const equals = entry.indexOf('=');
    if (equals > 0) env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return {
    stdinIsTty: stdinTty === '1',
    stdoutIsTty: stdoutTty === '1',
    rows: Number(rows) || 24,
    columns: Number(columns) || 80,
    cwd: cwd || '/',
    argv: strings.slice(7, 7 + count),
    env,
  };
}
