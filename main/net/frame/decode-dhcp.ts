import { formatIpv4, uint32 } from './fields.ts';
import { CUT_SHORT } from './summary.ts';

const YIADDR_AT = 16;
const COOKIE_AT = 236;
const OPTIONS_AT = 240;
/** RFC 2131, section 3. */
const MAGIC_COOKIE = 0x63825363;
const OPTION = { pad: 0, messageType: 53, end: 255 } as const;
/** RFC 2132, section 9.6: message types from 1. */
const MESSAGE_TYPES = ['discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform'];

/**
 * What a DHCP message is, with the address it gives: `offer 10.0.0.50`.
 *
 * @see RFC 2131, section 2
 */
export function decodeDhcp(message: Uint8Array): string {
  if (message.length < OPTIONS_AT) return CUT_SHORT;
  const type = uint32(message, COOKIE_AT) === MAGIC_COOKIE ? messageType(message) : null;
  const name = type === null ? 'no message type' : (MESSAGE_TYPES[type - 1] ?? `message type ${type}`);
  const yiaddr = formatIpv4(message, YIADDR_AT);
  return yiaddr === '0.0.0.0' ? name : `${name} ${yiaddr}`;
}

function messageType(message: Uint8Array): number | null {
  let at = OPTIONS_AT;
  while (at + 2 < message.length && message[at] !== OPTION.end) {
    if (message[at] === OPTION.messageType) return message[at + 2]!;
    at += message[at] === OPTION.pad ? 1 : 2 + message[at + 1]!;
  }
  return null;
}
