import * as native from 'native';
import { SystemError } from '../../../model/system.ts';
import { errnoName } from '../errno.ts';
import { NLM_F_ACK, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR } from './constants.ts';
import { type Reply, type RequestBuilder, wordsOf } from './message.ts';

const BUFFER_BYTES = 32768;

/**
 * A NETLINK_ROUTE socket. The kernel answers within `sendmsg`, so requests are plain synchronous calls: a descriptor
 * with nothing to read right after sending is an error, not a reason to wait.
 */
export class NetlinkSocket {
  private readonly fd: number;
  private readonly buffer = new ArrayBuffer(BUFFER_BYTES);
  private readonly words = wordsOf(this.buffer);
  private sequence = 1;

  constructor() {
    this.fd = native.socket('netlink', 'raw', 0);
    native.bind(this.fd, { groups: 0 });
  }

  /** Sends a change (flags include NLM_F_ACK). Throws SystemError with what the kernel answered. */
  change(request: RequestBuilder, what: string): void {
    this.exchange(request, what, () => undefined);
  }

  /** Sends a query or dump; calls back for every message of the answer. */
  query(request: RequestBuilder, what: string, visit: (reply: Reply) => void): void {
    this.exchange(request, what, visit);
  }

  private exchange(request: RequestBuilder, what: string, visit: (reply: Reply) => void): void {
    const sequence = this.sequence++;
    const length = request.finish(sequence);
    const flags = new DataView(request.buffer).getUint16(6, true);
    native.send(this.fd, request.buffer, 0, length);
    for (;;) {
      const received = native.recv(this.fd, this.buffer, 0, BUFFER_BYTES);
      if (received === null) throw new SystemError('EAGAIN', `${what}: the kernel did not answer`);
      if (this.walk(received.length, sequence, flags, what, visit)) return;
    }
  }

  /** @returns true when the answer is complete. */
  private walk(total: number, sequence: number, flags: number, what: string, visit: (reply: Reply) => void): boolean {
    const { words } = this;
    const { u16, u32 } = words;
    let single = false;
    for (let at = 0; at + 16 <= total; ) {
      const length = u32[at >> 2]!;
      if (length < 16) break;
      // Left over from an exchange that ended in an exception.
      if (u32[(at >> 2) + 2] === sequence) {
        const type = u16[(at >> 1) + 2]!;
        if (type === NLMSG_DONE) return true;
        if (type === NLMSG_ERROR) {
          const errno = -(u32[(at >> 2) + 4]! | 0);
          if (errno !== 0) throw new SystemError(errnoName(errno), what);
          return true;
        }
        visit({ type, words, start: at + 16, end: at + length });
        single = (u16[(at >> 1) + 3]! & NLM_F_MULTI) === 0 && (flags & NLM_F_ACK) === 0;
      }
      at += (length + 3) & ~3;
    }
    return single;
  }
}
