import type { System } from '../../model/system.ts';
import { boolean, type EsxcliCommand, integer, none, type Row, text } from '../framework/index.ts';

const NO_RAMDISKS = 'the root file system is one RAM disk here';

export const visorfsCommands: EsxcliCommand[] = [
  {
    path: 'system visorfs get',
    summary: 'Show the root file system in memory.',
    output: {
      shape: 'simple',
      struct: 'Visorfs',
      fields: [integer('Total Size'), integer('Used Size'), integer('Total Inodes'), integer('Used Inodes')],
    },
    run({ system }) {
      const root = usage(system, '/');
      return {
        'Total Size': root.sizeBytes,
        'Used Size': root.usedBytes,
        'Total Inodes': root.inodes,
        'Used Inodes': root.usedInodes,
      };
    },
  },
  {
    path: 'system visorfs ramdisk list',
    summary: 'List the RAM disks.',
    output: {
      shape: 'table',
      struct: 'VisorfsRamdisk',
      fields: [
        text('Ramdisk Name'),
        boolean('System'),
        boolean('Include in Coredumps'),
        text('Reserved'),
        text('Maximum'),
        text('Used'),
        text('Peak Used'),
        text('Free'),
        text('Reserved Free'),
        integer('Maximum Inodes'),
        integer('Allocated Inodes'),
        integer('Used Inodes'),
        text('Mount Point'),
      ],
    },
    run: ({ system }) => ramdiskMounts(system).map(([name, mount]) => ramdiskRow(system, name, mount)),
  },
  {
    path: 'system visorfs ramdisk add',
    summary: 'Add a RAM disk.',
    output: none,
    unsupported: NO_RAMDISKS,
  },
  {
    path: 'system visorfs ramdisk remove',
    summary: 'Remove a RAM disk.',
    output: none,
    unsupported: NO_RAMDISKS,
  },
  {
    path: 'system visorfs tardisk list',
    summary: 'List the archives the root file system was filled from.',
    output: { shape: 'table', struct: 'VisorfsTardisk', fields: [text('Name'), integer('Size'), text('Path')] },
    run: ({ system }) => tardisks(system),
  },
  {
    path: 'system boot device get',
    summary: 'Show what the host was booted from.',
    output: {
      shape: 'simple',
      struct: 'BootDevice',
      fields: [text('Boot Filesystem UUID'), text('Boot NIC'), text('Stateless Boot NIC')],
    },
    run({ system }) {
      const target = system.files.readLink('/bootbank') ?? '';
      return {
        'Boot Filesystem UUID': target.slice(target.lastIndexOf('/') + 1),
        'Boot NIC': null,
        'Stateless Boot NIC': null,
      };
    },
  },
];

interface Usage {
  sizeBytes: number;
  usedBytes: number;
  inodes: number;
  usedInodes: number;
}

function usage(system: System, path: string): Usage {
  const found = system.files.statfs(path);
  return {
    sizeBytes: found.blocks * found.blockSize,
    usedBytes: (found.blocks - found.freeBlocks) * found.blockSize,
    inodes: found.files,
    usedInodes: found.files - found.freeFiles,
  };
}

/** Name and mount point of everything of type tmpfs, the root first. */
function ramdiskMounts(system: System): [string, string][] {
  const found = new Map<string, string>();
  for (const line of (system.files.readText('/proc/mounts') ?? '').split('\n')) {
    const [, mount = '', type = ''] = line.split(' ');
    if (type !== 'tmpfs' && type !== 'rootfs' && type !== 'ramfs') continue;
    found.set(mount === '/' ? 'root' : (mount.split('/').pop() ?? mount), mount);
  }
  return [...found];
}

function ramdiskRow(system: System, name: string, mount: string): Row {
  const { sizeBytes, usedBytes, inodes, usedInodes } = usage(system, mount);
  const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
  return {
    'Ramdisk Name': name,
    System: true,
    'Include in Coredumps': name === 'root',
    Reserved: kib(0),
    Maximum: kib(sizeBytes),
    Used: kib(usedBytes),
    'Peak Used': kib(usedBytes),
    Free: sizeBytes === 0 ? '0 %' : `${Math.round((100 * (sizeBytes - usedBytes)) / sizeBytes)} %`,
    'Reserved Free': '0 %',
    'Maximum Inodes': inodes,
    'Allocated Inodes': usedInodes,
    'Used Inodes': usedInodes,
    'Mount Point': mount,
  };
}

/** The modules boot.cfg names, as they lie in the bank. */
function tardisks(system: System): Row[] {
  const modules = /^modules=(.*)$/m.exec(system.files.readText('/bootbank/boot.cfg') ?? '')?.[1] ?? '';
  return modules
    .split('---')
    .map((name) => name.trim().split(' ')[0] ?? '')
    .filter((name) => name !== '')
    .map((name) => ({
      Name: name.replace(/\./g, '_'),
      Size: system.files.stat(`/bootbank/${name}`)?.sizeBytes ?? 0,
      Path: `/tardisks/${name}`,
    }));
}
