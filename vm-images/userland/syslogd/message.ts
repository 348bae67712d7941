/** One message, however it came in. */
export interface Message {
  /** RFC 3164 numbers: facility 0 kern … 4 auth, 10 authpriv, 20 local4; severity 0 emerg … 7 debug. */
  facility: number;
  severity: number;
  /** Program name; `vmkernel` for the kernel's own. */
  ident: string;
  pid: number | null;
  /** Without line ends; further lines of a message in `more`. */
  text: string;
  more: string[];
  /** Wall clock, milliseconds since 1970. */
  timeMs: number;
}

const longest = 8192;
const userNotice = 13;

/**
 * Reads a datagram of /dev/log: `<pri>Mmm dd hh:mm:ss ident[pid]: text`, time and pid optional (syslog(3) and BusyBox
 * send the time, hostd does not). A time in the message is the sender's local one without a year: ours is better.
 */
export function parseMessage(datagram: string, timeMs: number): Message {
  const body = datagram.slice(0, longest).replace(/[\0\r\n]+$/, '');
  const priority = /^<(\d{1,3})>/.exec(body);
  const code = priority === null ? userNotice : Number(priority[1]) & 1023;
  const rest = body.slice(priority?.[0].length ?? 0).replace(/^[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} /, '');
  const head = /^([^\s:[\]]{1,64})(?:\[(\d{1,10})\])?: ?/.exec(rest);
  const [text = '', ...more] = clean(head === null ? rest : rest.slice(head[0].length)).split('\n');
  return {
    facility: code >> 3,
    severity: code & 7,
    ident: head?.[1] ?? 'unknown',
    pid: head?.[2] === undefined ? null : Number(head[2]),
    text,
    more,
    timeMs,
  };
}

/** Tabs and line ends stay; other control characters would let a message play tricks on who reads the log. */
function clean(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, '?');
}

/** One record of /dev/kmsg. */
export interface KernelRecord {
  facility: number;
  severity: number;
  sequence: number;
  /** Since the kernel started. */
  microseconds: number;
  text: string;
}

/**
 * `6,339,5140900,-;text` and then ` KEY=value` lines.
 *
 * @returns null for what is no record.
 * @see Documentation/ABI/testing/dev-kmsg of the Linux kernel
 */
export function parseKernelRecord(record: string): KernelRecord | null {
  const head = /^(\d+),(\d+),(\d+),[^;]*;([^\n]*)/.exec(record);
  if (head === null) return null;
  const code = Number(head[1]);
  // The kernel writes unprintable bytes as \xNN.
  const text = (head[4] ?? '').replace(/\\x([0-9a-f]{2})/g, (_all, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return char === '\t' ? ' ' : char >= ' ' && char <= '~' ? char : '?';
  });
  return {
    facility: code >> 3,
    severity: code & 7,
    sequence: Number(head[2]),
    microseconds: Number(head[3]),
    text,
  };
}
