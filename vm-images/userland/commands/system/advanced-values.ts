/** Reading and changing advanced options: those that mirror another setting go there. */

import { type AdvancedOption, findAdvancedOption } from '../../model/advanced-options.ts';
import type { HostConfig } from '../../model/config.ts';
import type { Host } from '../../model/host.ts';
import { currentIpv4, fqdn, managementVmknic } from '../../model/network-rules.ts';
import { readSyslogConf, type SyslogConf, writeSyslogConf } from '../../model/syslog-conf.ts';
import type { System } from '../../model/system.ts';
import { CommandError } from '../framework/index.ts';

/** The option, or the refusal that names it. */
export function requireAdvancedOption(path: string): AdvancedOption {
  const option = findAdvancedOption(path);
  if (option === undefined) throw new CommandError(`Unable to find option ${path.split('/').pop()}`);
  return option;
}

/** Its value now, integers as text. */
export function advancedValue(host: Pick<Host, 'config' | 'runtime'>, system: System, option: AdvancedOption): string {
  return mirrored(host, system, option.path) ?? host.config.advanced[option.path] ?? option.fallback;
}

function mirrored(host: Pick<Host, 'config' | 'runtime'>, system: System, path: string): string | undefined {
  const { config } = host;
  const tagged = (tag: 'VMotion' | 'faultToleranceLogging'): string =>
    config.network.vmknics.find((vmknic) => vmknic.tags.includes(tag))?.name ?? '';
  const management = managementVmknic(config);
  const address = management === undefined ? '' : currentIpv4(host, management).address;
  switch (path) {
    case '/Misc/HostName':
      return fqdn(config);
    case '/Misc/HostIPAddr':
    case '/Net/ManagementAddr':
      return address === '0.0.0.0' ? '' : address;
    case '/Net/ManagementIface':
      return management?.name ?? '';
    case '/Migrate/Vmknic':
      return tagged('VMotion');
    case '/FT/Vmknic':
      return tagged('faultToleranceLogging');
    default:
      return path.startsWith('/Syslog/global/') ? syslogValue(readSyslogConf(system), path.slice(15)) : undefined;
  }
}

function syslogValue(conf: SyslogConf, name: string): string | undefined {
  switch (name) {
    case 'defaultRotate':
      return String(conf.rotate);
    case 'defaultSize':
      return String(conf.size);
    case 'logDir':
      return conf.logdir === '' ? '[] /scratch/log' : conf.logdir;
    case 'logDirUnique':
      return conf.logdirUnique ? '1' : '0';
    case 'logHost':
      return conf.loghost;
    default:
      return undefined;
  }
}

/** They show what other settings make of them. */
const READ_ONLY = new Set([
  '/Misc/HostIPAddr',
  '/Misc/HostName',
  '/Net/ManagementAddr',
  '/Net/ManagementIface',
  '/ScratchConfig/CurrentScratchLocation',
]);

/** Set by the user to something else than the default. */
export function isChanged(option: AdvancedOption, value: string): boolean {
  return value !== option.fallback && !READ_ONLY.has(option.path);
}

/**
 * Sets an option after checking it.
 *
 * @param value Undefined: back to the default.
 * @throws CommandError naming type or limits.
 */
export async function setAdvancedValue(
  host: Host,
  system: System,
  option: AdvancedOption,
  value: string | undefined,
): Promise<void> {
  const { path } = option;
  const wanted = value ?? option.fallback;
  checkValue(option, wanted);
  if (READ_ONLY.has(path)) throw new CommandError(`Option ${path} follows other settings and cannot be set`);
  const syslog = path.startsWith('/Syslog/global/');
  if (syslog) setSyslog(system, path.slice('/Syslog/global/'.length), value === undefined ? '' : wanted);
  await host.change(`Set option ${path} to ${JSON.stringify(wanted)}`, (draft) => {
    if (path === '/Migrate/Vmknic') setTag(draft, 'VMotion', wanted);
    else if (path === '/FT/Vmknic') setTag(draft, 'faultToleranceLogging', wanted);
    else if (syslog || wanted === option.fallback) delete draft.advanced[path];
    else draft.advanced[path] = wanted;
  });
}

function checkValue(option: AdvancedOption, value: string): void {
  if (option.type === 'string') return;
  const number = Number(value);
  if (!Number.isInteger(number)) throw new CommandError(`Option ${option.path} takes an integer, not '${value}'`);
  if (number < option.min || number > option.max) {
    throw new CommandError(
      `Unable to set ${option.path} to ${value}: the value must be between ${option.min} and ${option.max}`,
    );
  }
}

function setTag(draft: HostConfig, tag: 'VMotion' | 'faultToleranceLogging', name: string): void {
  if (name !== '' && !draft.network.vmknics.some((vmknic) => vmknic.name === name)) {
    throw new CommandError(`Unable to find vmkernel network interface ${name}`);
  }
  for (const vmknic of draft.network.vmknics) {
    vmknic.tags = vmknic.tags.filter((candidate) => candidate !== tag);
    if (vmknic.name === name) vmknic.tags.push(tag);
  }
}

function setSyslog(system: System, name: string, value: string): void {
  writeSyslogConf(system, (conf) => {
    if (name === 'defaultRotate') conf.rotate = value === '' ? 8 : Number(value);
    else if (name === 'defaultSize') conf.size = value === '' ? 1024 : Number(value);
    else if (name === 'logDir') conf.logdir = value === '[] /scratch/log' ? '' : value;
    else if (name === 'logDirUnique') conf.logdirUnique = value === '1';
    else if (name === 'logHost') conf.loghost = value;
  });
}
