import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import * as write from '../../../../../../vm-images/userland/model/package/der-writer.ts';
import {
  buildSignedData,
  type NewSignedData,
  readSignedData,
  verifySignedData,
} from '../../../../../../vm-images/userland/model/package/index.ts';
import { installed } from '../../../../../helpers/installed.ts';
import { makeParty, NOT_AFTER, NOT_BEFORE, NOW, type Party, pem } from './authority.ts';
import { damaged, FUZZ, flipped, refusal } from './damage.ts';
import { createWorkbench, text, type Workbench } from './tools.ts';

const openssl = installed('openssl');
const CONTENT = text('<vib version="5.0"/>\n');
const DIGEST = nodeCodec.sha256(CONTENT);
const SHA256 = write.sequence(write.oid('2.16.840.1.101.3.4.2.1'));
const RSA = write.sequence(write.oid('1.2.840.113549.1.1.1'), write.nullValue());
const DATA = '1.2.840.113549.1.7.1';

let root: Party;
let middle: Party;
let signer: Party;
let bench: Workbench;

beforeAll(() => {
  root = makeParty('Root', null);
  middle = makeParty('Middle', root, { serial: '02' });
  signer = makeParty('Signer', middle, { serial: 'fe03', isCa: false });
}, 60_000);
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.clear());

function build(changes: Partial<NewSignedData> = {}): Uint8Array {
  return buildSignedData({
    contentSha256Hex: DIGEST,
    certificates: [signer.certificate.raw, middle.certificate.raw],
    signer: signer.certificate,
    signingTimeMs: NOW,
    sign: signer.sign,
    ...changes,
  });
}

function verify(der: Uint8Array, { digest = DIGEST, roots = [root], atMs = NOW } = {}) {
  const trusted = roots.map((one) => one.certificate);
  return verifySignedData(der, digest, trusted, atMs, nodeCodec);
}

/** A signature whose parts are others than `buildSignedData` makes. */
function handMade(
  changes: {
    version?: number;
    digests?: Uint8Array[];
    content?: Uint8Array;
    certificates?: Uint8Array;
    lists?: Uint8Array[];
    infos?: Uint8Array[];
    type?: string;
  } = {},
): Uint8Array {
  const signedData = write.sequence(
    write.integer(changes.version ?? 1),
    write.set(...(changes.digests ?? [SHA256])),
    changes.content ?? write.sequence(write.oid(DATA)),
    changes.certificates ?? write.contextTag(0, signer.certificate.raw, middle.certificate.raw),
    ...(changes.lists ?? []),
    write.set(...(changes.infos ?? [signerInfo()])),
  );
  return write.sequence(write.oid(changes.type ?? '1.2.840.113549.1.7.2'), write.contextTag(0, signedData));
}

function signerInfo(
  changes: {
    version?: number;
    sid?: Uint8Array;
    digest?: Uint8Array;
    attributes?: Uint8Array[];
    algorithm?: Uint8Array;
    unsigned?: Uint8Array[];
  } = {},
): Uint8Array {
  const attributes = write.sorted(changes.attributes ?? signedAttributes());
  return write.sequence(
    write.integer(changes.version ?? 1),
    changes.sid ?? write.sequence(signer.certificate.issuer.raw, write.integer(0xfe03)),
    changes.digest ?? SHA256,
    write.contextTag(0, ...attributes),
    changes.algorithm ?? RSA,
    write.octetString(signer.sign(write.set(...attributes))),
    ...(changes.unsigned ?? []),
  );
}

function attribute(number: number, ...values: Uint8Array[]): Uint8Array {
  return write.sequence(write.oid(`1.2.840.113549.1.9.${number}`), write.set(...values));
}

function signedAttributes(): [Uint8Array, Uint8Array, Uint8Array] {
  return [
    attribute(3, write.oid(DATA)),
    attribute(4, write.octetString(Buffer.from(DIGEST, 'hex'))),
    attribute(5, write.utcTime(NOW)),
  ];
}

describe('signature', () => {
  it('is verified up to the root', () => {
    const { signer: found, chain, signingTimeMs } = verify(build());
    expect(found).toEqual(signer.certificate);
    expect(chain.map((one) => one.subject.commonName)).toEqual(['Signer', 'Middle', 'Root']);
    expect(signingTimeMs).toBe(NOW);
    expect(verify(handMade()).chain).toHaveLength(3);
  });

  it('is read without being verified', () => {
    const { certificates, signerInfos } = readSignedData(build({ sign: () => new Uint8Array(256) }), nodeCodec);
    expect(certificates.map((one) => one.serial).sort()).toEqual(['02', 'fe03']);
    expect(signerInfos).toMatchObject([{ serial: 'fe03', messageDigest: DIGEST, signingTimeMs: NOW }]);
  });

  it('may bring the root along, and may come from a root itself', () => {
    const whole = [root, middle, signer].map((party) => party.certificate.raw);
    expect(verify(build({ certificates: whole })).chain).toHaveLength(3);
    const alone = build({ certificates: [signer.certificate.raw] });
    expect(verify(alone, { roots: [signer] }).chain).toEqual([signer.certificate]);
  });

  it('is the same for the same input', () => {
    const certificates = [middle.certificate.raw, signer.certificate.raw];
    expect(build({ certificates })).toEqual(build());
  });

  it.each<[string, () => unknown, string, string]>([
    [
      'another content',
      () => verify(build(), { digest: nodeCodec.sha256(text('<vib/>')) }),
      'content-changed',
      `the descriptor was changed after it was signed: signed SHA-256 ${DIGEST}, found `,
    ],
    [
      'a signature of another key',
      () => verify(build({ sign: middle.sign })),
      'signature-wrong',
      'the signature was not made with the key of "Signer", or was changed',
    ],
    [
      'no certificate of its signer',
      () => verify(build({ certificates: [middle.certificate.raw] })),
      'signer-missing',
      'no certificate of its signer, serial number fe03',
    ],
    [
      'no certificates',
      () => verify(handMade({ certificates: new Uint8Array(0) })),
      'signer-missing',
      'no certificate',
    ],
    [
      'a chain that ends nowhere',
      () => verify(build({ certificates: [signer.certificate.raw] })),
      'issuer-unknown',
      'signer "Signer" is not trusted: the issuer "Middle" of certificate "Signer" is not known',
    ],
    [
      'no trusted root',
      () => verify(build(), { roots: [] }),
      'issuer-unknown',
      'the issuer "Root" of certificate "Middle"',
    ],
    [
      'a namesake of the root',
      () => verify(build(), { roots: [makeParty('Root', null)] }),
      'signature-wrong',
      'signer "Signer" is not trusted: certificate "Middle" is not signed by the key of "Root"',
    ],
    ['expired certificates', () => verify(build(), { atMs: NOT_AFTER + 1 }), 'expired', '"Signer" expired at'],
    [
      'certificates of later',
      () => verify(build(), { atMs: NOT_BEFORE - 1 }),
      'not-yet-valid',
      '"Signer" is valid from',
    ],
    [
      'a certificate beside the chain',
      () =>
        verify(build({ certificates: [signer, middle, makeParty('Stray', null)].map((one) => one.certificate.raw) })),
      'stray-certificate',
      `certificate "Stray" is no part of the signer's chain`,
    ],
    [
      'a signer that is an authority only',
      () => verify(build({ signer: middle.certificate, sign: middle.sign })),
      'wrong-usage',
      'certificate "Middle" is not meant for signing code',
    ],
    [
      'two signers',
      () => verify(handMade({ infos: [signerInfo(), signerInfo()] })),
      'unsupported',
      'one signer, found 2',
    ],
    ['no signer', () => verify(handMade({ infos: [] })), 'unsupported', 'expected one signer, found 0'],
    [
      'its content inside',
      () => verify(handMade({ content: attached() })),
      'unsupported',
      'expected a detached signature',
    ],
    ['another content type', () => verify(handMade({ type: DATA })), 'unsupported', 'content type: expected'],
    ['version 3', () => verify(handMade({ version: 3 })), 'unsupported', 'expected SignedData of version 1, found 3'],
    [
      'a signer named by its key',
      () => verify(handMade({ infos: [signerInfo({ version: 3, sid: write.tlv(0x80, text('key')) })] })),
      'unsupported',
      'expected SignerInfo of version 1, found 3',
    ],
    ['revocation lists', () => verify(handMade({ lists: [write.contextTag(1)] })), 'unsupported', 'revocation lists'],
    [
      'unsigned attributes',
      () => verify(handMade({ infos: [signerInfo({ unsigned: [write.contextTag(1)] })] })),
      'unsupported',
      'unsigned attributes',
    ],
    [
      'SHA-1',
      () => verify(handMade({ infos: [signerInfo({ digest: write.sequence(write.oid('1.3.14.3.2.26')) })] })),
      'unsupported',
      'digest algorithm: expected 2.16.840.1.101.3.4.2.1, found 1.3.14.3.2.26',
    ],
    [
      'RSASSA-PSS',
      () =>
        verify(handMade({ infos: [signerInfo({ algorithm: write.sequence(write.oid('1.2.840.113549.1.1.10')) })] })),
      'unsupported',
      'signature algorithm: expected',
    ],
    [
      'no signing time',
      () => verify(handMade({ infos: [signerInfo({ attributes: signedAttributes().slice(0, 2) })] })),
      'malformed',
      'expected one signed attribute signingTime of one value',
    ],
    [
      'two digests',
      () => verify(handMade({ infos: [signerInfo({ attributes: [...signedAttributes(), signedAttributes()[1]] })] })),
      'malformed',
      'expected one signed attribute messageDigest of one value',
    ],
    [
      'a digest of two values',
      () =>
        verify(
          handMade({
            infos: [
              signerInfo({
                attributes: [
                  ...signedAttributes().filter((_, at) => at !== 1),
                  attribute(4, write.nullValue(), write.nullValue()),
                ],
              }),
            ],
          }),
        ),
      'malformed',
      'messageDigest of one value',
    ],
    ['damage', () => verify(build().slice(0, -1)), 'malformed', 'the signature is unreadable: DER at offset 0'],
    ['nothing', () => verify(new Uint8Array(0)), 'malformed', 'the signature is unreadable: DER at offset 0'],
  ])('is refused with %s', (_, run, reason, message) => {
    const error = refusal(run);
    expect(error?.kind).toBe('signature');
    expect(error?.message).toContain(message);
    expect(error?.reason).toBe(reason);
  });

  it('is not made over something that is no digest', () => {
    expect(refusal(() => build({ contentSha256Hex: 'ab' }))?.kind).toBe('signature');
  });

  it('is refused with any byte changed', () => {
    const whole = build({ certificates: [root, middle, signer].map((party) => party.certificate.raw) });
    verify(whole);
    fc.assert(
      fc.property(flipped(whole), (der) => refusal(() => verify(der)) !== null),
      { ...FUZZ, numRuns: 1500 },
    );
  }, 60_000);

  it('fails in the one way, whatever the damage', () => {
    fc.assert(
      fc.property(damaged(build()), (der) => {
        refusal(() => readSignedData(der, nodeCodec));
        const error = refusal(() => verify(der));
        if (error !== null) expect(error.kind).toBe('signature');
      }),
      FUZZ,
    );
  }, 60_000);

  it.skipIf(!openssl)('is verified by openssl, and not over another content', () => {
    bench.put('sig.pkcs7', build());
    bench.put('root.pem', pem(root.certificate.raw));
    bench.put('descriptor.xml', CONTENT);
    bench.put('other.xml', text('<vib/>'));
    const check = (content: string) => {
      const input = ['-inform', 'DER', '-in', 'sig.pkcs7', '-binary', '-content', content, '-out', 'content'];
      const trust = ['-CAfile', 'root.pem', '-purpose', 'any', '-attime', String(NOW / 1000)];
      return bench.run('openssl', 'cms', '-verify', ...input, ...trust);
    };
    check('descriptor.xml');
    expect(bench.get('content')).toEqual(CONTENT);
    expect(() => check('other.xml')).toThrow(/verification failure/i);
  });

  it.skipIf(!openssl)('is verified when openssl made it', () => {
    bench.put('descriptor.xml', CONTENT);
    bench.put('signer.pem', pem(signer.certificate.raw));
    bench.put('middle.pem', pem(middle.certificate.raw));
    bench.put('key.pem', signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const input = ['-binary', '-in', 'descriptor.xml', '-signer', 'signer.pem', '-inkey', 'key.pem'];
    const output = ['-certfile', 'middle.pem', '-md', 'sha256', '-outform', 'DER', '-out', 'sig.pkcs7'];
    bench.run('openssl', 'cms', '-sign', ...input, ...output);
    const { chain, signingTimeMs } = verify(bench.get('sig.pkcs7'));
    expect(chain.map((one) => one.subject.commonName)).toEqual(['Signer', 'Middle', 'Root']);
    expect(Math.abs(Date.now() - signingTimeMs)).toBeLessThan(60_000);
  });
});

function attached(): Uint8Array {
  return write.sequence(write.oid(DATA), write.contextTag(0, write.octetString(CONTENT)));
}
