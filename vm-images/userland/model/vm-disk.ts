/** A virtual disk's descriptor: the small `.vmdk` text file beside its `-flat.vmdk` bytes. */
export interface DiskDescriptor {
  /** Eight hex digits, new with each content. */
  cid: string;
  /** `ffffffff` for a base disk. */
  parentCid: string;
  /** `vmfs`, `vmfsSparse` (snapshot), `vmfsRawDeviceMap`, `vmfsPassthroughRawDeviceMap`. */
  createType: string;
  /** Empty for a base disk. */
  parentFileName: string;
  extents: { access: 'RW' | 'RDONLY' | 'NOACCESS'; sectors: number; type: string; fileName: string }[];
  /** `ddb.*` lines, keys without the prefix. */
  database: Record<string, string>;
}

export type DiskFormat = 'thin' | 'zeroedthick' | 'eagerzeroedthick';
export const DISK_FORMATS: readonly DiskFormat[] = ['zeroedthick', 'eagerzeroedthick', 'thin'];

/** @throws Error when the text is not a disk descriptor. */
export function parseDiskDescriptor(text: string): DiskDescriptor {
  if (!/^# ?Disk DescriptorFile/m.test(text)) throw new Error('not a virtual disk descriptor');
  const value = (key: string): string =>
    new RegExp(`^${key}[ \\t]*=[ \\t]*"?([^"\\n]*?)"?[ \\t]*$`, 'm').exec(text)?.[1] ?? '';
  const extents: DiskDescriptor['extents'] = [];
  for (const found of text.matchAll(/^(RW|RDONLY|NOACCESS) (\d+) (\S+) "([^"]*)"/gm)) {
    const access = found[1] === 'RDONLY' ? 'RDONLY' : found[1] === 'NOACCESS' ? 'NOACCESS' : 'RW';
    extents.push({ access, sectors: Number(found[2]), type: found[3] ?? 'VMFS', fileName: found[4] ?? '' });
  }
  const database: Record<string, string> = {};
  for (const found of text.matchAll(/^ddb\.([\w.]+)[ \t]*=[ \t]*"([^"]*)"/gm))
    database[found[1] ?? ''] = found[2] ?? '';
  return {
    cid: value('CID') || 'fffffffe',
    parentCid: value('parentCID') || 'ffffffff',
    createType: value('createType') || 'vmfs',
    parentFileName: value('parentFileNameHint'),
    extents,
    database,
  };
}

export function serializeDiskDescriptor(disk: DiskDescriptor): string {
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'encoding="UTF-8"',
    `CID=${disk.cid}`,
    `parentCID=${disk.parentCid}`,
    'isNativeSnapshot="no"',
    `createType="${disk.createType}"`,
    ...(disk.parentFileName === '' ? [] : [`parentFileNameHint="${disk.parentFileName}"`]),
    '',
    '# Extent description',
    ...disk.extents.map((one) => `${one.access} ${one.sectors} ${one.type} "${one.fileName}"`),
    '',
    '# The Disk Data Base ',
    '#DDB',
    '',
    ...Object.entries(disk.database).map(([key, value]) => `ddb.${key} = "${value}"`),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Descriptor of a new base disk.
 *
 * @param options.randomHex Returns that many hex digits.
 */
export function createDiskDescriptor(options: {
  sectors: number;
  flatName: string;
  adapter: string;
  format: DiskFormat;
  randomHex: (digits: number) => string;
}): DiskDescriptor {
  const heads = 255;
  const sectors = 63;
  return {
    cid: options.randomHex(8),
    parentCid: 'ffffffff',
    createType: 'vmfs',
    parentFileName: '',
    extents: [{ access: 'RW', sectors: options.sectors, type: 'VMFS', fileName: options.flatName }],
    database: {
      adapterType: options.adapter,
      'geometry.cylinders': String(Math.floor(options.sectors / (heads * sectors))),
      'geometry.heads': String(heads),
      'geometry.sectors': String(sectors),
      longContentID: options.randomHex(32),
      ...(options.format === 'thin' ? { thinProvisioned: '1' } : {}),
      uuid: uuidBytes(options.randomHex(32)),
      virtualHWVersion: '8',
    },
  };
}

/** Total sectors of the extents. */
export function diskSectors(disk: DiskDescriptor): number {
  return disk.extents.reduce((sum, one) => sum + one.sectors, 0);
}

/** `10g`, `512m`, `2048k`, `1t`, a bare number of bytes (`s`: sectors). @returns bytes, or null when it is no size. */
export function parseDiskSize(text: string): number | null {
  const found = /^(\d+)([kmgtsb]?)$/i.exec(text);
  if (found === null) return null;
  const unit: Record<string, number> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4, s: 512, b: 1, '': 1 };
  return Number(found[1]) * (unit[(found[2] ?? '').toLowerCase()] ?? 1);
}

/** `60 00 C2 9f aa bb cc dd-ee ff 00 11 22 33 44 55` as a disk's `ddb.uuid`. */
export function uuidBytes(hexDigits: string): string {
  const digits = `6000c29${hexDigits.slice(7)}`;
  const pairs = digits.match(/../g) ?? [];
  return `${pairs.slice(0, 8).join(' ')}-${pairs.slice(8, 16).join(' ')}`;
}
