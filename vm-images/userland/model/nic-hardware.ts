/** The card an adapter presents: the machine's paravirtual one. */
export interface NicDescription {
  /** As `network nic list` writes it. */
  pciDevice: string;
  /** `0000:02:00.0` */
  pciAddress: string;
  driver: string;
  driverVersion: string;
  vendor: string;
  device: string;
  description: string;
}

export function nicHardware(name: string): NicDescription {
  const slot = Number(name.slice('vmnic'.length));
  const device = slot.toString(16).padStart(2, '0');
  return {
    pciDevice: `0000:002:${device}.0`,
    pciAddress: `0000:02:${device}.0`,
    driver: 'virtio_net',
    driverVersion: '1.0.0',
    vendor: '1af4',
    device: '1000',
    description: 'Red Hat, Inc. Virtio network device',
  };
}
