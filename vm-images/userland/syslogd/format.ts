import type { LineFormat } from './loggers.ts';
import type { Message } from './message.ts';

const warning = 4;
const error = 3;
/** World numbers of a fresh 5.5 begin here. */
const firstWorld = 32_768;
const levels = ['panic', 'panic', 'panic', 'error', 'warning', 'info', 'info', 'verbose'];

/** `2014-06-07T10:11:12Z` or, with milliseconds, `2014-06-07T10:11:12.345Z`. */
export function timestamp(timeMs: number, milliseconds: boolean): string {
  const text = new Date(timeMs).toISOString();
  return milliseconds ? text : `${text.slice(0, 19)}Z`;
}

/** A message as the lines of a log file, each with its line end. */
export function formatLines(message: Message, format: LineFormat): string {
  const more = message.more.map((line) => `--> ${line}\n`).join('');
  return `${firstLine(message, format)}\n${more}`;
}

function firstLine(message: Message, format: LineFormat): string {
  const fine = timestamp(message.timeMs, true);
  switch (format) {
    case 'vmkernel':
      return `${fine} cpu0:${firstWorld + (message.pid ?? 0)})${alarm(message)}${message.text}`;
    case 'agent':
      return `${fine} ${message.text.startsWith('[') ? '' : `${agentHead(message)} `}${message.text}`;
    case 'observation':
      return `${fine}: ${message.text}`;
    case 'syslog':
      return `${timestamp(message.timeMs, false)} ${sender(message)}: ${message.text}`;
  }
}

function alarm(message: Message): string {
  if (message.severity > warning || /^(WARNING|ALERT): /.test(message.text)) return '';
  return message.severity < error ? 'ALERT: ' : 'WARNING: ';
}

/** Agents name a thread, a level and a component; those that leave it to us get the process and the program. */
function agentHead(message: Message): string {
  const thread = (0xff000000 + ((message.pid ?? 0) & 0xffffff)).toString(16).toUpperCase();
  return `[${thread} ${levels[message.severity] ?? 'info'} '${message.ident}']`;
}

/** Marks are not of a process, whoever wrote them. */
function sender(message: Message): string {
  return message.pid === null || message.ident === 'mark' ? message.ident : `${message.ident}[${message.pid}]`;
}

/** A message as it goes to a remote host: `<pri>time host sender: text`, one line. */
export function formatRemote(message: Message, hostname: string): string {
  const code = message.facility * 8 + message.severity;
  const text = [message.text, ...message.more].join(' ');
  return `<${code}>${timestamp(message.timeMs, true)} ${hostname} ${sender(message)}: ${text}`;
}
