import type { Message } from './message.ts';

/** How a logger writes its lines; see `format.ts`. */
export type LineFormat = 'syslog' | 'agent' | 'vmkernel' | 'observation';

/** A log file and who writes into it. What `esxcli system syslog config logger list` shows comes from here. */
export interface Logger {
  id: string;
  description: string;
  /** In the log folder. */
  file: string;
  /** Program names, lower case. */
  idents: string[];
  format: LineFormat;
  /** KiB at which the file is rotated, and how many old ones are kept; absent: the host's default. */
  sizeKiB?: number;
  rotations?: number;
}

function logger(
  id: string,
  description: string,
  idents: string[],
  format: LineFormat = 'syslog',
  file = `${id}.log`,
): Logger {
  return { id, description, file, idents: idents.map((ident) => ident.toLowerCase()), format };
}

/** Takes whatever no other logger wants. */
export const defaultLoggerId = 'syslog';

/** The loggers of a fresh installation. `/etc/vmsyslog.conf.d/*.conf` adds to them and changes them. */
export const builtInLoggers: readonly Logger[] = [
  logger('auth', 'Logins and failed logins', ['sshd', 'login', 'su', 'passwd', 'dropbear']),
  logger('dhclient', 'DHCP client', ['dhclient', 'dhclient-uw', 'udhcpc', 'udhcpc6']),
  logger('esxupdate', 'Installation of VIBs and image profiles', ['esxupdate']),
  logger('fdm', 'vCenter HA agent', ['fdm'], 'agent'),
  logger('hostd', 'Host agent', ['hostd'], 'agent'),
  logger('hostd-probe', 'Watch over the host agent', ['hostd-probe', 'hostdprobe'], 'agent'),
  logger('rhttpproxy', 'Reverse proxy', ['rhttpproxy'], 'agent'),
  logger('shell', 'Commands typed in the shells', ['shell', 'esxshell', 'ssh']),
  logger('storageRM', 'Storage I/O control', ['storagerm']),
  logger(defaultLoggerId, 'Everything without a log of its own', ['syslog', 'vmsyslogd', 'mark', 'init', 'dcui']),
  logger('usb', 'USB arbitrator', ['usb', 'usbarb', 'usbarbitrator']),
  logger('vmkdevmgr', 'VMkernel device manager', ['vmkdevmgr']),
  logger('vmkernel', 'VMkernel', ['vmkernel'], 'vmkernel'),
  logger('vmkeventd', 'VMkernel events', ['vmkeventd']),
  logger('vmksummary', 'Starts and stops, hourly heartbeat', ['vmksummary', 'heartbeat', 'bootstop']),
  logger('vmkwarning', 'VMkernel warnings', ['vmkwarning'], 'vmkernel'),
  logger('vobd', 'VMkernel observations', ['vobd'], 'observation'),
  logger('vpxa', 'vCenter agent', ['vpxa'], 'agent'),
];

const kern = 0;
const authFacilities = [4, 10];
const warning = 4;

const kernel: readonly string[] = ['vmkernel'];
const kernelWarning: readonly string[] = ['vmkernel', 'vmkwarning'];

/** @returns tells the ids of the loggers a message goes to: its ident decides, then its facility. */
export function createRouter(loggers: readonly Logger[]): (message: Message) => readonly string[] {
  const owners = new Map(loggers.flatMap((each) => each.idents.map((ident) => [ident, each.id] as const)));
  const ids = new Set(loggers.map((each) => each.id));
  return (message) => {
    let id = owners.get(message.ident.toLowerCase());
    if (authFacilities.includes(message.facility)) id = 'auth';
    else if (id === undefined) id = message.facility === kern ? 'vmkernel' : defaultLoggerId;
    if (!ids.has(id)) return [defaultLoggerId];
    if (id !== 'vmkernel') return [id];
    return message.severity <= warning && ids.has('vmkwarning') ? kernelWarning : kernel;
  };
}
