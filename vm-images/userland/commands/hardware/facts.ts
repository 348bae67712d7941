import type { CommandContext } from '../framework/index.ts';

/** One processor as `/proc/cpuinfo` describes it. */
export interface CpuFacts {
  id: number;
  packageId: number;
  coreId: number;
  vendor: string;
  model: string;
  family: number;
  modelNumber: number;
  stepping: number;
  mhz: number;
  cacheKiB: number;
  apicId: number;
}

export function readCpus(ctx: CommandContext): CpuFacts[] {
  const text = ctx.system.files.readText('/proc/cpuinfo') ?? '';
  return text
    .split('\n\n')
    .filter((block) => block.includes('processor'))
    .map((block, index) => {
      const value = (name: string): string => new RegExp(`^${name}\\s*: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
      const number = (name: string, fallback: number): number =>
        value(name) === '' ? fallback : Number.parseFloat(value(name));
      return {
        id: index,
        packageId: number('physical id', index),
        coreId: number('core id', 0),
        vendor: value('vendor_id'),
        model: value('model name'),
        family: number('cpu family', 0),
        modelNumber: number('model', 0),
        stepping: number('stepping', 0),
        mhz: number('cpu MHz', 0),
        cacheKiB: number('cache size', 0),
        apicId: number('apicid', index),
      };
    });
}

/** Memory the machine has, in bytes: what the kernel manages, rounded up to the module size it must come from. */
export function memoryBytes(ctx: CommandContext): number {
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(ctx.system.files.readText('/proc/meminfo') ?? '')?.[1] ?? '0') / 1024;
  let size = 16;
  while (size < total) size *= 2;
  return size * 1048576;
}

/** What the emulated machine calls itself: SMBIOS where the firmware has one, our own words where it has none. */
export interface PlatformFacts {
  uuid: string;
  productName: string;
  vendorName: string;
  serialNumber: string;
  biosVersion: string;
  biosDate: string;
}

export function readPlatform(ctx: CommandContext): PlatformFacts {
  const dmi = (name: string, fallback: string): string => {
    try {
      return (ctx.system.files.readText(`/sys/class/dmi/id/${name}`) ?? '').trim() || fallback;
    } catch {
      return fallback;
    }
  };
  return {
    uuid: ctx.host.config.systemUuid,
    productName: dmi('product_name', 'Bootbank Lab Host'),
    vendorName: dmi('sys_vendor', 'Bootbank'),
    serialNumber: dmi('product_serial', `BB-${ctx.host.config.systemUuid.slice(-12)}`),
    biosVersion: dmi('bios_version', 'SeaBIOS'),
    biosDate: dmi('bios_date', ''),
  };
}

/** `74d3…` → `0x74 0xd3 …`, as the platform's UUID is shown. */
export function uuidAsBytes(uuid: string): string {
  return (uuid.replaceAll('-', '').match(/../g) ?? [])
    .map((pair) => `0x${Number.parseInt(pair, 16).toString(16)}`)
    .join(' ');
}

export interface PciDevice {
  /** `0000:00:01.1`. */
  address: string;
  vendorId: string;
  deviceId: string;
  subVendorId: string;
  subDeviceId: string;
  classCode: string;
  interruptLine: number;
  driver: string;
  vmkernelName: string;
}

/** Devices on the PCI bus, with the name the VMkernel gave those it drives. */
export function readPci(ctx: CommandContext): PciDevice[] {
  const { files } = ctx.system;
  const base = '/sys/bus/pci/devices';
  return (files.list(base) ?? []).map((address) => {
    const value = (name: string): string =>
      (files.readText(`${base}/${address}/${name}`) ?? '').trim().replace(/^0x/, '');
    const virtio = value('vendor') === '1af4' ? VIRTIO_CLASSES[value('device')] : undefined;
    const classCode = virtio === undefined ? value('class') : `${virtio}00`;
    const driver = (files.readLink(`${base}/${address}/driver`) ?? '').split('/').pop() ?? '';
    return {
      address,
      vendorId: value('vendor'),
      deviceId: value('device'),
      subVendorId: value('subsystem_vendor'),
      subDeviceId: value('subsystem_device'),
      classCode,
      interruptLine: Number(value('irq') || '255'),
      driver,
      vmkernelName: vmkernelName(ctx, address, classCode),
    };
  });
}

/** The emulator's virtio devices carry no useful class; what they are stands in their ids. */
const VIRTIO_CLASSES: Readonly<Record<string, string>> = {
  '1000': '0200',
  '1041': '0200',
  '1003': '0780',
  '1043': '0780',
};

function vmkernelName(ctx: CommandContext, address: string, classCode: string): string {
  if (classCode.startsWith('02')) return ctx.host.config.network.pnics[0]?.name ?? '';
  if (!classCode.startsWith('01')) return '';
  const hosts = ctx.system.files.list('/sys/class/scsi_host') ?? [];
  const own = hosts.find((host) => (ctx.system.files.readLink(`/sys/class/scsi_host/${host}`) ?? '').includes(address));
  return own === undefined ? '' : `vmhba${own.slice(4)}`;
}

const CLASS_NAMES: Readonly<Record<string, string>> = {
  '0100': 'SCSI storage controller',
  '0101': 'IDE interface',
  '0106': 'SATA controller',
  '0180': 'Mass storage controller',
  '0200': 'Ethernet controller',
  '0300': 'VGA compatible controller',
  '0600': 'Host bridge',
  '0601': 'ISA bridge',
  '0604': 'PCI bridge',
  '0680': 'Bridge',
  '0780': 'Communication controller',
  '0c03': 'USB controller',
  '0002': 'Unclassified device',
  '00ff': 'Unclassified device',
  '0500': 'Memory controller',
  '0100ff': 'SCSI storage controller',
};

export function pciClassName(device: PciDevice): string {
  return CLASS_NAMES[device.classCode.slice(0, 4)] ?? `Class ${device.classCode.slice(0, 4)}`;
}

/** Names of devices that the emulated machine can have. */
const PCI_NAMES: Readonly<Record<string, readonly [vendor: string, device: string]>> = {
  '8086:1237': ['Intel Corporation', '440FX - 82441FX PMC [Natoma]'],
  '8086:7000': ['Intel Corporation', '82371SB PIIX3 ISA [Natoma/Triton II]'],
  '8086:7010': ['Intel Corporation', '82371SB PIIX3 IDE [Natoma/Triton II]'],
  '8086:7110': ['Intel Corporation', '82371AB/EB/MB PIIX4 ISA'],
  '8086:7111': ['Intel Corporation', '82371AB/EB/MB PIIX4 IDE'],
  '8086:7113': ['Intel Corporation', '82371AB/EB/MB PIIX4 ACPI'],
  '1234:1111': ['Bochs', 'VGA adapter'],
  '1af4:1000': ['Red Hat, Inc.', 'Virtio network device'],
  '1af4:1003': ['Red Hat, Inc.', 'Virtio console'],
  '1af4:1041': ['Red Hat, Inc.', 'Virtio network device'],
  '1af4:1043': ['Red Hat, Inc.', 'Virtio console'],
  '1af4:1045': ['Red Hat, Inc.', 'Virtio memory balloon'],
  '1af4:1002': ['Red Hat, Inc.', 'Virtio memory balloon'],
  '1af4:1009': ['Red Hat, Inc.', 'Virtio filesystem'],
  '1af4:1049': ['Red Hat, Inc.', 'Virtio filesystem'],
  '10ec:8029': ['Realtek Semiconductor Co., Ltd.', 'RTL-8029(AS)'],
};

export function pciNames(device: PciDevice): { vendor: string; device: string } {
  const found = PCI_NAMES[`${device.vendorId}:${device.deviceId}`];
  return { vendor: found?.[0] ?? `Vendor ${device.vendorId}`, device: found?.[1] ?? `Device ${device.deviceId}` };
}
