import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';
import { absentSystemCommands } from './absent.ts';
import { coredumpCommands } from './coredump.ts';
import { hostnameCommands } from './hostname.ts';
import { moduleCommands } from './module.ts';
import { powerCommands } from './power.ts';
import { processCommands } from './process.ts';
import { settingsCommands } from './settings.ts';
import { syslogCommands } from './syslog.ts';
import { timeCommands } from './time.ts';
import { versionCommands } from './version.ts';
import { visorfsCommands } from './visorfs.ts';

const NAMESPACES: readonly [path: string, summary: string][] = [
  ['', 'The host itself: settings, logs, time, state.'],
  ['boot', 'What the host was booted from.'],
  ['boot device', 'What the host was booted from.'],
  ['coredump', 'Where dumps go when the kernel fails.'],
  ['coredump file', 'Dumps into a file.'],
  ['coredump network', 'Dumps over the network.'],
  ['coredump partition', 'Dumps into a partition.'],
  ['hostname', "The host's name."],
  ['maintenanceMode', 'Maintenance mode.'],
  ['module', 'Modules of the kernel.'],
  ['module parameters', 'Their parameters.'],
  ['process', 'Processes.'],
  ['process stats', 'Figures of processes.'],
  ['process stats load', 'Load.'],
  ['process stats running', 'Running worlds.'],
  ['secpolicy', 'Security policy.'],
  ['secpolicy domain', 'Security domains.'],
  ['settings', 'Settings.'],
  ['settings advanced', 'Advanced options.'],
  ['settings kernel', 'Boot settings of the VMkernel.'],
  ['settings keyboard', "The console's keyboard."],
  ['settings keyboard layout', 'Its layout.'],
  ['shutdown', 'Restarting and switching off.'],
  ['snmp', 'The SNMP agent.'],
  ['stats', 'Figures of the host.'],
  ['stats uptime', 'How long it has been up.'],
  ['syslog', 'Logs.'],
  ['syslog config', 'Where logs go.'],
  ['syslog config logger', 'Single logs.'],
  ['time', "The host's time."],
  ['uuid', "The host's UUID."],
  ['version', 'Product and build.'],
  ['visorfs', 'The root file system in memory.'],
  ['visorfs ramdisk', 'RAM disks.'],
  ['visorfs tardisk', 'Archives the root was filled from.'],
  ['welcomemsg', "Text on the direct console's front page."],
];

export const systemNamespaces: EsxcliNamespace[] = NAMESPACES.map(([path, summary]) => ({
  path: path === '' ? 'system' : `system ${path}`,
  summary,
}));

export const systemCommands: EsxcliCommand[] = [
  ...versionCommands,
  ...hostnameCommands,
  ...settingsCommands,
  ...syslogCommands,
  ...powerCommands,
  ...timeCommands,
  ...coredumpCommands,
  ...moduleCommands,
  ...processCommands,
  ...visorfsCommands,
  ...absentSystemCommands,
];

export const systemTools: ToolCommand[] = [];
