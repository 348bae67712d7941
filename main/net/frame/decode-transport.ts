import { decodeDhcp } from './decode-dhcp.ts';
import { decodeDns } from './decode-dns.ts';
import { decodeNtp } from './decode-ntp.ts';
import { uint16 } from './fields.ts';
import { CUT_SHORT, type Layer, MALFORMED, type Protocol } from './summary.ts';

type Services = Readonly<Record<number, Protocol>>;

/** RFC 6335 (service names): the ports that lab hosts use. */
const TCP_SERVICES: Services = {
  22: 'ssh',
  53: 'dns',
  80: 'http',
  443: 'https',
  514: 'syslog',
  902: 'vpxa',
  1514: 'syslog',
  5989: 'cim',
};
const UDP_SERVICES: Services = {
  53: 'dns',
  67: 'dhcp',
  68: 'dhcp',
  69: 'tftp',
  123: 'ntp',
  161: 'snmp',
  162: 'snmp',
  514: 'syslog',
  902: 'vpxa',
};
const PORTS_BYTES = 4;
const TCP_HEADER_BYTES = 20;
/** From the lowest bit up. */
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
const UDP_HEADER_BYTES = 8;

/** @see RFC 9293, section 3.1 */
export function decodeTcp(segment: Uint8Array): Layer {
  const ends = readPorts(segment, 'tcp', TCP_SERVICES);
  if (segment.length < TCP_HEADER_BYTES) return { ...ends, info: CUT_SHORT };
  const headerBytes = (segment[12]! >> 4) * 4;
  if (headerBytes < TCP_HEADER_BYTES) return { ...ends, info: MALFORMED };
  if (segment.length < headerBytes) return { ...ends, info: CUT_SHORT };
  const payloadBytes = segment.length - headerBytes;
  const flags = TCP_FLAGS.filter((_, bit) => segment[13]! & (1 << bit)).join(' ') || 'no flags';
  return { ...ends, payloadBytes, info: payloadBytes === 0 ? flags : `${flags}, ${payloadBytes} bytes` };
}

/** @see RFC 768 */
export function decodeUdp(datagram: Uint8Array): Layer {
  const ends = readPorts(datagram, 'udp', UDP_SERVICES);
  if (datagram.length < UDP_HEADER_BYTES) return { ...ends, info: CUT_SHORT };
  const datagramBytes = uint16(datagram, 4);
  if (datagramBytes < UDP_HEADER_BYTES) return { ...ends, info: MALFORMED };
  const payload = datagram.subarray(UDP_HEADER_BYTES, datagramBytes);
  const info = tellPayload(ends.protocol, payload) ?? `${payload.length} bytes`;
  return { ...ends, payloadBytes: payload.length, info };
}

/** @returns null for what is not looked into. */
function tellPayload(protocol: Protocol, payload: Uint8Array): string | null {
  switch (protocol) {
    case 'dhcp':
      return decodeDhcp(payload);
    case 'dns':
      return decodeDns(payload);
    case 'ntp':
      return decodeNtp(payload);
    default:
      return null;
  }
}

type Ends = { readonly protocol: Protocol; readonly fromPort: number | null; readonly toPort: number | null };

function readPorts(bytes: Uint8Array, transport: Protocol, services: Services): Ends {
  if (bytes.length < PORTS_BYTES) return { protocol: transport, fromPort: null, toPort: null };
  const [fromPort, toPort] = [uint16(bytes, 0), uint16(bytes, 2)];
  return { protocol: services[toPort] ?? services[fromPort] ?? transport, fromPort, toPort };
}
