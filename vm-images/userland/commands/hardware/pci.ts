import { type CommandContext, type EsxcliCommand, type Field, integer, text } from '../framework/index.ts';
import { type PciDevice, pciClassName, pciNames, readPci } from './facts.ts';

const PCI_FIELDS: readonly Field[] = [
  text('Address'),
  text('Segment'),
  text('Bus'),
  text('Slot'),
  text('Function'),
  text('VMkernel Name'),
  text('Vendor Name'),
  text('Device Name'),
  text('Configured Owner'),
  text('Current Owner'),
  text('Vendor ID'),
  text('Device ID'),
  text('SubVendor ID'),
  text('SubDevice ID'),
  text('Device Class'),
  text('Device Class Name'),
  text('Programming Interface'),
  text('Revision ID'),
  text('Interrupt Line'),
  text('IRQ'),
  text('Interrupt Vector'),
  text('PCI Pin'),
  text('Spawned Bus'),
  text('Flags'),
  integer('Module ID'),
  text('Module Name'),
  integer('Chassis'),
  integer('Physical Slot'),
  text('Slot Description'),
  text('Passthru Capable'),
  text('Parent Device'),
  text('Dependent Device'),
  text('Reset Method'),
  text('FPT Sharable'),
];

function pciRow(ctx: CommandContext, device: PciDevice) {
  const [segment = '0000', bus = '00', rest = '00.0'] = device.address.split(':');
  const [slot = '00', fn = '0'] = rest.split('.');
  const names = pciNames(device);
  const revision = (ctx.system.files.readText(`/sys/bus/pci/devices/${device.address}/revision`) ?? '0x00').trim();
  // The reference writes the bus in three digits: 0000:002:00.0.
  const address = `${segment.slice(1)}:${bus.padStart(3, '0')}:${slot}.${fn}`;
  return {
    Address: address,
    Segment: `0x${segment}`,
    Bus: `0x${bus}`,
    Slot: `0x${slot}`,
    Function: `0x0${fn}`,
    'VMkernel Name': device.vmkernelName,
    'Vendor Name': names.vendor,
    'Device Name': names.device,
    'Configured Owner': 'Unknown',
    'Current Owner': 'VMkernel',
    'Vendor ID': `0x${device.vendorId}`,
    'Device ID': `0x${device.deviceId}`,
    'SubVendor ID': `0x${device.subVendorId}`,
    'SubDevice ID': `0x${device.subDeviceId}`,
    'Device Class': `0x${device.classCode.slice(0, 4)}`,
    'Device Class Name': pciClassName(device),
    'Programming Interface': `0x${device.classCode.slice(4, 6)}`,
    'Revision ID': revision,
    'Interrupt Line': `0x${device.interruptLine.toString(16).padStart(2, '0')}`,
    IRQ: String(device.interruptLine),
    'Interrupt Vector': '0x00',
    'PCI Pin': '0x00',
    'Spawned Bus': '0x00',
    Flags: '0x3201',
    'Module ID': device.driver === '' ? -1 : 0,
    'Module Name': device.driver === '' ? 'None' : device.driver,
    Chassis: 0,
    'Physical Slot': -1,
    'Slot Description': '',
    'Passthru Capable': 'false',
    'Parent Device': '',
    'Dependent Device': `PCI ${address}`,
    'Reset Method': 'Function reset',
    'FPT Sharable': 'true',
  };
}

export const pciCommands: EsxcliCommand[] = [
  {
    path: 'hardware pci list',
    summary: 'Show the devices on the PCI bus.',
    parameters: [
      { long: 'class', short: 'c', type: 'string', description: 'Only devices of this class, in hex.' },
      { long: 'mask', short: 'm', type: 'string', description: 'Bits of the class that count, in hex.' },
    ],
    output: { shape: 'keyed', struct: 'PciDevice', key: 'Address', fields: PCI_FIELDS },
    run(ctx, args) {
      const wanted = args.optionalString('class');
      const mask = Number.parseInt(args.optionalString('mask') ?? 'ffff', 16);
      return readPci(ctx)
        .filter(
          (device) =>
            wanted === undefined ||
            (Number.parseInt(device.classCode.slice(0, 4), 16) & mask) === Number.parseInt(wanted, 16),
        )
        .map((device) => pciRow(ctx, device));
    },
  },
];
