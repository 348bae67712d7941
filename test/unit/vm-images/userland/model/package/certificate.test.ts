import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import * as write from '../../../../../../vm-images/userland/model/package/der-writer.ts';
import {
  certificateDer,
  parseCertificate,
  verifyChain,
} from '../../../../../../vm-images/userland/model/package/index.ts';
import { installed } from '../../../../../helpers/installed.ts';
import { type Keys, makeKeys, makeParty, NOT_AFTER, NOT_BEFORE, NOW, type Party, pem } from './authority.ts';
import { damaged, FUZZ, flipped, refusal } from './damage.ts';
import { bytes, createWorkbench, type Workbench } from './tools.ts';

const openssl = installed('openssl');
let root: Party;
let middle: Party;
let leaf: Party;
let spare: Keys;
let bench: Workbench;

beforeAll(() => {
  root = makeParty('Root', null);
  middle = makeParty('Middle', root, { serial: '02' });
  leaf = makeParty('Größe', middle, { serial: 'fe03', isCa: false, notAfter: Date.UTC(2055, 5, 1) });
  spare = makeKeys();
}, 60_000);
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.clear());

/** A certificate with other parts than `certificateDer` makes. */
function handMade(changes: {
  version?: number;
  algorithm?: Uint8Array;
  outer?: Uint8Array;
  name?: Uint8Array;
  serial?: bigint;
  spki?: Uint8Array;
  extensions?: Uint8Array[];
  signedBy?: Keys;
}): Uint8Array {
  const algorithm = changes.algorithm ?? write.sequence(write.oid('1.2.840.113549.1.1.11'), write.nullValue());
  const version = changes.version ?? 2;
  const tbs = write.sequence(
    ...(version === 0 ? [] : [write.contextTag(0, write.integer(version))]),
    write.integer(changes.serial ?? 1n),
    algorithm,
    root.certificate.subject.raw,
    write.sequence(write.time(NOT_BEFORE), write.time(NOT_AFTER)),
    changes.name ?? write.sequence(),
    changes.spki ?? spare.spki,
    ...(changes.extensions ? [write.contextTag(3, write.sequence(...changes.extensions))] : []),
  );
  const signature = (changes.signedBy ?? root).sign(tbs);
  return write.sequence(tbs, changes.outer ?? algorithm, write.bitString(signature));
}

function extension(id: string, value: Uint8Array, isCritical = true): Uint8Array {
  return write.sequence(write.oid(id), ...(isCritical ? [write.booleanValue(true)] : []), write.octetString(value));
}

describe('certificate', () => {
  it('comes back as it was made', () => {
    expect(leaf.certificate).toMatchObject({
      serial: 'fe03',
      subject: { commonName: 'Größe', organization: 'Bootbank', organizationalUnit: 'Packages' },
      issuer: middle.certificate.subject,
      notBefore: NOT_BEFORE,
      notAfter: Date.UTC(2055, 5, 1),
      isCa: false,
      pathLength: undefined,
      maySignCertificates: false,
      maySignCode: true,
    });
    expect(root.certificate).toMatchObject({ isCa: true, maySignCertificates: true, maySignCode: false });
  });

  it('is to Node what it is to us', () => {
    const { certificate } = leaf;
    const theirs = new X509Certificate(certificate.raw);
    expect(theirs.serialNumber.toLowerCase()).toBe(certificate.serial);
    expect(theirs.subject).toBe('O=Bootbank\nOU=Packages\nCN=Größe');
    expect(theirs.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(certificate.fingerprint);
    expect(new Date(theirs.validTo).getTime()).toBe(certificate.notAfter);
    expect(theirs.ca).toBe(false);
    expect(theirs.verify(new X509Certificate(middle.certificate.raw).publicKey)).toBe(true);
    expect(new X509Certificate(root.certificate.raw).ca).toBe(true);
  });

  it.skipIf(!openssl)('is understood and trusted by openssl', () => {
    bench.put('root.pem', pem(root.certificate.raw));
    bench.put('middle.pem', pem(middle.certificate.raw));
    bench.put('leaf.pem', pem(leaf.certificate.raw));
    const shown = bench.run('openssl', 'x509', '-noout', '-text', '-in', 'middle.pem');
    expect(shown).toContain('Version: 3 (0x2)');
    expect(shown).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(shown).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE/);
    expect(shown).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    const at = String(NOW / 1000);
    const args = ['verify', '-attime', at, '-CAfile', 'root.pem', '-untrusted', 'middle.pem', 'leaf.pem'];
    expect(bench.run('openssl', ...args)).toBe('leaf.pem: OK\n');
  });

  it.skipIf(!openssl)('is read when openssl made it', () => {
    const subject = '/C=DE/O=Class/OU=A/OU=B/CN=Signer/emailAddress=a@b.c';
    const extensions = [
      '-addext',
      'extendedKeyUsage=codeSigning',
      '-addext',
      'basicConstraints=critical,CA:TRUE,pathlen:1',
    ];
    bench.run('openssl', 'genrsa', '-out', 'key.pem', '2048');
    const made = ['-x509', '-key', 'key.pem', '-days', '30', '-subj', subject, '-outform', 'DER', '-out', 'c.der'];
    bench.run('openssl', 'req', ...made, ...extensions);
    const certificate = parseCertificate(bench.get('c.der'), nodeCodec);
    expect(certificate).toMatchObject({
      subject: { commonName: 'Signer', organization: 'Class', organizationalUnit: 'A' },
      isCa: true,
      pathLength: 1,
      maySignCode: true,
    });
    expect(verifyChain(certificate, [], [certificate], Date.now(), nodeCodec)).toEqual([certificate]);
  });

  it('names whoever has no common name', () => {
    const name = (id: string, text: string) =>
      write.sequence(write.set(write.sequence(write.oid(id), write.printableString(text))));
    const { subject } = parseCertificate(handMade({ name: name('2.5.4.10', 'Some Org') }), nodeCodec);
    expect(subject).toMatchObject({ commonName: '', organization: 'Some Org', organizationalUnit: '' });
  });

  it('reads uses from extensions', () => {
    const uses = (...extensions: Uint8Array[]) => parseCertificate(handMade({ extensions }), nodeCodec);
    const purpose = (id: string) => extension('2.5.29.37', write.sequence(write.oid(id)), false);
    expect(uses()).toMatchObject({ isCa: false, maySignCertificates: true, maySignCode: true });
    expect(uses(purpose('1.3.6.1.5.5.7.3.3')).maySignCode).toBe(true);
    expect(uses(purpose('2.5.29.37.0')).maySignCode).toBe(true);
    expect(uses(purpose('1.3.6.1.5.5.7.3.1')).maySignCode).toBe(false);
    expect(uses(extension('2.5.29.15', bytes('03020640')))).toMatchObject({
      maySignCode: true,
      maySignCertificates: false,
    });
    expect(uses(extension('2.5.29.15', bytes('03020204')))).toMatchObject({
      maySignCode: false,
      maySignCertificates: true,
    });
    expect(uses(extension('2.5.29.15', bytes('030100'))).maySignCode).toBe(false);
  });

  it.each<[string, () => Uint8Array, string, string]>([
    ['version 1', () => handMade({ version: 0 }), 'certificate', 'expected X.509 version 3, found 1'],
    ['version 2', () => handMade({ version: 1 }), 'certificate', 'expected X.509 version 3, found 2'],
    ['a negative serial number', () => handMade({ serial: -1n }), 'certificate', 'negative serial number'],
    [
      'two signature algorithms',
      () => handMade({ outer: write.sequence(write.oid('1.2.840.113549.1.1.5'), write.nullValue()) }),
      'certificate',
      'two different signature algorithms',
    ],
    [
      'an elliptic key',
      () => {
        const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        return handMade({ spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) });
      },
      'certificate',
      'expected an RSA key, found algorithm 1.2.840.10045.2.1',
    ],
    [
      'a small key',
      () => {
        const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
        return handMade({ spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) });
      },
      'certificate',
      'expected an RSA modulus of 2048 to 4096 bits, found 1024',
    ],
    [
      'an unknown critical extension',
      () => handMade({ extensions: [extension('2.5.29.30', write.sequence())] }),
      'certificate',
      'the unknown critical extension 2.5.29.30',
    ],
    [
      'an extension twice',
      () =>
        handMade({ extensions: [extension('1.2.3', write.nullValue(), false), extension('1.2.3', write.nullValue())] }),
      'certificate',
      'two extensions 1.2.3',
    ],
    [
      'a negative path length',
      () =>
        handMade({ extensions: [extension('2.5.29.19', write.sequence(write.booleanValue(true), write.integer(-1)))] }),
      'certificate',
      'path length -1',
    ],
    [
      'a damaged extension',
      () => handMade({ extensions: [extension('2.5.29.19', bytes('3001'))] }),
      'der',
      'expected 1 bytes of content, found 0',
    ],
    [
      'a name in an odd type',
      () => handMade({ name: write.sequence(write.set(write.sequence(write.oid('2.5.4.3'), write.integer(1)))) }),
      'der',
      'expected a string, found tag 02',
    ],
    [
      'another structure',
      () => write.sequence(write.nullValue()),
      'der',
      'tbsCertificate of Certificate: expected tag 30',
    ],
    ['bytes behind it', () => Uint8Array.of(...leaf.certificate.raw, 0), 'der', 'found 1 more bytes'],
  ])('is refused with %s', (_, make, kind, message) => {
    const error = refusal(() => parseCertificate(make(), nodeCodec));
    expect(error?.kind).toBe(kind);
    expect(error?.message).toContain(message);
  });

  it.each(['', 'xyz', '-1', '0'.repeat(41)])('is not made with serial number %j', (serial) => {
    const parts = { serial, subject: { commonName: 'a' }, issuer: { commonName: 'b' }, notBefore: 0, notAfter: 0 };
    const make = () =>
      certificateDer({ ...parts, publicKeySpki: spare.spki, isCa: false, sign: spare.sign }, nodeCodec);
    expect(refusal(make)?.kind).toBe('certificate');
  });

  it('fails in the one way, whatever the damage', () => {
    fc.assert(
      fc.property(damaged(leaf.certificate.raw), (der) => {
        refusal(() => parseCertificate(der, nodeCodec));
      }),
      FUZZ,
    );
  }, 60_000);
});

describe('certificate chain', () => {
  const verify = (one: Party, between: Party[], roots: Party[], atMs = NOW) =>
    verifyChain(
      one.certificate,
      between.map((party) => party.certificate),
      roots.map((party) => party.certificate),
      atMs,
      nodeCodec,
    ).map((certificate) => certificate.subject.commonName);

  it('leads from the leaf to a root, whatever the order of the others', () => {
    const other = makeParty('Other', null, {}, spare);
    expect(verify(leaf, [other, middle], [other, root])).toEqual(['Größe', 'Middle', 'Root']);
    expect(verify(leaf, [leaf, root, middle], [root])).toEqual(['Größe', 'Middle', 'Root']);
  });

  it('ends at the first certificate that is trusted', () => {
    expect(verify(middle, [], [root])).toEqual(['Middle', 'Root']);
    expect(verify(leaf, [], [middle])).toEqual(['Größe', 'Middle']);
    expect(verify(leaf, [], [leaf])).toEqual(['Größe']);
  });

  it('includes the first and the last moment of validity', () => {
    expect(verify(middle, [], [root], NOT_BEFORE)).toHaveLength(2);
    expect(verify(middle, [], [root], NOT_AFTER)).toHaveLength(2);
  });

  it('takes the one that is valid of two with one name and key', () => {
    const old = makeParty('Root', null, { notAfter: NOW - 1 }, root);
    expect(verify(middle, [], [old, root])).toEqual(['Middle', 'Root']);
    expect(refusal(() => verify(middle, [], [old]))?.reason).toBe('expired');
  });

  it('tells apart two issuers of one name by their keys', () => {
    const namesake = makeParty('Root', null, {}, spare);
    expect(verify(middle, [], [namesake, root])).toEqual(['Middle', 'Root']);
  });

  it.each<[string, () => unknown, string, string]>([
    [
      'an unknown issuer',
      () => verify(leaf, [], [root]),
      'issuer-unknown',
      'the issuer "Middle" of certificate "Größe"',
    ],
    [
      'no roots',
      () => verify(root, [root], []),
      'issuer-unknown',
      'the issuer "Root" of certificate "Root" is not known',
    ],
    [
      'a namesake of the issuer',
      () => verify(middle, [], [makeParty('Root', null, {}, spare)]),
      'signature-wrong',
      'certificate "Middle" is not signed by the key of "Root"',
    ],
    [
      'an expired leaf',
      () => verify(leaf, [middle], [root], Date.UTC(2055, 5, 1, 0, 0, 1)),
      'expired',
      'certificate "Größe" expired at 2055-06-01T00:00:00.000Z, it is 2055-06-01T00:00:01.000Z',
    ],
    [
      'an expired issuer',
      () => verify(leaf, [middle], [root], NOT_AFTER + 1),
      'expired',
      'certificate "Middle" expired',
    ],
    [
      'a certificate of tomorrow',
      () => verify(leaf, [middle], [root], NOT_BEFORE - 1),
      'not-yet-valid',
      'certificate "Größe" is valid from 2026-01-01T00:00:00.000Z, it is 2025-12-31T23:59:59.999Z',
    ],
    [
      'an issuer that is no authority',
      () => verify(makeParty('Forged', leaf, {}, spare), [leaf, middle], [root]),
      'issuer-not-ca',
      'certificate "Größe" may not issue others',
    ],
  ])('is refused with %s', (_, run, reason, message) => {
    const error = refusal(run);
    expect(error?.kind).toBe('certificate');
    expect(error?.reason).toBe(reason);
    expect(error?.message).toContain(message);
  });

  it('is refused when it is too long, by itself or by the root', () => {
    const chain = [root];
    for (let level = 1; level < 9; level++) chain.unshift(makeParty(`Level ${level}`, chain[0]!, {}, spare));
    expect(verify(chain[1]!, chain, [root])).toHaveLength(8);
    expect(refusal(() => verify(chain[0]!, chain, [root]))?.reason).toBe('chain-too-long');
    const limited = handMade({
      name: write.sequence(),
      extensions: [extension('2.5.29.19', write.sequence(write.booleanValue(true), write.integer(0)))],
    });
    const tight = { ...spare, certificate: parseCertificate(limited, nodeCodec) };
    const below = makeParty('Below', tight, {}, spare);
    expect(verify(below, [tight], [root])).toEqual(['Below', '', 'Root']);
    const further = makeParty('Further', below, {}, spare);
    const error = refusal(() => verify(further, [below, tight], [root]));
    expect(error?.message).toMatch(/are too long a chain \(limit 0\)$/);
  });

  it('is refused for another signature algorithm than SHA-256 with RSA', () => {
    const sha1 = write.sequence(write.oid('1.2.840.113549.1.1.5'), write.nullValue());
    const certificate = parseCertificate(handMade({ algorithm: sha1 }), nodeCodec);
    expect(refusal(() => verify({ ...spare, certificate }, [], [root]))?.reason).toBe('signature-wrong');
  });

  it('is refused with any byte of a certificate changed', () => {
    const check = (der: Uint8Array) => {
      const certificate = parseCertificate(der, nodeCodec);
      verifyChain(certificate, [middle.certificate], [root.certificate], NOW, nodeCodec);
    };
    check(leaf.certificate.raw);
    fc.assert(
      fc.property(flipped(leaf.certificate.raw), (der) => refusal(() => check(der)) !== null),
      FUZZ,
    );
  }, 60_000);
});
