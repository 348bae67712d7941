import { ETHER_TYPE, ETHERNET_HEADER_BYTES, etherTypeOf, formatMac, TAG_BYTES } from './ethernet.ts';
import { readTag, removeTag } from './tag.ts';

/** What a frame is, as far as it can be read. */
export interface FrameSummary {
  /** The most specific that is known: `icmp`, or `syslog` for UDP port 514; `other`. */
  readonly protocol: string;
  /** 802.1Q; 0: untagged. */
  readonly vlan: number;
  /** IP addresses, MAC addresses where there are none. */
  readonly from: string;
  readonly to: string;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  /** In our words. */
  readonly info: string;
  readonly bytes: number;
}

/** RFC 6335 (service names): the ports that lab hosts use. */
const SERVICES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'dns',
  67: 'dhcp',
  68: 'dhcp',
  69: 'tftp',
  80: 'http',
  123: 'ntp',
  161: 'snmp',
  162: 'snmp-trap',
  443: 'https',
  514: 'syslog',
  902: 'vpxa',
  1514: 'syslog-tls',
  5989: 'cim',
};
const IP_PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17 } as const;
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/**
 * Reads a frame; one that is cut short or makes no sense is told as far as it goes. Never throws.
 *
 * @see IEEE 802.1Q, RFC 826 (ARP), RFC 791 (IPv4), RFC 792 (ICMP), RFC 9293 (TCP), RFC 768 (UDP)
 */
export function decodeFrame(frame: Uint8Array): FrameSummary {
  const bytes = frame.length;
  if (bytes < ETHERNET_HEADER_BYTES)
    return { protocol: 'other', vlan: 0, from: '', to: '', fromPort: null, toPort: null, info: 'cut short', bytes };
  const tag = readTag(frame);
  const bare = tag ? removeTag(frame) : frame;
  const ethernet = {
    protocol: 'other',
    vlan: tag?.id ?? 0,
    from: formatMac(frame, 6),
    to: formatMac(frame, 0),
    fromPort: null,
    toPort: null,
    info: `${bytes - ETHERNET_HEADER_BYTES - (tag ? TAG_BYTES : 0)} bytes`,
    bytes,
  };
  const payload = new DataView(
    bare.buffer,
    bare.byteOffset + ETHERNET_HEADER_BYTES,
    bare.length - ETHERNET_HEADER_BYTES,
  );
  try {
    switch (etherTypeOf(bare)) {
      case ETHER_TYPE.arp:
        return { ...ethernet, protocol: 'arp', ...readArp(payload) };
      case ETHER_TYPE.ipv4:
        return { ...ethernet, ...readIpv4(payload) };
      case ETHER_TYPE.ipv6:
        return { ...ethernet, protocol: 'ipv6' };
      default:
        return ethernet;
    }
  } catch (error) {
    // A header that ends before its fields do.
    if (error instanceof RangeError) return { ...ethernet, info: 'cut short' };
    throw error;
  }
}

/** `vlan 142  10.20.0.1 > 10.20.0.2  icmp  echo request 1, 64 bytes` */
export function describeFrame({ vlan, from, to, fromPort, toPort, protocol, info }: FrameSummary): string {
  const end = (address: string, port: number | null) => (port === null ? address : `${address}:${port}`);
  const parts = [`${end(from, fromPort)} > ${end(to, toPort)}`, protocol, info];
  return [...(vlan === 0 ? [] : [`vlan ${vlan}`]), ...parts.filter((part) => part !== '')].join('  ');
}

function readArp(view: DataView): Partial<FrameSummary> {
  const [from, to] = [ipv4At(view, 14), ipv4At(view, 24)];
  const info = view.getUint16(6) === 1 ? `who has ${to}` : `${from} is at ${macAt(view, 8)}`;
  return { from, to, info };
}

function readIpv4(view: DataView): Partial<FrameSummary> {
  const headerBytes = (view.getUint8(0) & 0x0f) * 4;
  const dataBytes = Math.max(0, view.getUint16(2) - headerBytes);
  const flags = view.getUint16(6);
  const offset = (flags & 0x1fff) * 8;
  const ends = { from: ipv4At(view, 12), to: ipv4At(view, 16) };
  if (offset > 0 || flags & 0x2000)
    return { ...ends, protocol: 'ipv4', info: `fragment at ${offset}, ${dataBytes} bytes` };
  const data = new DataView(view.buffer, view.byteOffset + headerBytes, Math.max(0, view.byteLength - headerBytes));
  switch (view.getUint8(9)) {
    case IP_PROTOCOL.icmp:
      return { ...ends, protocol: 'icmp', info: icmpInfo(data, dataBytes, (flags & 0x4000) !== 0) };
    case IP_PROTOCOL.igmp:
      return { ...ends, protocol: 'igmp', info: `${dataBytes} bytes` };
    case IP_PROTOCOL.tcp:
      return { ...ends, ...readTcp(data, dataBytes) };
    case IP_PROTOCOL.udp:
      return { ...ends, ...readPorts(data, 'udp'), info: `${Math.max(0, dataBytes - 8)} bytes` };
    default:
      return { ...ends, protocol: 'ipv4', info: `protocol ${view.getUint8(9)}, ${dataBytes} bytes` };
  }
}

function icmpInfo(data: DataView, dataBytes: number, isWhole: boolean): string {
  const type = data.getUint8(0);
  const whole = isWhole ? ', do not fragment' : '';
  if (type === 8 || type === 0)
    return `echo ${type === 8 ? 'request' : 'reply'} ${data.getUint16(6)}, ${Math.max(0, dataBytes - 8)} bytes${whole}`;
  if (type === 3) return data.getUint8(1) === 4 ? 'too large to pass unfragmented' : 'unreachable';
  return `type ${type}`;
}

function readTcp(data: DataView, dataBytes: number): Partial<FrameSummary> {
  const flags = TCP_FLAGS.filter((_name, bit) => data.getUint8(13) & (1 << bit)).join(' ');
  const payload = Math.max(0, dataBytes - (data.getUint8(12) >> 4) * 4);
  return { ...readPorts(data, 'tcp'), info: payload === 0 ? flags : `${flags}, ${payload} bytes` };
}

function readPorts(data: DataView, transport: string): Pick<FrameSummary, 'protocol' | 'fromPort' | 'toPort'> {
  const [fromPort, toPort] = [data.getUint16(0), data.getUint16(2)];
  return { protocol: SERVICES[toPort] ?? SERVICES[fromPort] ?? transport, fromPort, toPort };
}

function ipv4At(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((byte) => view.getUint8(at + byte)).join('.');
}

function macAt(view: DataView, at: number): string {
  return [0, 1, 2, 3, 4, 5]
    .map((byte) =>
      view
        .getUint8(at + byte)
        .toString(16)
        .padStart(2, '0'),
    )
    .join(':');
}
