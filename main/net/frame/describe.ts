import type { FrameSummary } from './summary.ts';

/** `vlan 142  10.20.0.1 > 10.20.0.2  icmp  echo request 1, 64 bytes`; MAC addresses where there are no others. */
export function describeFrame(summary: FrameSummary): string {
  const { vlan, source, destination, from, to, fromPort, toPort, protocol, info } = summary;
  const parts = [
    vlan === 0 ? '' : `vlan ${vlan}`,
    source === '' ? '' : `${end(from || source, fromPort)} > ${end(to || destination, toPort)}`,
    protocol,
    info,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function end(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
