import { createHash, randomBytes } from 'node:crypto';

/** A short seed that people can read to each other. */
export function newSeed(): string {
  return randomBytes(4).toString('hex');
}

function draw(seed: string, what: string): Buffer {
  return createHash('sha256').update(`${seed}\0${what}`).digest();
}

/** VMware's own prefix, as labs expect; the fourth byte stays below 0x40, the range for manual addresses. */
export function macFor(seed: string, host: string, nic: string): string {
  const [a, b, c] = draw(seed, `mac ${host} ${nic}`);
  return ['00', '50', '56', hex(a! & 0x3f), hex(b!), hex(c!)].join(':');
}

/** System UUID in the form of esx.conf: 8-4-4-4-12, the last part the first NIC's MAC. */
export function systemUuidFor(seed: string, host: string, mac: string): string {
  const text = draw(seed, `uuid ${host}`).toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), mac.replaceAll(':', '')].join(
    '-',
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
