/** DHCP messages of a client. @see RFC 2131, RFC 2132 */
import { formatIpv4, parseIpv4 } from '../../model/ip.ts';

const MAGIC_COOKIE = 0x63825363;
const OPTIONS_AT = 240;
const BROADCAST_FLAG = 0x8000;

export const DHCP_DISCOVER = 1;
export const DHCP_OFFER = 2;
export const DHCP_REQUEST = 3;
export const DHCP_ACK = 5;
export const DHCP_NAK = 6;
export const DHCP_RELEASE = 7;

export interface ClientMessage {
  type: number;
  xid: number;
  mac: string;
  hostName: string;
  /** The address we have (renewing). */
  ciaddr?: string;
  requestedAddress?: string;
  serverId?: string;
}

export interface ServerMessage {
  type: number;
  xid: number;
  mac: string;
  yiaddr: string;
  netmask: string;
  router: string;
  dns: string[];
  domain: string;
  serverId: string;
  leaseSeconds: number;
}

export function serializeClientMessage(message: ClientMessage): Uint8Array {
  const bytes = new Uint8Array(548);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint8(2, 6);
  view.setUint32(4, message.xid, false);
  view.setUint16(10, message.ciaddr === undefined ? BROADCAST_FLAG : 0, false);
  if (message.ciaddr !== undefined) view.setUint32(12, parseIpv4(message.ciaddr) ?? 0, false);
  bytes.set(macBytes(message.mac), 28);
  view.setUint32(236, MAGIC_COOKIE, false);
  let at = OPTIONS_AT;
  const option = (code: number, content: readonly number[]): void => {
    bytes.set([code, content.length, ...content], at);
    at += 2 + content.length;
  };
  option(53, [message.type]);
  option(61, [1, ...macBytes(message.mac)]);
  if (message.requestedAddress !== undefined) option(50, addressBytes(message.requestedAddress));
  if (message.serverId !== undefined) option(54, addressBytes(message.serverId));
  if (message.type !== DHCP_RELEASE) {
    if (message.hostName !== '')
      option(
        12,
        [...message.hostName.slice(0, 63)].map((char) => char.charCodeAt(0) & 127),
      );
    // Subnet mask, router, DNS, domain, broadcast, lease time, server, renewal and rebinding times, search list.
    option(55, [1, 3, 6, 15, 28, 51, 54, 58, 59, 119]);
  }
  bytes[at] = 255;
  return bytes.subarray(0, Math.max(at + 1, 300));
}

/** @returns null for anything that is not a DHCP answer. */
export function parseServerMessage(bytes: Uint8Array): ServerMessage | null {
  if (bytes.length < OPTIONS_AT + 3) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== 2 || view.getUint32(236, false) !== MAGIC_COOKIE) return null;
  const message: ServerMessage = {
    type: 0,
    xid: view.getUint32(4, false),
    mac: macText(bytes.subarray(28, 34)),
    yiaddr: formatIpv4(view.getUint32(16, false)),
    netmask: '255.255.255.0',
    router: '',
    dns: [],
    domain: '',
    serverId: '',
    leaseSeconds: 3600,
  };
  let at = OPTIONS_AT;
  while (at < bytes.length) {
    const code = bytes[at]!;
    if (code === 255) break;
    if (code === 0) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    const start = at + 2;
    if (start + length > bytes.length) break;
    readOption(message, view, code, start, length);
    at = start + length;
  }
  return message.type === 0 ? null : message;
}

function readOption(message: ServerMessage, view: DataView, code: number, at: number, length: number): void {
  const address = (offset: number): string => formatIpv4(view.getUint32(at + offset, false));
  if (code === 53 && length >= 1) message.type = view.getUint8(at);
  else if (code === 15) {
    const codes: number[] = [];
    for (let index = 0; index < length; index++) codes.push(view.getUint8(at + index));
    message.domain = String.fromCharCode(...codes).replaceAll('\0', '');
  } else if (length >= 4) {
    if (code === 1) message.netmask = address(0);
    else if (code === 3) message.router = address(0);
    else if (code === 6) for (let offset = 0; offset + 4 <= length; offset += 4) message.dns.push(address(offset));
    else if (code === 51) message.leaseSeconds = view.getUint32(at, false);
    else if (code === 54) message.serverId = address(0);
  }
}

function macBytes(mac: string): number[] {
  return mac.split(':').map((part) => Number.parseInt(part, 16));
}

function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function addressBytes(address: string): number[] {
  const value = parseIpv4(address) ?? 0;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
