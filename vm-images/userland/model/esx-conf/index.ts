import type { FirewallConfig, HostConfig, ModuleConfig, RulesetState } from '../config.ts';
import { nicHardware } from '../nic-hardware.ts';
import { ACCEPTANCE_LEVELS, type AcceptanceLevel } from '../software/vib.ts';
import { readNetwork, writeNetwork } from './network.ts';
import { ConfReader, ConfWriter } from './node.ts';
import { parseEntries, serializeEntries } from './text.ts';

/** Reads `/etc/vmware/esx.conf`. Missing values take their defaults; keys nobody knows are kept in `extra`. */
export function parseEsxConf(content: string): HostConfig {
  const root = new ConfReader(parseEntries(content));
  const adv = root.at('adv');
  const [hostName = 'localhost', ...domain] = root.string('adv/Misc/HostName', 'localhost').split('.');
  const config: HostConfig = {
    systemUuid: root.string('system/uuid', ''),
    hostName,
    domain: domain.join('.'),
    keyboard: root.string('system/keyboard', 'US Default'),
    maintenanceMode: root.boolean('system/maintenanceMode', false),
    acceptanceLevel: readAcceptance(root.string('system/hostAcceptanceLevel', '')),
    lockdownMode: root.boolean('system/lockdownMode', false),
    network: readNetwork(root.at('net'), adv),
    firewall: readFirewall(root.at('firewall')),
    kernel: readFlat(root.at('vmkernel/setting')),
    modules: readModules(root.at('vmkernel/module')),
    coredump: {
      partition: root.string('system/coredump/partition', ''),
      partitionActive: root.boolean('system/coredump/active', true),
      network: {
        enabled: root.boolean('system/coredump/network/enabled', false),
        vmknic: root.string('system/coredump/network/vmknic', ''),
        serverIp: root.string('system/coredump/network/serverIp', ''),
        serverPort: root.number('system/coredump/network/serverPort', 0),
      },
    },
    advanced: {},
    extra: {},
  };
  // Derived entries, written for readers of the file and worked out again each time.
  adv.take('Misc/HostIPAddr');
  adv.take('Net/ManagementAddr');
  for (const { name } of config.network.pnics) root.take(deviceKey(name));
  config.advanced = Object.fromEntries(Object.entries(readFlat(adv)).map(([name, value]) => [`/${name}`, value]));
  config.extra = root.rest() ?? {};
  return config;
}

/** A word that is no level leaves the host as strict as a new one. */
function readAcceptance(word: string): AcceptanceLevel {
  return ACCEPTANCE_LEVELS.find((level) => level === word) ?? 'partner';
}

/** The file's whole content, entries sorted by key so that equal configurations give equal files. */
export function serializeEsxConf(config: HostConfig): string {
  const root = new ConfWriter();
  const adv = root.at('adv');
  root.put('system/uuid', config.systemUuid);
  root.put('adv/Misc/HostName', config.domain === '' ? config.hostName : `${config.hostName}.${config.domain}`);
  root.putUnless('system/keyboard', config.keyboard, 'US Default');
  root.putUnless('system/maintenanceMode', config.maintenanceMode, false);
  root.putUnless('system/hostAcceptanceLevel', config.acceptanceLevel, 'partner');
  root.putUnless('system/lockdownMode', config.lockdownMode, false);
  writeNetwork(config.network, root.at('net'), adv);
  writeManagementAddress(config, adv);
  for (const { name } of config.network.pnics) root.put(deviceKey(name), name);
  for (const [path, value] of Object.entries(config.advanced)) adv.put(path.slice(1), value);
  writeFirewall(config.firewall, root.at('firewall'));
  root.at('vmkernel/setting').putAll(config.kernel);
  writeModules(config.modules, root.at('vmkernel/module'));
  writeCoredump(config, root);
  root.putAll(config.extra);
  return serializeEntries(root.entries.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)));
}

/** `device/000:002:00.0/vmkname`: which adapter a device became. */
function deviceKey(nic: string): string {
  return `device/${nicHardware(nic).pciDevice.slice(1)}/vmkname`;
}

function writeManagementAddress(config: HostConfig, adv: ConfWriter): void {
  const management = config.network.vmknics.find((vmknic) => vmknic.tags.includes('Management'));
  if (management === undefined || management.ipv4.type !== 'static') return;
  adv.put('Misc/HostIPAddr', management.ipv4.address);
  adv.put('Net/ManagementAddr', management.ipv4.address);
}

function readFlat(node: ConfReader): Record<string, string> {
  return node.rest() ?? {};
}

function readFirewall(node: ConfReader): FirewallConfig {
  const rulesets: Record<string, RulesetState> = {};
  for (const child of node.at('ruleset').children()) {
    rulesets[child.string('id', '')] = {
      enabled: child.boolean('enabled', false),
      allowedAll: child.boolean('allowedAll', true),
      allowedIps: child
        .string('allowedIps', '')
        .split(',')
        .filter((item) => item !== ''),
    };
  }
  return {
    enabled: node.boolean('enabled', true),
    loaded: node.boolean('loaded', true),
    defaultAction: node.string('defaultAction', 'drop') === 'pass' ? 'pass' : 'drop',
    rulesets,
  };
}

function writeFirewall(config: FirewallConfig, node: ConfWriter): void {
  node.putUnless('defaultAction', config.defaultAction, 'drop');
  node.putUnless('enabled', config.enabled, true);
  node.putUnless('loaded', config.loaded, true);
  node.at('ruleset').children(Object.entries(config.rulesets), ([id, state], child) => {
    child.put('allowedAll', state.allowedAll);
    if (state.allowedIps.length > 0) child.put('allowedIps', state.allowedIps.join(','));
    child.put('enabled', state.enabled);
    child.put('id', id);
  });
}

/** `/vmkernel/module/e1000.o/options = "…"` */
function readModules(node: ConfReader): Record<string, ModuleConfig> {
  const out: Record<string, ModuleConfig> = {};
  for (const [key, value] of Object.entries(readFlat(node))) {
    const slash = key.indexOf('.o/');
    if (slash < 0) continue;
    const name = key.slice(0, slash);
    const module = out[name] ?? {};
    out[name] = module;
    if (key.endsWith('/options')) module.options = value;
    else if (key.endsWith('/enabled')) module.enabled = value === 'true';
  }
  return out;
}

function writeModules(modules: Readonly<Record<string, ModuleConfig>>, node: ConfWriter): void {
  for (const [name, module] of Object.entries(modules)) {
    node.put(`${name}.o/enabled`, module.enabled);
    node.put(`${name}.o/options`, module.options);
  }
}

function writeCoredump({ coredump }: HostConfig, root: ConfWriter): void {
  root.putUnless('system/coredump/partition', coredump.partition, '');
  root.putUnless('system/coredump/active', coredump.partitionActive, true);
  root.putUnless('system/coredump/network/enabled', coredump.network.enabled, false);
  root.putUnless('system/coredump/network/vmknic', coredump.network.vmknic, '');
  root.putUnless('system/coredump/network/serverIp', coredump.network.serverIp, '');
  root.putUnless('system/coredump/network/serverPort', coredump.network.serverPort, 0);
}
