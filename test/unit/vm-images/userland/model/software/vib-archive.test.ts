import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { descriptorSigner, type SignerName } from '../../../../../../vm-images/depot/signers.ts';
import {
  buildSignedData,
  bytesSource,
  readAr,
  serializeAr,
} from '../../../../../../vm-images/userland/model/package/index.ts';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import {
  type AcceptanceLevel,
  createVib,
  serializeVib,
  type Vib,
} from '../../../../../../vm-images/userland/model/software/vib.ts';
import {
  checkDescriptor,
  checkSignature,
  openVib,
  readPayload,
} from '../../../../../../vm-images/userland/model/software/vib-archive.ts';
import { certificate, KEYS, makeVib, SOME_DAY } from '../../../../../helpers/small-depot.ts';
import { makeParty } from '../package/authority.ts';
import { vib } from './sample-vibs.ts';

const PAYLOAD: Uint8Array = new Uint8Array(gzipSync('payload'));
const TRUST = { roots: [certificate('root')], atMs: SOME_DAY };
const sign = descriptorSigner(KEYS);

type Member = { name: string; data: Uint8Array };

/** A VIB of one payload `acme`, and the members of its file: descriptor, signature, payload. */
function parts(changes: Partial<Vib> = {}, signer: SignerName | null = 'partner'): [Member, Member, Member] {
  const described = vib('acme', {
    payloads: [
      { name: 'acme', type: 'vgz', size: PAYLOAD.length, checksums: [sum('sha-256', nodeCodec.sha256(PAYLOAD))] },
    ],
    ...changes,
  });
  const data = nodeCodec.utf8Encode(serializeVib(described));
  return [
    { name: 'descriptor.xml', data },
    { name: 'sig.pkcs7', data: signer === null ? new Uint8Array(0) : sign(data, signer, SOME_DAY) },
    { name: 'acme', data: PAYLOAD },
  ];
}

function sum(type: string, value: string, verifyProcess = '') {
  return { type, verifyProcess, sum: value };
}

function open(members: Member[]) {
  return openVib(bytesSource(serializeAr(members, 0)), '/ds/acme.vib', nodeCodec);
}

function problem(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SoftwareProblem) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('opening a VIB', () => {
  it('gives its descriptor, its signature and its payloads', () => {
    const archive = open(parts());
    expect(archive.vib.name).toBe('acme');
    expect(archive.signature.length).toBeGreaterThan(1000);
    expect([...archive.payloads.keys()]).toEqual(['acme']);
    expect(readPayload(archive, archive.vib.payloads[0]!, nodeCodec)).toEqual(PAYLOAD);
  });

  const [descriptor, signature, payload] = parts();
  const extra = { name: 'extra', data: PAYLOAD };
  it.each<[string, Member[], string]>([
    ['nothing in it', [], 'its first member is not descriptor.xml'],
    ['another order', [signature, descriptor, payload], 'its first member is not descriptor.xml'],
    ['no signature member', [descriptor, payload], 'its second member is not sig.pkcs7'],
    ['a payload missing', [descriptor, signature], 'its payload acme is missing'],
    ['a payload more', [descriptor, signature, payload, extra], 'it has members that its descriptor does not name'],
    ['a payload of another name', [descriptor, signature, extra], 'its payload acme is missing'],
    [
      'a descriptor that is no XML',
      [{ name: 'descriptor.xml', data: PAYLOAD }, signature, payload],
      'XML: no element found',
    ],
    [
      'a descriptor of megabytes',
      [{ name: 'descriptor.xml', data: new Uint8Array((4 << 20) + 1) }, signature, payload],
      'descriptor or signature is too large',
    ],
    [
      'a signature of megabytes',
      [descriptor, { name: 'sig.pkcs7', data: new Uint8Array(300 << 10) }, payload],
      'descriptor or signature is too large',
    ],
  ])('is refused with %s', (_, members, reason) => {
    expect(problem(() => open(members))).toBe(`[VibFormatError] /ds/acme.vib is not a usable VIB: ${reason}.`);
  });

  it('is refused for what is no ar archive', () => {
    expect(problem(() => openVib(bytesSource(PAYLOAD), '/ds/x', nodeCodec))).toMatch(
      /^\[VibFormatError\] \/ds\/x is not a usable VIB: not an ar archive/,
    );
  });

  it('is refused for one payload that is described twice', () => {
    const one = { name: 'acme', type: 'vgz', size: 1, checksums: [] };
    expect(problem(() => open(parts({ payloads: [one, one] })))).toContain('VibFormatError');
  });
});

describe('the signature', () => {
  const levels: AcceptanceLevel[] = ['certified', 'accepted', 'partner', 'community'];

  it.each([
    ['certified', levels],
    ['accepted', levels.slice(1)],
    ['partner', levels.slice(2)],
  ] as const)('of a signer for %s holds for that level and those below', (signer, allowed) => {
    const found = levels.filter((acceptanceLevel) => {
      try {
        checkSignature(open(parts({ acceptanceLevel }, signer)), TRUST, nodeCodec);
        return true;
      } catch {
        return false;
      }
    });
    expect(found).toEqual(allowed);
  });

  it('may be missing only from community', () => {
    checkSignature(open(parts({ acceptanceLevel: 'community' }, null)), TRUST, nodeCodec);
    for (const acceptanceLevel of levels.slice(0, 3))
      expect(problem(() => checkSignature(open(parts({ acceptanceLevel }, null)), TRUST, nodeCodec))).toBe(
        `[VibSigMissingError] VIB Acme_bootbank_acme_1.0.0-1 has no signature, which its acceptance level ${acceptanceLevel} needs.`,
      );
  });

  it('is looked at when there is one, also for community', () => {
    expect(
      problem(() => checkSignature(open(parts({ acceptanceLevel: 'community' }, 'stranger')), TRUST, nodeCodec)),
    ).toMatch(/^\[VibSigVerifyError\] The signature of VIB Acme_bootbank_acme_1\.0\.0-1 can't be verified/);
  });

  it.each([
    ['of another descriptor', parts({ summary: 'another' })[1].data, 'the descriptor was changed after it was signed'],
    ['that is cut off', parts()[1].data.slice(0, -5), 'the signature is unreadable'],
    ['that is none', Uint8Array.from([1, 2, 3]), 'the signature is unreadable'],
  ])('%s is refused', (_, data, reason) => {
    const [descriptor, , payload] = parts();
    const archive = open([descriptor, { name: 'sig.pkcs7', data }, payload]);
    expect(problem(() => checkSignature(archive, TRUST, nodeCodec))).toContain(reason);
  });

  it('counts at the time of the host, not of the signature', () => {
    const archive = open(parts({}, 'expired'));
    checkSignature(archive, { ...TRUST, atMs: Date.UTC(2013, 5, 1) }, nodeCodec);
    expect(problem(() => checkSignature(archive, TRUST, nodeCodec))).toContain('expired at 2014-01-01');
    expect(problem(() => checkSignature(archive, { ...TRUST, atMs: Date.UTC(2012, 5, 1) }, nodeCodec))).toContain(
      'is valid from 2013-01-01',
    );
  });

  it('is not believed without roots, nor of somebody whose certificate names no level', () => {
    expect(problem(() => checkSignature(open(parts()), { ...TRUST, roots: [] }, nodeCodec))).toContain(
      'is not trusted',
    );
    const clerk = makeParty('Clerk', null, { isCa: false });
    const [descriptor, , payload] = parts();
    const data = buildSignedData({
      contentSha256Hex: nodeCodec.sha256(descriptor.data),
      certificates: [clerk.certificate.raw],
      signer: clerk.certificate,
      signingTimeMs: SOME_DAY,
      sign: clerk.sign,
    });
    const trust = { roots: [clerk.certificate], atMs: Date.UTC(2026, 6, 1) };
    const archive = open([descriptor, { name: 'sig.pkcs7', data }, payload]);
    expect(problem(() => checkSignature(archive, trust, nodeCodec))).toContain(
      'certificate "Clerk" is not one of a package signer',
    );
  });
});

describe('a payload', () => {
  const right = sum('sha-256', nodeCodec.sha256(PAYLOAD));
  const read = (payload: Partial<Vib['payloads'][number]>, data = PAYLOAD) => {
    const described = { name: 'acme', type: 'vgz', size: data.length, checksums: [right], ...payload };
    const [descriptor, signature] = parts({ payloads: [described] });
    const archive = open([descriptor, signature, { name: 'acme', data }]);
    return readPayload(archive, archive.vib.payloads[0]!, nodeCodec);
  };
  const raw = Uint8Array.from({ length: 100 }, (_, at) => at);
  const told = 'Payload acme of VIB Acme_bootbank_acme_1.0.0-1';

  it('is believed when size and sum are as described', () => {
    expect(read({ checksums: [sum('sha-1', '00', 'gunzip'), { ...right, sum: right.sum.toUpperCase() }] })).toEqual(
      PAYLOAD,
    );
  });

  it.each<[string, Partial<Vib['payloads'][number]>, Uint8Array, string]>([
    [
      'of another size',
      { size: 5 },
      PAYLOAD,
      `[VibChecksumError] ${told} has ${PAYLOAD.length} bytes; its descriptor says 5.`,
    ],
    [
      'of no size',
      { size: Number.NaN },
      PAYLOAD,
      `[VibChecksumError] ${told} has ${PAYLOAD.length} bytes; its descriptor says NaN.`,
    ],
    [
      'without sums',
      { checksums: [] },
      PAYLOAD,
      `[VibChecksumError] ${told} has no SHA-256 checksum in its descriptor.`,
    ],
    [
      'with a sum of its content only',
      { checksums: [{ ...right, verifyProcess: 'gunzip' }] },
      PAYLOAD,
      `[VibChecksumError] ${told} has no SHA-256 checksum in its descriptor.`,
    ],
    [
      'with one sum that is wrong among others',
      { checksums: [right, sum('sha-256', '00')] },
      PAYLOAD,
      `[VibChecksumError] ${told} is not what was signed: its checksum differs.`,
    ],
    [
      'that is no gzip archive',
      { checksums: [sum('sha-256', nodeCodec.sha256(raw))] },
      raw,
      `[VibFormatError] ${told} is not a gzip archive.`,
    ],
    [
      'that is empty',
      { checksums: [sum('sha-256', nodeCodec.sha256(new Uint8Array(0)))] },
      new Uint8Array(0),
      `[VibFormatError] ${told} is not a gzip archive.`,
    ],
  ])('%s is refused', (_, payload, data, message) => {
    expect(problem(() => read(payload, data))).toBe(message);
  });
});

describe('metadata and descriptor', () => {
  const archive = openVib(bytesSource(makeVib()), 'acme.vib', nodeCodec);

  it('may differ in texts for people and in when it was installed', () => {
    const { summary: _summary, ...rest } = archive.vib;
    checkDescriptor(archive, { ...rest, summary: 'other', description: 'other', urls: [], installDate: '2014' });
  });

  it.each<[string, Partial<Vib>]>([
    ['level', { acceptanceLevel: 'certified' }],
    ['type', { type: 'locker' }],
    ['relations', { provides: [{ name: 'x' }] }],
    ['payloads', { payloads: [] }],
    ['files', { files: [] }],
    ['maintenance mode', { maintenanceModeRequired: true }],
    ['overlay', { overlay: true }],
  ])('may not differ in %s', (_, change) => {
    expect(problem(() => checkDescriptor(archive, { ...archive.vib, ...change }))).toMatch(/^\[VibFormatError\]/);
  });

  it('are compared as they mean, not as they are written', () => {
    const made = createVib({ ...archive.vib });
    checkDescriptor(archive, made);
  });

  it('the file is what readAr lists', () => {
    expect(readAr(bytesSource(makeVib())).map(({ name }) => name)).toEqual(['descriptor.xml', 'sig.pkcs7', 'acme']);
  });
});
