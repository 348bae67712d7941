import { readSyslogConf, SYSLOG_DEFAULTS, type SyslogConf, writeSyslogConf } from '../../model/syslog-conf.ts';
import type { System } from '../../model/system.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';
import { loggerOverride, readLoggers, writeLoggerOverride } from './syslog-loggers.ts';

const PID_FILE = '/var/run/vmsyslogd.pid';
const SIGHUP = 1;

export const syslogCommands: EsxcliCommand[] = [
  {
    path: 'system syslog config get',
    summary: 'Show where logs go and how they are rotated.',
    output: {
      shape: 'simple',
      struct: 'SyslogConfig',
      fields: [
        integer('Default Network Retry Timeout'),
        text('Local Log Output'),
        boolean('Local Log Output Is Configured'),
        boolean('Local Log Output Is Persistent'),
        integer('Local Logging Default Rotation Size'),
        integer('Local Logging Default Rotations'),
        boolean('Log To Unique Subdirectory'),
        text('Remote Host'),
      ],
    },
    run({ system }) {
      const conf = readSyslogConf(system);
      const folder = conf.logdir === '' ? '/scratch/log' : conf.logdir;
      return {
        'Default Network Retry Timeout': conf.defaultTimeout,
        'Local Log Output': folder,
        'Local Log Output Is Configured': conf.logdir !== '',
        'Local Log Output Is Persistent': isPersistent(system, folder),
        'Local Logging Default Rotation Size': conf.size,
        'Local Logging Default Rotations': conf.rotate,
        'Log To Unique Subdirectory': conf.logdirUnique,
        'Remote Host': conf.loghost === '' ? '<none>' : conf.loghost,
      };
    },
  },
  {
    path: 'system syslog config set',
    summary: 'Change where logs go; takes effect with syslog reload.',
    parameters: [
      { long: 'default-rotate', type: 'int', min: 0, max: 100, description: 'Rotated files kept of each log.' },
      { long: 'default-size', type: 'int', min: 1, max: 10240, description: 'Size in KiB at which a log is rotated.' },
      {
        long: 'default-timeout',
        type: 'int',
        min: 1,
        max: 86400,
        description: 'Seconds before a lost host is tried again.',
      },
      { long: 'logdir', type: 'string', description: 'Folder for the logs: an absolute path, or [datastore] path.' },
      { long: 'logdir-unique', type: 'bool', description: 'Log into a folder named after the host.' },
      {
        long: 'loghost',
        type: 'string',
        description: 'Remote hosts, separated by commas: udp://host, tcp://host:514, ssl://host:1514.',
      },
      {
        long: 'reset',
        type: 'list',
        description:
          'Back to the default: default-rotate, default-size, default-timeout, logdir, logdir-unique, loghost.',
      },
    ],
    output: none,
    run(ctx, args) {
      const loghost = args.optionalString('loghost');
      const logdir = args.optionalString('logdir');
      if (loghost !== undefined) checkLogHost(loghost);
      if (logdir !== undefined) checkLogDir(ctx.system, logdir);
      const reset = args.list('reset');
      for (const name of reset) if (!(name in RESETS)) throw new CommandError(`There is no setting ${name} to reset`);
      writeSyslogConf(ctx.system, (conf) => {
        for (const name of reset) RESETS[name]!(conf);
        conf.rotate = args.optionalInt('default-rotate') ?? conf.rotate;
        conf.size = args.optionalInt('default-size') ?? conf.size;
        conf.defaultTimeout = args.optionalInt('default-timeout') ?? conf.defaultTimeout;
        conf.logdir = logdir ?? conf.logdir;
        conf.logdirUnique = args.optionalBool('logdir-unique') ?? conf.logdirUnique;
        conf.loghost = loghost ?? conf.loghost;
      });
      ctx.system.log('hostd', 'info', 'Changed the log settings');
      return undefined;
    },
  },
  {
    path: 'system syslog config logger list',
    summary: 'List the logs and how each is rotated.',
    output: {
      shape: 'keyed',
      struct: 'SyslogLoggerConfig',
      key: 'ID',
      fields: [text('Description'), text('Destination'), text('ID'), integer('Rotation Size'), integer('Rotations')],
    },
    run({ system }) {
      const conf = readSyslogConf(system);
      return readLoggers(system).map((logger) => ({
        Description: logger.description,
        Destination: logger.file,
        ID: logger.id,
        'Rotation Size': logger.sizeKiB ?? conf.size,
        Rotations: logger.rotations ?? conf.rotate,
      }));
    },
  },
  {
    path: 'system syslog config logger set',
    summary: 'Change how one log is rotated.',
    parameters: [
      loggerParameter(),
      { long: 'reset', type: 'list', description: 'Back to the default: rotate, size.' },
      { long: 'rotate', type: 'int', min: 0, max: 100, description: 'Rotated files kept.' },
      { long: 'size', type: 'int', min: 1, max: 10240, description: 'Size in KiB at which it is rotated.' },
    ],
    output: none,
    run({ system }, args) {
      const id = args.string('id');
      if (!readLoggers(system).some((logger) => logger.id === id)) throw new CommandError(`There is no logger ${id}`);
      const reset = args.list('reset');
      const wrong = reset.find((name) => name !== 'rotate' && name !== 'size');
      if (wrong !== undefined) throw new CommandError(`There is no setting ${wrong} to reset`);
      const now = loggerOverride(system, id);
      writeLoggerOverride(system, id, {
        rotate: args.optionalInt('rotate') ?? (reset.includes('rotate') ? undefined : now.rotate),
        size: args.optionalInt('size') ?? (reset.includes('size') ? undefined : now.size),
      });
      return undefined;
    },
  },
  {
    path: 'system syslog mark',
    summary: 'Write a line into the logs, to find the place again.',
    parameters: [{ long: 'message', short: 's', type: 'string', description: "The line's text." }],
    output: none,
    run({ system }, args) {
      system.log('mark', 'info', args.optionalString('message') ?? '-- MARK --');
      return undefined;
    },
  },
  {
    path: 'system syslog reload',
    summary: 'Start logging anew with the settings as they are.',
    output: none,
    run: (ctx) => reloadSyslog(ctx),
  },
];

const RESETS: Record<string, (conf: SyslogConf) => void> = {
  'default-rotate': (conf) => {
    conf.rotate = SYSLOG_DEFAULTS.rotate;
  },
  'default-size': (conf) => {
    conf.size = SYSLOG_DEFAULTS.size;
  },
  'default-timeout': (conf) => {
    conf.defaultTimeout = SYSLOG_DEFAULTS.defaultTimeout;
  },
  logdir: (conf) => {
    conf.logdir = '';
  },
  'logdir-unique': (conf) => {
    conf.logdirUnique = false;
  },
  loghost: (conf) => {
    conf.loghost = '';
  },
};

function loggerParameter(): Parameter {
  return { long: 'id', type: 'string', required: true, description: "The log's ID: hostd, vmkernel …" };
}

function isPersistent(system: System, folder: string): boolean {
  const target = folder.startsWith('/scratch') ? (system.files.readLink('/scratch') ?? '') : folder;
  return target.startsWith('/vmfs/') || target.startsWith('[');
}

/** Every target of the list, or the refusal naming the bad one. */
function checkLogHost(value: string): void {
  if (value === '' || value === '<none>') return;
  for (const target of value.split(',')) {
    const found = /^(?:(udp|tcp|ssl):\/\/)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(target.trim());
    const port = Number(found?.[3] ?? 514);
    if (found === null || port < 1 || port > 65535) {
      throw new CommandError(`Invalid remote host '${target.trim()}': expected [udp|tcp|ssl]://host[:port]`);
    }
  }
}

function checkLogDir(system: System, folder: string): void {
  if (/^\[[^\]]*\]/.test(folder)) return;
  if (!folder.startsWith('/')) throw new CommandError(`Invalid log folder ${folder}: it must be an absolute path`);
  const stat = system.files.stat(folder);
  if (stat !== null && stat.type !== 'directory') throw new CommandError(`Log folder ${folder} is not a folder`);
}

async function reloadSyslog({ system }: CommandContext): Promise<undefined> {
  const pid = Number((system.files.readText(PID_FILE) ?? '').trim());
  if (!(pid > 1 && system.processes.isAlive(pid))) throw new CommandError('The log daemon vmsyslogd is not running');
  system.processes.kill(pid, SIGHUP);
  return undefined;
}
