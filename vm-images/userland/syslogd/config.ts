import { builtInLoggers, type LineFormat, type Logger } from './loggers.ts';
import { parseTargets, type RemoteTarget } from './remote-target.ts';

/**
 * What `/etc/vmsyslog.conf` says, section `[vmsyslog]`: `rotate`, `size` (KiB), `loghost` (comma list or `<none>`),
 * `logdir` (`<none>` or a path), `logdir_unique`, `default_timeout` (seconds between attempts to reach a lost host).
 */
export interface SyslogConfig {
  rotations: number;
  sizeKiB: number;
  /** Empty: the host's own `/scratch/log`. */
  folder: string;
  uniqueFolder: boolean;
  targets: RemoteTarget[];
  retrySeconds: number;
  loggers: Logger[];
  /** What could not be understood, for our own log. */
  problems: string[];
}

export const defaults = { rotations: 8, sizeKiB: 1024, retrySeconds: 180 } as const;
const limits = { rotations: [0, 100], sizeKiB: [1, 10_240], retrySeconds: [1, 86_400] } as const;

/** Section → key → value; keys in lower case. Lines that are neither are left out. */
export type Ini = Record<string, Record<string, string>>;

export function parseIni(text: string): Ini {
  const ini: Ini = {};
  let section: Record<string, string> = {};
  ini[''] = section;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const head = /^\[([^\]]+)\]$/.exec(line);
    if (head !== null) {
      const name = (head[1] ?? '').trim();
      section = ini[name] ?? {};
      ini[name] = section;
      continue;
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (pair !== null) section[(pair[1] ?? '').toLowerCase()] = pair[2] ?? '';
  }
  return ini;
}

/**
 * @param main content of `/etc/vmsyslog.conf`, null when it is missing: everything at its default.
 * @param parts contents of `/etc/vmsyslog.conf.d/*.conf` by file name: section `[vmsyslog-logger]` with `id` (else the
 *   file's name), `descr`, `file`, `idents` (comma list), `fmt`, `size`, `rotate`.
 */
export function readConfig(main: string | null, parts: Readonly<Record<string, string>>): SyslogConfig {
  const problems: string[] = [];
  const global = parseIni(main ?? '').vmsyslog ?? {};
  const read = (text: string | undefined, key: keyof typeof limits, label: string): number | undefined => {
    if (text === undefined || none(text)) return undefined;
    const [low, high] = limits[key];
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    problems.push(`${label} = ${text} is not a number from ${low} to ${high}`);
    return undefined;
  };
  const { targets, problems: badTargets } = parseTargets(none(global.loghost) ? '' : (global.loghost ?? ''));
  problems.push(...badTargets);
  const loggers = Object.keys(parts)
    .sort()
    .reduce((all, name) => withPart(all, name, parseIni(parts[name] ?? '')['vmsyslog-logger'] ?? {}, read), [
      ...builtInLoggers,
    ] as Logger[]);
  return {
    rotations: read(global.rotate, 'rotations', 'rotate') ?? defaults.rotations,
    sizeKiB: read(global.size, 'sizeKiB', 'size') ?? defaults.sizeKiB,
    folder: none(global.logdir) ? '' : datastorePath(global.logdir ?? ''),
    uniqueFolder: /^(true|yes|1)$/i.test(global.logdir_unique ?? ''),
    targets,
    retrySeconds: read(global.default_timeout, 'retrySeconds', 'default_timeout') ?? defaults.retrySeconds,
    loggers,
    problems,
  };
}

function none(value: string | undefined): boolean {
  return value === undefined || value.trim() === '' || value.trim() === '<none>';
}

/** `[datastore1] logs` → `/vmfs/volumes/datastore1/logs`; `[]/scratch/log` is an absolute path. */
function datastorePath(text: string): string {
  const found = /^\[([^\]]*)\]\s*(.*)$/.exec(text.trim());
  if (found === null) return text.trim();
  const rest = (found[2] ?? '').replace(/^\/+/, '');
  return found[1] === '' ? `/${rest}` : `/vmfs/volumes/${found[1]}/${rest}`.replace(/\/$/, '');
}

const formats: LineFormat[] = ['syslog', 'agent', 'vmkernel', 'observation'];

function withPart(
  all: Logger[],
  fileName: string,
  part: Record<string, string>,
  read: (text: string | undefined, key: 'rotations' | 'sizeKiB', label: string) => number | undefined,
): Logger[] {
  const id = part.id ?? fileName.replace(/\.conf$/, '');
  const old = all.find((each) => each.id === id);
  const changed: Logger = {
    ...(old ?? { id, description: id, file: `${id}.log`, idents: [id.toLowerCase()], format: 'syslog' }),
  };
  if (part.descr !== undefined) changed.description = part.descr;
  if (part.file !== undefined) changed.file = part.file.split('/').at(-1) || changed.file;
  if (part.idents !== undefined) changed.idents = part.idents.split(/[\s,]+/).map((ident) => ident.toLowerCase());
  const format = formats.find((each) => each === part.fmt);
  if (format !== undefined) changed.format = format;
  const size = read(part.size, 'sizeKiB', `${fileName}: size`);
  if (size !== undefined) changed.sizeKiB = size;
  const rotations = read(part.rotate, 'rotations', `${fileName}: rotate`);
  if (rotations !== undefined) changed.rotations = rotations;
  return old === undefined ? [...all, changed] : all.map((each) => (each.id === id ? changed : each));
}
