import type { ProcessInfo } from '../../model/system.ts';
import { type EsxcliCommand, integer, text } from '../framework/index.ts';

export const processCommands: EsxcliCommand[] = [
  {
    path: 'system process list',
    summary: 'List the user processes.',
    output: {
      shape: 'keyed',
      struct: 'Process',
      key: 'Name',
      fields: [
        text('Command Line'),
        integer('World ID', 'Id'),
        integer('Parent World ID'),
        integer('Security Domain'),
        text('Security Domain Name'),
        integer('Session'),
        integer('Resident Size', 'ResidentKB'),
      ],
    },
    run: ({ system }) =>
      userProcesses(system.processes.list()).map((process) => ({
        Name: process.name,
        'Command Line': process.command,
        'World ID': process.pid,
        'Parent World ID': process.parent,
        'Security Domain': 0,
        'Security Domain Name': 'superDom',
        Session: process.session,
        'Resident Size': process.residentKiB,
      })),
  },
  {
    path: 'system process stats load get',
    summary: 'Show the load of the last minutes.',
    output: {
      shape: 'simple',
      struct: 'SystemLoad',
      fields: [text('Load1Minute'), text('Load5Minutes'), text('Load15Minutes')],
    },
    run({ system }) {
      const [one = '', five = '', fifteen = ''] = (system.files.readText('/proc/loadavg') ?? '').split(' ');
      return { Load1Minute: one, Load5Minutes: five, Load15Minutes: fifteen };
    },
  },
  {
    path: 'system process stats running get',
    summary: 'Show how many worlds run.',
    output: {
      shape: 'simple',
      struct: 'SystemRunning',
      fields: [integer('System Worlds'), integer('User Worlds'), integer('Running Worlds')],
    },
    run({ system }) {
      const all = system.processes.list();
      const user = userProcesses(all).length;
      return {
        'System Worlds': all.length - user,
        'User Worlds': user,
        'Running Worlds': all.filter((process) => process.state === 'R').length,
      };
    },
  },
  {
    path: 'system stats uptime get',
    summary: 'Show microseconds since the host started.',
    output: { shape: 'scalar', type: 'integer' },
    run: ({ system }) => Math.round(system.clock.uptimeMs() * 1000),
  },
  {
    path: 'system uuid get',
    summary: "Show the host's UUID.",
    output: { shape: 'scalar', type: 'string' },
    run: ({ host }) => host.config.systemUuid,
  },
];

/** Kernel threads have no command line. */
function userProcesses(all: readonly ProcessInfo[]): ProcessInfo[] {
  return all.filter((process) => process.command !== '');
}
