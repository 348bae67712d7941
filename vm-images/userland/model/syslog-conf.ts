/** `/etc/vmsyslog.conf`, section `[vmsyslog]`: read, changed and written by commands, read by vmsyslogd. */
import type { System } from './system.ts';

export const SYSLOG_CONF = '/etc/vmsyslog.conf';
const NONE = '<none>';

export interface SyslogConf {
  rotate: number;
  /** KiB. */
  size: number;
  /** Comma list of targets, empty: none. */
  loghost: string;
  /** Empty: the host's own `/scratch/log`. */
  logdir: string;
  logdirUnique: boolean;
  /** Seconds between attempts to reach a lost host. */
  defaultTimeout: number;
}

export const SYSLOG_DEFAULTS: Readonly<SyslogConf> = {
  rotate: 8,
  size: 1024,
  loghost: '',
  logdir: '',
  logdirUnique: false,
  defaultTimeout: 180,
};

export function readSyslogConf(system: System): SyslogConf {
  return parseSyslogConf(system.files.readText(SYSLOG_CONF) ?? '');
}

export function parseSyslogConf(content: string): SyslogConf {
  const values = new Map<string, string>();
  let section = '';
  for (const line of content.split('\n')) {
    const head = /^\s*\[([^\]]+)\]/.exec(line);
    if (head !== null) section = head[1]!;
    const equals = line.indexOf('=');
    if (section !== 'vmsyslog' || equals < 0 || /^\s*[#;]/.test(line)) continue;
    values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const text = (name: string): string => {
    const value = values.get(name) ?? '';
    return value === NONE ? '' : value;
  };
  const number = (name: string, fallback: number): number => (/^\d+$/.test(text(name)) ? Number(text(name)) : fallback);
  return {
    rotate: number('rotate', SYSLOG_DEFAULTS.rotate),
    size: number('size', SYSLOG_DEFAULTS.size),
    loghost: text('loghost'),
    logdir: text('logdir'),
    logdirUnique: /^(true|yes|1)$/i.test(text('logdir_unique')),
    defaultTimeout: number('default_timeout', SYSLOG_DEFAULTS.defaultTimeout),
  };
}

/** Edits the section's values in place; other lines of the file stay. */
export function writeSyslogConf(system: System, edit: (conf: SyslogConf) => void): void {
  const content = system.files.readText(SYSLOG_CONF) ?? '';
  const conf = parseSyslogConf(content);
  edit(conf);
  system.files.write(SYSLOG_CONF, withValues(content, conf), { mode: 0o644, atomic: true });
}

export function withValues(content: string, conf: SyslogConf): string {
  const values = new Map<string, string>([
    ['rotate', String(conf.rotate)],
    ['size', String(conf.size)],
    ['loghost', conf.loghost || NONE],
    ['logdir', conf.logdir || NONE],
    ['logdir_unique', String(conf.logdirUnique)],
  ]);
  if (conf.defaultTimeout !== SYSLOG_DEFAULTS.defaultTimeout || content.includes('default_timeout')) {
    values.set('default_timeout', String(conf.defaultTimeout));
  }
  const lines = content === '' ? [] : content.trimEnd().split('\n');
  let end = -1;
  let inside = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*\[/.test(line)) inside = line.trim() === '[vmsyslog]';
    if (!inside) continue;
    if (line.trim() !== '') end = at;
    const name = line.split('=', 1)[0]!.trim();
    const value = values.get(name);
    if (value === undefined || !line.includes('=')) continue;
    lines[at] = `${name} = ${value}`;
    values.delete(name);
  }
  if (end < 0) {
    lines.push('[vmsyslog]');
    end = lines.length - 1;
  }
  lines.splice(end + 1, 0, ...[...values].map(([name, value]) => `${name} = ${value}`));
  return `${lines.join('\n')}\n`;
}
