import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  DerFields,
  parseDer,
  parseNested,
  readBitString,
  readBoolean,
  readInteger,
  readIntegerBytes,
  readOctetString,
  readOid,
  readString,
  readTime,
} from '../../../../../../vm-images/userland/model/package/der.ts';
import * as write from '../../../../../../vm-images/userland/model/package/der-writer.ts';
import { FUZZ, refusal } from './damage.ts';
import { bytes, text } from './tools.ts';

/** Every reader on one element and all it contains. */
function readAll(der: Uint8Array): void {
  const nodes = [parseDer(der)];
  for (const node of nodes) {
    nodes.push(...node.children);
    for (const read of [readBoolean, readInteger, readOid, readBitString, readOctetString, readTime, parseNested])
      refusal(() => read(node));
    refusal(() => readString(node, nodeCodec));
  }
}

describe('DER values', () => {
  it.each([
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [256n, '02020100'],
    [-1n, '0201ff'],
    [-128n, '020180'],
    [-129n, '0202ff7f'],
    [1n << 64n, '0209010000000000000000'],
  ])('writes and reads INTEGER %s', (value, hex) => {
    expect(write.integer(value)).toEqual(bytes(hex));
    expect(readInteger(parseDer(bytes(hex)))).toBe(value);
    expect(readIntegerBytes(parseDer(bytes(hex)))).toEqual(bytes(hex).slice(2));
  });

  it.each([
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['2.5.4.3', '0603550403'],
    ['2.999.3', '0603883703'],
    ['0.0', '060100'],
    ['1.39', '06014f'],
  ])('writes and reads OBJECT IDENTIFIER %s', (value, hex) => {
    expect(write.oid(value)).toEqual(bytes(hex));
    expect(readOid(parseDer(bytes(hex)))).toBe(value);
  });

  it.each(['', '1', '3.1', '1.40', '1.2.', '1.02', 'a.b', '1.2.9007199254740992'])(
    'does not write OBJECT IDENTIFIER %j',
    (value) => {
      expect(refusal(() => write.oid(value))?.kind).toBe('der');
    },
  );

  it.each([
    [Date.UTC(2026, 0, 2, 3, 4, 5), '170d3236303130323033303430355a'],
    [Date.UTC(1999, 11, 31, 23, 59, 59), '170d3939313233313233353935395a'],
    [Date.UTC(1950, 0, 1), '170d3530303130313030303030305a'],
    [Date.UTC(2050, 0, 1), '180f32303530303130313030303030305a'],
    [Date.UTC(9999, 11, 31, 23, 59, 59), '180f39393939313233313233353935395a'],
  ])('writes and reads the time %d', (ms, hex) => {
    expect(write.time(ms)).toEqual(bytes(hex));
    expect(readTime(parseDer(bytes(hex)))).toBe(ms);
  });

  it('writes and reads strings, bits, bytes, truth and nothing', () => {
    expect(readString(parseDer(write.utf8String('Größe', nodeCodec)), nodeCodec)).toBe('Größe');
    expect(readString(parseDer(write.printableString('Bootbank (1)')), nodeCodec)).toBe('Bootbank (1)');
    expect(readString(parseDer(write.ia5String('a@b')), nodeCodec)).toBe('a@b');
    expect(write.bitString(Uint8Array.of(6), 1)).toEqual(bytes('03020106'));
    expect(readBitString(parseDer(bytes('03020106')))).toEqual({ bytes: bytes('06'), unusedBits: 1 });
    expect(readOctetString(parseDer(write.octetString(bytes('0102'))))).toEqual(bytes('0102'));
    expect(readBoolean(parseDer(write.booleanValue(true)))).toBe(true);
    expect(write.nullValue()).toEqual(bytes('0500'));
  });

  it('writes lengths in their shortest form', () => {
    expect(write.octetString(new Uint8Array(127)).slice(0, 3)).toEqual(bytes('047f00'));
    expect(write.octetString(new Uint8Array(128)).slice(0, 3)).toEqual(bytes('048180'));
    expect(write.octetString(new Uint8Array(65536)).slice(0, 5)).toEqual(bytes('0483010000'));
    expect(parseDer(write.octetString(new Uint8Array(65536))).content).toHaveLength(65536);
  });

  it('sorts a SET OF', () => {
    const set = write.set(write.octetString(bytes('02')), write.octetString(bytes('0101')), write.integer(5));
    expect(set).toEqual(bytes('310a 020105 040102 04020101'));
  });

  it('does not write letters that a string type lacks', () => {
    expect(() => write.printableString('a@b')).toThrow('the string type does not have all of "a@b"');
    expect(() => write.ia5String('ü')).toThrow('the string type');
    expect(() => write.utcTime(Number.NaN)).toThrow('no time of four-digit year');
  });
});

describe('DER structure', () => {
  it('gives fields in order, optional ones where they are', () => {
    const fields = new DerFields(parseDer(bytes('3008 020101 0101ff 0500')), 'Thing');
    expect(readInteger(fields.next('number'))).toBe(1n);
    expect(fields.optional(0xa0)).toBeUndefined();
    expect(fields.optional(0x01)).toBeDefined();
    expect(() => fields.end()).toThrow('DER at offset 8: Thing goes on with tag 05');
    expect(() => fields.next('rest', 0x02)).toThrow('DER at offset 8: rest of Thing: expected tag 02, found 05');
    expect(() => fields.next('more')).toThrow('DER at offset 0: Thing ends before its more');
  });

  it('tells offsets of what is nested in a string', () => {
    expect(() => parseNested(parseDer(bytes('0404 3005 0201')))).toThrow('DER at offset 2: expected 5 bytes');
    expect(() => parseNested(parseDer(bytes('0304 00 3001 00')), 1)).toThrow('DER at offset 5');
  });

  it.each([
    ['nothing', '', 'offset 0: expected tag and length, found 0 bytes'],
    ['a tag alone', '30', 'offset 0: expected tag and length, found 1 bytes'],
    ['content that is cut off', '0403 0102', 'offset 0: expected 3 bytes of content, found 2'],
    ['a child that reaches beyond', '3003 040201', 'offset 2: expected 2 bytes of content, found 1'],
    ['a child that is half a header', '3001 04', 'offset 2: expected tag and length'],
    ['bytes behind the element', '0500 00', 'offset 2: expected the end, found 1 more bytes'],
    ['an indefinite length', '3080 0000', 'offset 1: an indefinite length'],
    ['a long length that is short', '04817f', 'offset 1: length 127 is not in its shortest form'],
    ['a length with a leading zero', '04820080', 'offset 1: length 128 is not in its shortest form'],
    ['a length that is cut off', '048201', 'offset 1: the length is cut off'],
    ['a length of five bytes', '04850000000001', 'offset 1: a length of 5 bytes'],
    ['a length of 4 GiB', '0484ffffffff', 'expected 4294967295 bytes of content, found 0'],
    ['the reserved length', '04ff', 'a length of 127 bytes'],
    ['a tag of several bytes', '1f8101 00', 'offset 0: a tag of several bytes'],
    ['elements nested without end', '3080'.repeat(40), 'an indefinite length'],
  ])('refuses %s', (_, hex, message) => {
    const error = refusal(() => parseDer(bytes(hex)));
    expect(error?.kind).toBe('der');
    expect(error?.message).toContain(message);
  });

  it('refuses deep nesting and a flood of elements', () => {
    let deep = write.nullValue();
    for (let level = 0; level < 32; level++) deep = write.sequence(deep);
    expect(parseDer(deep).children).toHaveLength(1);
    expect(() => parseDer(write.sequence(deep))).toThrow('DER at offset 66: nested deeper than 32 levels');
    expect(() => parseDer(write.sequence(new Uint8Array(20_000)))).toThrow('more than 8192 elements');
  });

  it.each([
    ['an empty INTEGER', readInteger, '0200'],
    ['a padded INTEGER', readInteger, '0202007f'],
    ['a padded negative INTEGER', readInteger, '0202ff80'],
    ['an INTEGER of 1025 bytes', readInteger, `02820401${'01'.repeat(1025)}`],
    ['another type', readInteger, '0401ff'],
    ['a constructed string', readOctetString, '24030401ff'],
    ['a loose BOOLEAN', readBoolean, '010101'],
    ['a long BOOLEAN', readBoolean, '0102ffff'],
    ['an empty OBJECT IDENTIFIER', readOid, '0600'],
    ['an OBJECT IDENTIFIER that is cut off', readOid, '06022a86'],
    ['a padded OBJECT IDENTIFIER', readOid, '06032a8001'],
    ['an OBJECT IDENTIFIER beyond numbers', readOid, `060b2a${'ff'.repeat(9)}7f`],
    ['an empty BIT STRING', readBitString, '0300'],
    ['unused bits of nothing', readBitString, '030101'],
    ['eight unused bits', readBitString, '03020800'],
    ['unused bits that are set', readBitString, '03020101'],
  ])('refuses %s', (_, read: (node: ReturnType<typeof parseDer>) => unknown, hex) => {
    const node = parseDer(bytes(hex));
    const error = refusal(() => read(node));
    expect(error?.kind).toBe('der');
    expect(error?.message).toMatch(/^DER at offset 0: /);
  });

  it.each([
    [0x17, '2601020304Z'],
    [0x17, '260102030405'],
    [0x17, '260102030405+0100'],
    [0x17, '260230030405Z'],
    [0x17, '261301030405Z'],
    [0x17, '260102240000Z'],
    [0x17, '2601020304 5Z'],
    [0x18, '260102030405Z'],
    [0x18, '20260102030405.5Z'],
    [0x18, '00500102030405Z'],
    [0x18, '99999999999999Z'],
    [0x04, '260102030405Z'],
  ])('refuses tag %d with %s as a time', (tag, value) => {
    expect(refusal(() => readTime(parseDer(write.tlv(tag, text(value)))))?.kind).toBe('der');
  });

  it.each([
    [0x0c, 'ff'],
    [0x13, '40'],
    [0x16, 'c3bc'],
    [0x1e, '0041'],
  ])('refuses tag %d with %s as a string', (tag, hex) => {
    expect(refusal(() => readString(parseDer(write.tlv(tag, bytes(hex))), nodeCodec))?.kind).toBe('der');
  });

  it('fails in the one way on any bytes', () => {
    const anything = fc.uint8Array({ maxLength: 60 });
    const plausible = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 0x17, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xff));
    fc.assert(
      fc.property(fc.oneof(anything, plausible.map(Uint8Array.from.bind(Uint8Array))), (der) => {
        refusal(() => readAll(der));
      }),
      { ...FUZZ, numRuns: 2000 },
    );
  });

  it('reads back any number and identifier', () => {
    const arcs = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.maxSafeNat()));
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 2100n), max: 1n << 2100n }), arcs, (value, [top, second, rest]) => {
        expect(readInteger(parseDer(write.integer(value)))).toBe(value);
        const id = [top, second, ...rest].join('.');
        expect(readOid(parseDer(write.oid(id)))).toBe(id);
      }),
      FUZZ,
    );
  });
});
