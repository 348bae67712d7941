import { uint16 } from './fields.ts';
import { CUT_SHORT, MALFORMED } from './summary.ts';

const HEADER_BYTES = 12;
const IS_RESPONSE = 0x8000;
const NO_SUCH_NAME = 3;
/** RFC 1035 section 2.3.4: longer labels are no labels but pointers, which a first question has no use for. */
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
/** What a line has room for. */
const MAX_SHOWN = 80;
/** IANA resource record types. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
};

/**
 * The first question of a DNS message and how it was answered: `answer A esx01.lab, 1 record`.
 *
 * @see RFC 1035, section 4.1
 */
export function decodeDns(message: Uint8Array): string {
  if (message.length < HEADER_BYTES) return CUT_SHORT;
  const flags = uint16(message, 2);
  const kind = (flags & IS_RESPONSE) === 0 ? 'query' : 'answer';
  if (uint16(message, 4) === 0) return `${kind} without a question`;
  const question = readQuestion(message);
  if (question === CUT_SHORT || question === MALFORMED) return question;
  return kind === 'query' ? `query ${question}` : `answer ${question}, ${outcome(flags & 0x0f, uint16(message, 6))}`;
}

function outcome(responseCode: number, records: number): string {
  if (responseCode === NO_SUCH_NAME) return 'no such name';
  if (responseCode !== 0) return `error ${responseCode}`;
  return records === 1 ? '1 record' : `${records} records`;
}

/** `A esx01.lab` */
function readQuestion(message: Uint8Array): string {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined) return CUT_SHORT;
    if (length > MAX_LABEL_BYTES || at - HEADER_BYTES > MAX_NAME_BYTES) return MALFORMED;
    if (length === 0) break;
    labels.push(printable(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  if (message.length < at + 3) return CUT_SHORT;
  const type = uint16(message, at + 1);
  return `${TYPES[type] ?? `type ${type}`} ${shortened(labels.join('.') || '.')}`;
}

/** A name is whatever a guest sent: what is no visible ASCII becomes a question mark. */
function printable(label: Uint8Array): string {
  return String.fromCharCode(...label).replace(/[^!-~]/g, '?');
}

function shortened(name: string): string {
  return name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
}
