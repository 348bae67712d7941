/** The card an adapter presents: the one most virtual ESXi hosts of these years have. */
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
    driver: 'e1000',
    driverVersion: '8.0.3.1-NAPI',
    vendor: '8086',
    device: '100f',
    description: 'Intel Corporation 82545EM Gigabit Ethernet Controller (Copper)',
  };
}
