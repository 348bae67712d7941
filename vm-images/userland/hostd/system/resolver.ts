import * as native from 'native';
import * as os from 'os';
import { canonicalIpv6, formatIpv4, formatIpv6, isIpv4, isIpv6 } from '../../model/ip.ts';
import { parseResolvConf, RESOLV_CONF } from '../../model/resolv-conf.ts';
import { realFiles } from './files.ts';

const TIMEOUT_MS = 2000;
const TRIES = 2;
const TYPE_A = 1;
const TYPE_AAAA = 28;

/** Address text as it is, then /etc/hosts, then every DNS server with every search domain. */
export async function resolve(name: string, family: 4 | 6): Promise<string | null> {
  if (isIpv4(name)) return family === 4 ? name : null;
  if (isIpv6(name)) return family === 6 ? canonicalIpv6(name) : null;
  const known = fromHosts(name.toLowerCase(), family);
  if (known !== null) return known;
  const { servers, searchDomains } = parseResolvConf(realFiles.readText(RESOLV_CONF) ?? '');
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  const names = name.includes('.') ? [plain, ...searchDomains.map((domain) => `${plain}.${domain}`)] : [];
  if (names.length === 0) names.push(...searchDomains.map((domain) => `${plain}.${domain}`), plain);
  for (const candidate of name.endsWith('.') ? [plain] : names) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      for (const server of servers) {
        const answer = await ask(server, candidate, family);
        if (answer === 'none') attempt = TRIES;
        else if (answer !== 'silent') return answer;
        if (answer === 'none') break;
      }
    }
  }
  return null;
}

function fromHosts(name: string, family: 4 | 6): string | null {
  for (const line of (realFiles.readText('/etc/hosts') ?? '').split('\n')) {
    const [address = '', ...names] = line.split('#', 1)[0]!.trim().split(/\s+/);
    if (!names.some((candidate) => candidate.toLowerCase() === name)) continue;
    if (family === 4 ? isIpv4(address) : isIpv6(address)) return address;
  }
  return null;
}

/** @returns the address, `none` when the server says there is none, `silent` when it says nothing. */
function ask(server: string, name: string, family: 4 | 6): Promise<string | 'none' | 'silent'> {
  return new Promise((resolved) => {
    let fd: number;
    try {
      fd = native.socket(isIpv4(server) ? 'inet' : 'inet6', 'dgram');
    } catch {
      resolved('silent');
      return;
    }
    const finish = (answer: string): void => {
      os.setReadHandler(fd, null);
      os.clearTimeout(timer);
      os.close(fd);
      resolved(answer);
    };
    const timer = os.setTimeout(() => finish('silent'), TIMEOUT_MS);
    const id = Math.floor(Math.random() * 0xffff);
    const buffer = new ArrayBuffer(1500);
    os.setReadHandler(fd, () => {
      try {
        const received = native.recv(fd, buffer, 0, buffer.byteLength);
        if (received === null) return;
        const answer = parseAnswer(new DataView(buffer, 0, received.length), id, family);
        if (answer !== null) finish(answer);
      } catch {
        finish('silent');
      }
    });
    try {
      const query = serializeQuery(id, name, family);
      native.connect(fd, { host: server, port: 53 });
      native.send(fd, query, 0, query.byteLength);
    } catch {
      finish('silent');
    }
  });
}

function serializeQuery(id: number, name: string, family: 4 | 6): ArrayBuffer {
  const bytes: number[] = [id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of name.split('.')) {
    bytes.push(label.length);
    for (let index = 0; index < label.length; index++) bytes.push(label.charCodeAt(index) & 127);
  }
  bytes.push(0, 0, family === 4 ? TYPE_A : TYPE_AAAA, 0, 1);
  return Uint8Array.from(bytes).buffer;
}

/** @returns null when it is not the answer to our question. @see RFC 1035, section 4 */
function parseAnswer(view: DataView, id: number, family: 4 | 6): string | null {
  if (view.byteLength < 12 || view.getUint16(0, false) !== id || (view.getUint8(2) & 0x80) === 0) return null;
  const status = view.getUint8(3) & 15;
  if (status === 2 || status === 5) return 'silent';
  let at = 12;
  const skipName = (): void => {
    while (at < view.byteLength) {
      const length = view.getUint8(at);
      if (length >= 0xc0) {
        at += 2;
        return;
      }
      at += 1 + length;
      if (length === 0) return;
    }
  };
  for (let question = view.getUint16(4, false); question > 0; question--) {
    skipName();
    at += 4;
  }
  for (let answer = view.getUint16(6, false); answer > 0 && at + 12 <= view.byteLength; answer--) {
    skipName();
    const type = view.getUint16(at, false);
    const length = view.getUint16(at + 8, false);
    at += 10;
    if (type === TYPE_A && family === 4 && length === 4) return formatIpv4(view.getUint32(at, false));
    if (type === TYPE_AAAA && family === 6 && length === 16) {
      const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + index * 2, false));
      return formatIpv6(groups);
    }
    at += length;
  }
  return 'none';
}
