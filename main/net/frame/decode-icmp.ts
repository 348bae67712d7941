import { formatIpv4, formatIpv6, uint16, uint32 } from './fields.ts';
import { CUT_SHORT, type Layer } from './summary.ts';

const HEADER_BYTES = 8;
/** Header and target address of a neighbour message, RFC 4861 section 4.3. */
const NEIGHBOUR_BYTES = 24;

const ICMP = { echoReply: 0, unreachable: 3, redirect: 5, echoRequest: 8, timeExceeded: 11 } as const;
/** RFC 792: codes of `destination unreachable`; code 4 is told apart, RFC 1191. */
const UNREACHABLE = ['network', 'host', 'protocol', 'port'];
const FRAGMENTATION_NEEDED = 4;

/**
 * @param isWhole Whether the packet forbids to be fragmented, which a ping with a large packet is about.
 * @see RFC 792
 */
export function decodeIcmp(message: Uint8Array, isWhole: boolean): Layer {
  const protocol = 'icmp';
  if (message.length < HEADER_BYTES) return { protocol, info: CUT_SHORT };
  const payloadBytes = message.length - HEADER_BYTES;
  return { protocol, payloadBytes, info: tell(message, payloadBytes, isWhole ? ', do not fragment' : '') };
}

function tell(message: Uint8Array, payloadBytes: number, whole: string): string {
  const type = message[0]!;
  switch (type) {
    case ICMP.echoRequest:
      return `echo request ${uint16(message, 6)}, ${payloadBytes} bytes${whole}`;
    case ICMP.echoReply:
      return `echo reply ${uint16(message, 6)}, ${payloadBytes} bytes${whole}`;
    case ICMP.unreachable:
      return tellUnreachable(message[1]!, uint16(message, 6));
    case ICMP.redirect:
      return `redirect to ${formatIpv4(message, 4)}`;
    case ICMP.timeExceeded:
      return 'time exceeded';
    default:
      return `type ${type}`;
  }
}

function tellUnreachable(code: number, mtu: number): string {
  if (code === FRAGMENTATION_NEEDED) return `too large to pass unfragmented, MTU ${mtu}`;
  return `${UNREACHABLE[code] ?? `code ${code}`} unreachable`;
}

const ICMP6 = {
  unreachable: 1,
  tooBig: 2,
  timeExceeded: 3,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  listenerReport: 143,
} as const;

/** @see RFC 4443; RFC 4861 section 4; RFC 3810 section 5.2 */
export function decodeIcmp6(message: Uint8Array): Layer {
  const protocol = 'icmp6';
  const type = message[0];
  const isNeighbour = type === ICMP6.neighbourSolicitation || type === ICMP6.neighbourAdvertisement;
  const headerBytes = isNeighbour ? NEIGHBOUR_BYTES : HEADER_BYTES;
  if (message.length < headerBytes) return { protocol, info: CUT_SHORT };
  const payloadBytes = message.length - headerBytes;
  return { protocol, payloadBytes, info: tell6(message, payloadBytes) };
}

function tell6(message: Uint8Array, payloadBytes: number): string {
  const type = message[0]!;
  switch (type) {
    case ICMP6.unreachable:
      return 'unreachable';
    case ICMP6.tooBig:
      return `too large to pass, MTU ${uint32(message, 4)}`;
    case ICMP6.timeExceeded:
      return 'time exceeded';
    case ICMP6.echoRequest:
      return `echo request ${uint16(message, 6)}, ${payloadBytes} bytes`;
    case ICMP6.echoReply:
      return `echo reply ${uint16(message, 6)}, ${payloadBytes} bytes`;
    case ICMP6.routerSolicitation:
      return 'asks for routers';
    case ICMP6.routerAdvertisement:
      return 'router advertisement';
    case ICMP6.neighbourSolicitation:
      return `who has ${formatIpv6(message, 8)}`;
    case ICMP6.neighbourAdvertisement:
      return `${formatIpv6(message, 8)} is here`;
    case ICMP6.listenerReport:
      return 'multicast report';
    default:
      return `type ${type}`;
  }
}
