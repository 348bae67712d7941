/** The parts of this host's kernel that ESXi would call modules: all built in, so always loaded. */
export interface ModuleFact {
  name: string;
  licence: string;
  version: string;
  vib: string;
  parameters: readonly { name: string; type: string; description: string }[];
}

function fact(name: string, vib: string, parameters: ModuleFact['parameters'] = []): ModuleFact {
  return { name, licence: 'GPLv2', version: '5.5.0', vib, parameters };
}

export const MODULES: readonly ModuleFact[] = [
  fact('vmkernel', 'esx-base'),
  fact('vfat', 'esx-base'),
  fact('ext4', 'esx-base'),
  fact('etherswitch', 'esx-base'),
  fact('tcpip4', 'esx-base', [{ name: 'ipv6', type: 'int', description: 'Whether IPv6 is on' }]),
  fact('esxfw', 'esx-base'),
  fact('libata', 'esx-base', [{ name: 'noacpi', type: 'int', description: 'Do not use ACPI for drives' }]),
  fact('ata_piix', 'ata-pata-piix', [{ name: 'in_map_array', type: 'int', description: 'Map of ports' }]),
  fact('virtio_net', 'net-virtio', [
    { name: 'napi_weight', type: 'int', description: 'Packets handled in one poll' },
    { name: 'csum', type: 'bool', description: 'Checksums by the device' },
    { name: 'gso', type: 'bool', description: 'Segmentation by the device' },
  ]),
];

export function findModule(name: string): ModuleFact | undefined {
  return MODULES.find((module) => module.name === name);
}
