/**
 * The `bbclient` protocol's bytes, as `userland/README.md` has them: u8 type, u32le length, payload.
 */
export interface AgentFrame {
  type: string;
  payload: Uint8Array;
}

const headerBytes = 5;

export function agentFrame(type: string, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, payload.length, true);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** The strings of an `A` frame for a command without a terminal. */
export function callStrings(argv: string[], environment: string[]): string {
  const strings = ['1', '0', '0', '25', '80', '/', String(argv.length), ...argv, ...environment];
  return strings.map((text) => `${text}\0`).join('');
}

/** Cuts a stream into frames. */
export class AgentFrameReader {
  #held = new Uint8Array(0);

  feed(bytes: Uint8Array): AgentFrame[] {
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    const frames: AgentFrame[] = [];
    let at = 0;
    while (all.length - at >= headerBytes) {
      const length = new DataView(all.buffer, at + 1).getUint32(0, true);
      if (all.length - at - headerBytes < length) break;
      frames.push({
        type: String.fromCharCode(all[at] ?? 0),
        payload: all.slice(at + headerBytes, at + headerBytes + length),
      });
      at += headerBytes + length;
    }
    this.#held = all.slice(at);
    return frames;
  }
}
