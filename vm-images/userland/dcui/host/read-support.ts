import type { SupportFacts } from '../facts.ts';
import { md5 } from './md5.ts';
import { parseCsv } from './text.ts';
import type { HostClient } from './types.ts';

export async function readSupport(host: HostClient): Promise<SupportFacts> {
  const platform = await host.ask('esxcli', '--formatter=csv', 'hardware', 'platform', 'get');
  const licence = await host.ask('vim-cmd', 'vimsvc/license', '--show');
  return {
    serial: (platform.status === 0 && parseCsv(platform.stdout)[0]?.SerialNumber) || 'Not available',
    licence: /serial:\s*(\S+)/i.exec(licence.stdout)?.[1] ?? 'Not available',
    fingerprints: [sslThumbprint(host), sshFingerprint(host, 'dsa'), sshFingerprint(host, 'rsa')].filter(
      (print) => print !== null,
    ),
  };
}

function sslThumbprint(host: HostClient): { name: string; value: string } | null {
  const pem = host.readText('/etc/vmware/ssl/rui.crt') ?? '';
  const body = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(pem)?.[1];
  if (body === undefined) return null;
  return { name: 'SSL Thumbprint (SHA1)', value: pairs(host.sha1(decodeBase64(body)).toUpperCase()) };
}

/** As `ssh-keygen -l` of that time printed it: MD5 of the key blob. */
function sshFingerprint(host: HostClient, kind: 'dsa' | 'rsa'): { name: string; value: string } | null {
  const blob = host.readText(`/etc/ssh/ssh_host_${kind}_key.pub`)?.split(' ')[1];
  if (blob === undefined) return null;
  return { name: `SSH ${kind.toUpperCase()} Host Key (MD5)`, value: pairs(md5(decodeBase64(blob))) };
}

function pairs(hex: string): string {
  return (hex.match(/../g) ?? []).join(':');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function decodeBase64(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text) {
    const value = alphabet.indexOf(char);
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}
