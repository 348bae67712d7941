import { SYSLOG_CONF } from '../../model/syslog-conf.ts';
import type { System } from '../../model/system.ts';
import { parseIni, readConfig } from '../../syslogd/config.ts';
import type { Logger } from '../../syslogd/loggers.ts';

/** Files here add logs to vmsyslogd's own and change them. */
const PARTS_FOLDER = '/etc/vmsyslog.conf.d';

/** The logs as vmsyslogd understands its files. */
export function readLoggers(system: System): Logger[] {
  const parts: Record<string, string> = {};
  for (const name of system.files.list(PARTS_FOLDER) ?? []) {
    if (name.endsWith('.conf')) parts[name] = system.files.readText(`${PARTS_FOLDER}/${name}`) ?? '';
  }
  return readConfig(system.files.readText(SYSLOG_CONF), parts).loggers;
}

export interface LoggerOverride {
  rotate: number | undefined;
  size: number | undefined;
}

export function loggerOverride(system: System, id: string): LoggerOverride {
  const section = parseIni(system.files.readText(partPath(id)) ?? '')['vmsyslog-logger'] ?? {};
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  return { rotate: number(section.rotate), size: number(section.size) };
}

/** Replaces the two values in the log's own file, which may hold more. */
export function writeLoggerOverride(system: System, id: string, override: LoggerOverride): void {
  const lines = (system.files.readText(partPath(id)) ?? `[vmsyslog-logger]\nid = ${id}\n`)
    .split('\n')
    .filter((line) => line !== '' && !/^\s*(rotate|size)\s*=/.test(line));
  if (override.rotate !== undefined) lines.push(`rotate = ${override.rotate}`);
  if (override.size !== undefined) lines.push(`size = ${override.size}`);
  system.files.mkdir(PARTS_FOLDER, { parents: true });
  system.files.write(partPath(id), `${lines.join('\n')}\n`, { mode: 0o644, atomic: true });
}

function partPath(id: string): string {
  return `${PARTS_FOLDER}/${id}.conf`;
}
