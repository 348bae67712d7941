import { CUT_SHORT } from './summary.ts';

const HEADER_BYTES = 48;
/** RFC 5905, figure 10. */
const MODES = ['mode 0', 'active peer', 'passive peer', 'client', 'server', 'broadcast', 'control', 'private'];
const FIRST_CONTROL_MODE = 6;

/**
 * Who speaks in an NTP message: `client, version 4`, `server, version 4, stratum 2`.
 *
 * @see RFC 5905, section 7.3
 */
export function decodeNtp(message: Uint8Array): string {
  const first = message[0];
  if (first === undefined) return CUT_SHORT;
  const mode = first & 7;
  const who = `${MODES[mode]}, version ${(first >> 3) & 7}`;
  // Control messages have a header of their own, shorter and without a stratum.
  if (mode >= FIRST_CONTROL_MODE) return who;
  if (message.length < HEADER_BYTES) return CUT_SHORT;
  return MODES[mode] === 'server' ? `${who}, stratum ${message[1]}` : who;
}
