import { adapterName, deviceId, displayName, sizeMiB } from '../../model/storage-devices.ts';
import { readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import { listVolumes } from '../../model/storage-mounts.ts';
import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { memoryBytes, pciNames, readCpus, readPci, readPlatform, uuidAsBytes } from '../hardware/facts.ts';
import { parseMemory } from '../tools/esxtop/sample.ts';
import { cell, esxcliRows } from './esxcli-call.ts';
import { usage } from './text.ts';

const OPTIONS = [
  { usage: '-a|--all', text: 'Print everything.' },
  { usage: '-w|--hardware', text: 'Print the machine.' },
  { usage: '-r|--resource', text: 'Print the resources.' },
  { usage: '-s|--storage', text: 'Print the storage.' },
  { usage: '-n|--network', text: 'Print the network.' },
  { usage: '-y|--system', text: 'Print the system.' },
  { usage: '-o|--advopt', text: 'Print the advanced options.' },
  { usage: '-u|--hostuuid', text: 'Print the UUID of the host.' },
  { usage: '-b|--bootuuid', text: 'Print the UUID of the volume the host booted from.' },
  { usage: '-e|--boottype', text: 'Print how the host was installed.' },
  { usage: '-F|--format <xml|perl>', text: 'Print in another form.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

/** A tree of facts: values at the leaves, named groups below. */
export interface InfoNode {
  name: string;
  values: [name: string, value: string | number][];
  groups: InfoNode[];
}

const node = (name: string, values: InfoNode['values'] = [], groups: InfoNode[] = []): InfoNode => ({
  name,
  values,
  groups,
});

export const infoTool: ToolCommand = {
  name: 'esxcfg-info',
  summary: 'Everything about the host as one tree.',
  options: OPTIONS,
  async run(ctx, argv) {
    const long = {
      all: 'a',
      hardware: 'w',
      resource: 'r',
      storage: 's',
      network: 'n',
      system: 'y',
      advopt: 'o',
      hostuuid: 'u',
      bootuuid: 'b',
      boottype: 'e',
      'format=': 'F',
      help: 'h',
    };
    const given = getopt('esxcfg-info', argv, 'awrsnyoubeF:h', long);
    if (given.has('h')) {
      await ctx.out(usage('esxcfg-info <options>', OPTIONS));
      return 0;
    }
    if (given.has('u')) await ctx.out(`${ctx.host.config.systemUuid.toUpperCase()}\n`);
    if (given.has('b')) await ctx.out(`${bootUuid(ctx)}\n`);
    if (given.has('e')) await ctx.out('visor-thin\n');
    if (['u', 'b', 'e'].some((name) => given.has(name))) return 0;
    const groups: InfoNode[] = [];
    const all = given.has('a') || !['w', 'r', 's', 'n', 'y', 'o'].some((name) => given.has(name));
    if (all || given.has('w')) groups.push(hardware(ctx));
    if (all || given.has('r')) groups.push(resources(ctx));
    if (all || given.has('n')) groups.push(await network(ctx));
    if (all || given.has('s')) groups.push(storage(ctx));
    if (all || given.has('y')) groups.push(system(ctx));
    if (all || given.has('o')) groups.push(await advanced(ctx));
    const tree = all ? [node('Host', [], groups)] : groups;
    const format = given.value('F') ?? 'text';
    if (format !== 'text' && format !== 'xml')
      throw new CommandError(`esxcfg-info: unknown format ${format}, expected xml`);
    await ctx.out(
      format === 'xml'
        ? `<?xml version="1.0"?>\n${tree.map((one) => printXml(one, '')).join('')}`
        : tree.map((one) => printTree(one, 0)).join(''),
    );
    return 0;
  },
};

const VALUE_COLUMN = 76;

/** `\==+Group : ` and `|----Name......value`, three blanks a level. */
export function printTree(one: InfoNode, depth: number): string {
  const indent = '   '.repeat(depth);
  const inner = `${indent}   `;
  const values = one.values
    .map(([name, value]) => `${`${inner}|----${name}`.padEnd(VALUE_COLUMN, '.')}${value}\n`)
    .join('');
  return `${indent}${depth === 0 ? '+' : '\\==+'}${one.name} : \n${values}${one.groups.map((group) => printTree(group, depth + 1)).join('')}`;
}

function printXml(one: InfoNode, indent: string): string {
  const quote = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  const tag = one.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const values = one.values
    .map(
      ([name, value]) =>
        `${indent}  <value name="${quote(name.toLowerCase().replace(/ /g, '-'))}">${quote(String(value))}</value>\n`,
    )
    .join('');
  return `${indent}<${tag}>\n${values}${one.groups.map((group) => printXml(group, `${indent}  `)).join('')}${indent}</${tag}>\n`;
}

function bootUuid(ctx: CommandContext): string {
  const target = ctx.system.files.readLink('/bootbank') ?? '';
  return (
    target
      .split('/')
      .filter((part) => part !== '')
      .pop() ?? ''
  );
}

function hardware(ctx: CommandContext): InfoNode {
  const platform = readPlatform(ctx);
  const cpus = readCpus(ctx);
  return node(
    'Hardware Info',
    [
      ['BIOS UUID', uuidAsBytes(platform.uuid)],
      ['Product Name', platform.productName],
      ['Vendor Name', platform.vendorName],
      ['Serial Number', platform.serialNumber],
      ['BIOS Version', platform.biosVersion],
      ['Hardware Uptime', ctx.system.clock.uptimeMs() * 1000],
    ],
    [
      node(
        'CPU Info',
        [
          ['Number Of Packages', new Set(cpus.map((cpu) => cpu.packageId)).size],
          ['Number Of Cores', cpus.length],
          ['Number Of CPUs (Threads)', cpus.length],
          ['Hyperthreading', 'false'],
        ],
        cpus.map((cpu) =>
          node(`CPU ${cpu.id}`, [
            ['Name', cpu.model],
            ['Vendor', cpu.vendor],
            ['Family', cpu.family],
            ['Model', cpu.modelNumber],
            ['Stepping', cpu.stepping],
            ['Core Speed', Math.round(cpu.mhz * 1e6)],
          ]),
        ),
      ),
      node('Memory Info', [
        ['Physical Mem', memoryBytes(ctx)],
        ['Reliable Mem', 0],
        ['NUMA Nodes', 1],
      ]),
      node(
        'PCI Info',
        [],
        readPci(ctx).map((device) =>
          node(`PCI Device ${device.address}`, [
            ['Vendor Name', pciNames(device).vendor],
            ['Device Name', pciNames(device).device],
            ['Vendor Id', `0x${device.vendorId}`],
            ['Device Id', `0x${device.deviceId}`],
            ['VMkernel Name', device.vmkernelName],
          ]),
        ),
      ),
    ],
  );
}

function resources(ctx: CommandContext): InfoNode {
  const memory = parseMemory(ctx.system.files.readText('/proc/meminfo') ?? '');
  return node('Resource Info', [
    ['Number of CPUs', readCpus(ctx).length],
    ['Memory Total (KB)', memory.MemTotal ?? 0],
    ['Memory Free (KB)', memory.MemFree ?? 0],
    ['Memory Available (KB)', memory.MemAvailable ?? 0],
  ]);
}

async function network(ctx: CommandContext): Promise<InfoNode> {
  const rowsAs = async (title: string, path: string, key: string): Promise<InfoNode> => {
    const rows = await esxcliRows(ctx, path);
    return node(
      title,
      [],
      rows.map((row) =>
        node(
          cell(row, key),
          Object.keys(row).map((label): [string, string] => [label, cell(row, label)]),
        ),
      ),
    );
  };
  return node(
    'Network Info',
    [],
    [
      await rowsAs('Physical Nics', 'network nic list', 'Name'),
      await rowsAs('Virtual Switch Info', 'network vswitch standard list', 'Name'),
      await rowsAs('Port Groups', 'network vswitch standard portgroup list', 'Name'),
      await rowsAs('VmKernel Nics', 'network ip interface list', 'Name'),
    ],
  );
}

function storage(ctx: CommandContext): InfoNode {
  const inventory = readStorage(ctx.system.files);
  return node(
    'Storage Info',
    [],
    [
      node(
        'SCSI Adapters',
        [],
        inventory.adapters.map((adapter) =>
          node(adapterName(adapter.host), [
            ['Driver', adapter.driver],
            ['PCI Address', adapter.pciAddress],
          ]),
        ),
      ),
      node(
        'Logical Units',
        [],
        inventory.devices.map((device) =>
          node(deviceId(device), [
            ['Display Name', displayName(device, readDeviceSettings(ctx.host.config, device))],
            ['Vendor', device.vendor],
            ['Model', device.model],
            ['Size (MB)', sizeMiB(device)],
          ]),
        ),
      ),
      node(
        'VMFS Filesystems',
        [],
        listVolumes(ctx.system).map((volume) =>
          node(volume.uuid, [
            ['Volume Name', volume.label],
            ['Type', volume.type],
            ['Mounted', String(volume.isMounted)],
            ['Size', volume.sizeBytes],
            ['Free', volume.freeBytes],
          ]),
        ),
      ),
    ],
  );
}

function system(ctx: CommandContext): InfoNode {
  const { config, product } = ctx.host;
  return node('System Info', [
    ['System UUID', config.systemUuid],
    ['Host Name', config.hostName],
    ['Domain', config.domain],
    ['Product', product.name],
    ['Product Version', `${product.version} build-${product.build}`],
    ['Boot UUID', bootUuid(ctx)],
    ['Maintenance Mode', String(config.maintenanceMode)],
    ['System Uptime', Math.floor(ctx.system.clock.uptimeMs() / 1000)],
  ]);
}

async function advanced(ctx: CommandContext): Promise<InfoNode> {
  const rows = await esxcliRows(ctx, 'system settings advanced list');
  return node(
    'Advanced Options',
    rows.map((row): [string, string] => [
      cell(row, 'Path'),
      cell(row, cell(row, 'Type') === 'integer' ? 'Int Value' : 'String Value'),
    ]),
  );
}
