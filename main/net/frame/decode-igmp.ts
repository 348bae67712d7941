import { formatIpv4 } from './fields.ts';
import { CUT_SHORT, type Layer } from './summary.ts';

const HEADER_BYTES = 8;

/** @see RFC 2236 section 2, RFC 9776 section 4 (version 3) */
export function decodeIgmp(message: Uint8Array): Layer {
  const protocol = 'igmp';
  if (message.length < HEADER_BYTES) return { protocol, info: CUT_SHORT };
  return { protocol, payloadBytes: message.length - HEADER_BYTES, info: tell(message[0]!, formatIpv4(message, 4)) };
}

function tell(type: number, group: string): string {
  switch (type) {
    case 0x11:
      return group === '0.0.0.0' ? 'asks for members of any group' : `asks for members of ${group}`;
    case 0x12:
    case 0x16:
      return `joins ${group}`;
    case 0x17:
      return `leaves ${group}`;
    case 0x22:
      return 'tells its groups';
    default:
      return `type ${type}`;
  }
}
