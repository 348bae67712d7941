import { deviceId } from '../../model/storage-devices.ts';
import { readStorage } from '../../model/storage-inventory.ts';
import {
  boolean,
  CommandError,
  type EsxcliCommand,
  type EsxcliNamespace,
  integer,
  none,
  type ToolCommand,
  text,
} from '../framework/index.ts';
import { absentCommands, absentNamespaces } from './absent.ts';
import { memoryBytes, readCpus, readPlatform, uuidAsBytes } from './facts.ts';
import { pciCommands } from './pci.ts';

const CLOCK_PARTS = [
  ['year', 'y', 'Year.'],
  ['month', 'M', 'Month, 1 to 12.'],
  ['day', 'd', 'Day of the month.'],
  ['hour', 'H', 'Hour, 0 to 23.'],
  ['min', 'm', 'Minute.'],
  ['sec', 's', 'Second.'],
] as const;

export const hardwareCommands: EsxcliCommand[] = [
  {
    path: 'hardware platform get',
    summary: 'Show what machine this is.',
    output: {
      shape: 'simple',
      struct: 'PlatformGet',
      title: 'Platform Information',
      fields: [
        text('UUID'),
        text('Product Name'),
        text('Vendor Name'),
        text('Serial Number'),
        boolean('IPMI Supported'),
      ],
    },
    run(ctx) {
      const platform = readPlatform(ctx);
      return {
        UUID: uuidAsBytes(platform.uuid),
        'Product Name': platform.productName,
        'Vendor Name': platform.vendorName,
        'Serial Number': platform.serialNumber,
        'IPMI Supported': false,
      };
    },
  },
  {
    path: 'hardware cpu list',
    summary: 'Show each processor.',
    output: {
      shape: 'keyed',
      struct: 'Cpu',
      key: 'CPU',
      fields: [
        integer('Id'),
        integer('Package Id'),
        integer('Family'),
        integer('Model'),
        integer('Type'),
        integer('Stepping'),
        text('Brand'),
        integer('Core Speed'),
        integer('Bus Speed'),
        text('APIC ID'),
        integer('Node'),
        integer('L2 Cache Size'),
        integer('L2 Cache Associativity'),
        integer('L2 Cache Line Size'),
        integer('L2 Cache CPU Count'),
        integer('L3 Cache Size'),
        integer('L3 Cache Associativity'),
        integer('L3 Cache Line Size'),
        integer('L3 Cache CPU Count'),
      ],
    },
    run: (ctx) =>
      readCpus(ctx).map((cpu) => ({
        CPU: `CPU:${cpu.id}`,
        Id: cpu.id,
        'Package Id': cpu.packageId,
        Family: cpu.family,
        Model: cpu.modelNumber,
        Type: 0,
        Stepping: cpu.stepping,
        Brand: cpu.vendor,
        'Core Speed': Math.round(cpu.mhz * 1e6),
        'Bus Speed': 0,
        'APIC ID': `0x${cpu.apicId.toString(16)}`,
        Node: 0,
        'L2 Cache Size': cpu.cacheKiB * 1024,
        'L2 Cache Associativity': 0,
        'L2 Cache Line Size': cpu.cacheKiB === 0 ? -1 : 64,
        'L2 Cache CPU Count': 0,
        'L3 Cache Size': -1,
        'L3 Cache Associativity': -1,
        'L3 Cache Line Size': -1,
        'L3 Cache CPU Count': 0,
      })),
  },
  {
    path: 'hardware cpu global get',
    summary: 'Show how many processors there are.',
    output: {
      shape: 'simple',
      struct: 'CpuGlobal',
      fields: [
        integer('CPU Packages'),
        integer('CPU Cores'),
        integer('CPU Threads'),
        boolean('Hyperthreading Active'),
        boolean('Hyperthreading Supported'),
        boolean('Hyperthreading Enabled'),
        integer('HV Support'),
        boolean('HV Replay Capable'),
        text('HV Replay Disabled Reasons'),
      ],
    },
    run(ctx) {
      const cpus = readCpus(ctx);
      return {
        'CPU Packages': new Set(cpus.map((cpu) => cpu.packageId)).size,
        'CPU Cores': new Set(cpus.map((cpu) => `${cpu.packageId}/${cpu.coreId}`)).size,
        'CPU Threads': cpus.length,
        'Hyperthreading Active': false,
        'Hyperthreading Supported': false,
        'Hyperthreading Enabled': ctx.host.config.kernel.hyperthreading !== 'FALSE',
        'HV Support': 0,
        'HV Replay Capable': false,
        'HV Replay Disabled Reasons': 'NotSupported',
      };
    },
  },
  {
    path: 'hardware cpu global set',
    summary: 'Switch hyperthreading for the next boot.',
    parameters: [
      {
        long: 'hyperthreading',
        type: 'bool',
        required: true,
        description: 'Whether to use it where processors have it.',
      },
    ],
    output: none,
    async run(ctx, args) {
      const on = args.bool('hyperthreading');
      await ctx.host.change(`Hyperthreading ${on ? 'enabled' : 'disabled'}`, (draft) => {
        if (on) delete draft.kernel.hyperthreading;
        else draft.kernel.hyperthreading = 'FALSE';
      });
    },
  },
  {
    path: 'hardware cpu cpuid get',
    summary: 'Show the raw CPUID registers of a processor.',
    parameters: [{ long: 'cpu', short: 'c', type: 'int', required: true, description: 'The processor.' }],
    output: {
      shape: 'table',
      struct: 'Cpuid',
      fields: [text('Level'), text('EAX'), text('EBX'), text('ECX'), text('EDX')],
    },
    unsupported: 'raw CPUID registers cannot be read here',
  },
  {
    path: 'hardware memory get',
    summary: 'Show how much memory the machine has.',
    output: {
      shape: 'simple',
      struct: 'MemoryGet',
      fields: [
        { ...integer('Physical Memory'), unit: 'Bytes' },
        { ...integer('Reliable Memory'), unit: 'Bytes' },
        integer('NUMA Node Count'),
      ],
    },
    run: (ctx) => ({ 'Physical Memory': memoryBytes(ctx), 'Reliable Memory': 0, 'NUMA Node Count': 1 }),
  },
  {
    path: 'hardware bootdevice list',
    summary: 'List the devices the firmware boots from, in order.',
    output: {
      shape: 'keyed',
      struct: 'BootDevice',
      key: 'Device',
      fields: [text('Description'), text('Device'), text('Boot Order')],
    },
    run: (ctx) =>
      readStorage(ctx.system.files)
        .devices.filter((device) => device.kind === 'disk')
        .map((device, index) => ({
          Device: deviceId(device),
          Description: `${device.vendor.trim()} ${device.model.trim()}`,
          'Boot Order': String(index + 1),
        })),
  },
  {
    path: 'hardware clock get',
    summary: 'Show the hardware clock.',
    output: { shape: 'scalar', type: 'string' },
    run(ctx) {
      const date = (ctx.system.files.readText('/sys/class/rtc/rtc0/date') ?? '').trim();
      const time = (ctx.system.files.readText('/sys/class/rtc/rtc0/time') ?? '').trim();
      const now = date === '' ? new Date(ctx.system.clock.nowMs()).toISOString().slice(0, 19) : `${date}T${time}`;
      return `${now}Z`;
    },
  },
  {
    path: 'hardware clock set',
    summary: 'Set the hardware clock. Parts that are not given keep their value.',
    parameters: CLOCK_PARTS.map(([long, short, description]) => ({
      long,
      short,
      type: 'int' as const,
      min: 0,
      description,
    })),
    output: none,
    async run(ctx, args) {
      const now = new Date(ctx.system.clock.nowMs());
      const part = (name: string, present: number): number => args.optionalInt(name) ?? present;
      const wanted = Date.UTC(
        part('year', now.getUTCFullYear()),
        part('month', now.getUTCMonth() + 1) - 1,
        part('day', now.getUTCDate()),
        part('hour', now.getUTCHours()),
        part('min', now.getUTCMinutes()),
        part('sec', now.getUTCSeconds()),
      );
      if (Number.isNaN(wanted)) throw new CommandError('Invalid date or time.');
      ctx.system.clock.setNowMs(wanted);
      await ctx.system.processes.run(['hwclock', '-w', '-u']);
    },
  },
  ...pciCommands,
  {
    path: 'hardware trustedboot get',
    summary: 'Show whether the machine has a trusted platform module.',
    output: { shape: 'simple', struct: 'TrustedBoot', fields: [boolean('Drtm Enabled'), boolean('Tpm Present')] },
    run: () => ({ 'Drtm Enabled': false, 'Tpm Present': false }),
  },
  ...absentCommands,
];

export const hardwareNamespaces: EsxcliNamespace[] = [
  { path: 'hardware', summary: 'The machine the host runs on.' },
  { path: 'hardware bootdevice', summary: 'Boot devices.' },
  { path: 'hardware clock', summary: 'The hardware clock.' },
  { path: 'hardware cpu', summary: 'Processors.' },
  { path: 'hardware cpu cpuid', summary: 'CPUID registers.' },
  { path: 'hardware cpu global', summary: 'Processors as a whole.' },
  { path: 'hardware memory', summary: 'Memory.' },
  { path: 'hardware pci', summary: 'PCI devices.' },
  { path: 'hardware platform', summary: 'Maker and model.' },
  { path: 'hardware trustedboot', summary: 'Trusted boot.' },
  ...absentNamespaces,
];

export const hardwareTools: ToolCommand[] = [];
