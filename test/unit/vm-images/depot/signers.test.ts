import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKeys } from '../../../../vm-images/depot/make-keys.ts';
import { nodeCodec } from '../../../../vm-images/depot/node-codec.ts';
import { derOf, pemOf } from '../../../../vm-images/depot/pem.ts';
import { descriptorSigner, type SignerName } from '../../../../vm-images/depot/signers.ts';
import {
  bytesSource,
  parseCertificate,
  readAr,
  verifySignedData,
} from '../../../../vm-images/userland/model/package/index.ts';
import { installed } from '../../../helpers/installed.ts';
import { certificate, KEYS, makeVib, SOME_DAY } from '../../../helpers/small-depot.ts';
import { createWorkbench, text, type Workbench } from '../userland/model/package/tools.ts';

const sign = descriptorSigner(KEYS);
const DESCRIPTOR = text('<vib version="5.0"/>\n');

function verify(signer: SignerName, atMs = SOME_DAY, root = 'root') {
  const signature = sign(DESCRIPTOR, signer, SOME_DAY);
  return verifySignedData(signature, nodeCodec.sha256(DESCRIPTOR), [certificate(root)], atMs, nodeCodec);
}

describe('the signers', () => {
  it.each(['certified', 'accepted', 'partner'] as const)('%s: is trusted, and named so in its certificate', (name) => {
    const { chain, signingTimeMs } = verify(name);
    expect(chain[0]?.subject.organizationalUnit).toBe(name);
    expect(chain.map(({ subject }) => subject.commonName).slice(1)).toEqual([
      'Bootbank training package signing',
      'Bootbank training root',
    ]);
    expect(signingTimeMs).toBe(SOME_DAY);
  });

  it('stranger: has a root of its own', () => {
    expect(() => verify('stranger')).toThrow('is not trusted');
    expect(verify('stranger', SOME_DAY, 'stranger-root').chain).toHaveLength(2);
  });

  it('expired: was trusted in 2013', () => {
    expect(() => verify('expired')).toThrow('expired at 2014-01-01');
    expect(verify('expired', Date.UTC(2013, 6, 1)).chain).toHaveLength(3);
  });

  it('make the same signature each time', () => {
    expect(sign(DESCRIPTOR, 'partner', SOME_DAY)).toEqual(descriptorSigner(KEYS)(DESCRIPTOR, 'partner', SOME_DAY));
  });
});

describe('keys made anew', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('serve as those that are published', () => {
    makeKeys(folder);
    const signature = descriptorSigner(folder)(DESCRIPTOR, 'accepted', SOME_DAY);
    const root = parseCertificate(derOf('CERTIFICATE', readFileSync(path.join(folder, 'root.crt'), 'utf8')), nodeCodec);
    const digest = nodeCodec.sha256(DESCRIPTOR);
    expect(verifySignedData(signature, digest, [root], SOME_DAY, nodeCodec).chain).toHaveLength(3);
    expect(() => verifySignedData(signature, digest, [certificate('root')], SOME_DAY, nodeCodec)).toThrow(
      'is not trusted',
    );
  }, 30_000);
});

describe('PEM', () => {
  it('holds what was put in, in lines of 64 letters', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, at) => at);
    const pem = pemOf('CERTIFICATE', bytes);
    expect(derOf('CERTIFICATE', pem)).toEqual(bytes);
    expect(Math.max(...pem.split('\n').map(({ length }) => length))).toBe(64);
    expect(() => derOf('PRIVATE KEY', pem)).toThrow('no PRIVATE KEY in PEM form');
  });

  it('of the published certificates is read by Node', () => {
    const pem = readFileSync(path.join(KEYS, 'partner.crt'), 'utf8');
    expect(new X509Certificate(pem).subject).toContain('OU=partner');
  });
});

describe.skipIf(!installed('openssl'))('openssl and the signature of a VIB', () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = createWorkbench();
  });
  afterEach(() => bench.clear());

  const put = (vib: Uint8Array) => {
    for (const { name, offset, size } of readAr(bytesSource(vib))) bench.put(name, vib.slice(offset, offset + size));
    bench.put('root.crt', readFileSync(path.join(KEYS, 'root.crt')));
  };
  const verified = (atMs = SOME_DAY, content = 'descriptor.xml') => {
    const input = ['-binary', '-inform', 'DER', '-in', 'sig.pkcs7', '-content', content, '-out', 'content'];
    const trust = ['-CAfile', 'root.crt', '-purpose', 'any', '-attime', String(atMs / 1000)];
    return bench.run('openssl', 'cms', '-verify', ...input, ...trust);
  };

  it('it verifies the descriptor, and nothing else', () => {
    put(makeVib());
    verified();
    expect(bench.get('content')).toEqual(bench.get('descriptor.xml'));
    bench.put('other.xml', text('<vib/>'));
    expect(() => verified(SOME_DAY, 'other.xml')).toThrow(/verification failure/i);
  });

  it('it sees the signer and the authority, and the root stays at home', () => {
    put(makeVib());
    const printed = bench.run('openssl', 'pkcs7', '-inform', 'DER', '-in', 'sig.pkcs7', '-print_certs', '-noout');
    const subjects = [...printed.matchAll(/^subject=.*CN ?= ?(.*)$/gm)].map(([, name]) => name);
    expect(subjects.sort()).toEqual(['Bootbank partners', 'Bootbank training package signing']);
  });

  it.each([
    ['a stranger', { signedBy: 'stranger' as const }],
    ['an expired signer', { signedBy: 'expired' as const }],
    ['a descriptor that was reworded', { damage: 'descriptor' as const }],
  ])('it does not verify %s', (_, vib) => {
    put(makeVib(vib));
    expect(() => verified()).toThrow(/verif/i);
  });
});
