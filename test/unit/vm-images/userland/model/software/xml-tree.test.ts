import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVib, serializeVib } from '../../../../../../vm-images/userland/model/software/vib.ts';
import {
  childText,
  element,
  parseXml,
  serializeXml,
  type XmlElement,
} from '../../../../../../vm-images/userland/model/software/xml-tree.ts';
import { damaged, FUZZ } from '../package/damage.ts';
import { text } from '../package/tools.ts';
import { vib } from './sample-vibs.ts';

const MANY = 150_000;

describe('XML is read', () => {
  it.each([
    ['<a b="1 > 0"/>', '1 > 0'],
    ["<a b='1 > 0' c='>'/>", '1 > 0'],
    ['<a c="it\'s" b=">="><d/></a>', '>='],
    ['<a b = "x" />', 'x'],
    ["<a\n\tb='x'\n/>", 'x'],
    ['<a c=""  b="x"></a>', 'x'],
    ['<a b="&lt;&#x26;&quot;&apos;"/>', '<&"\''],
  ])('%s', (xml, expected) => {
    expect(parseXml(xml)).toMatchObject({ name: 'a', attributes: { b: expected } });
  });

  it('entities that it does not know stay as they are, also those that are called like parts of objects', () => {
    expect(parseXml('<a>&toString; &constructor; &nbsp; &amp</a>').text).toBe('&toString; &constructor; &nbsp; &amp');
  });

  it('without what stands round the root, and with a mark at its beginning', () => {
    expect(parseXml('\ufeff<?xml version="1.0"?>\n<!DOCTYPE a><!-- <b> it\'s -->\n<a/>\n<!-- -->').name).toBe('a');
  });

  it('as it was written, whatever the texts are', () => {
    const letters = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.trim());
    const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ node: XmlElement }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.tuple(letters, letters).map(([body, b]) => element('leaf', body, { b })),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((children) => element('node', children)),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (node) => {
        expect(parseXml(serializeXml(node))).toEqual(node);
      }),
      { ...FUZZ, numRuns: 60 },
    );
  });
});

describe('what is no XML is refused', () => {
  it.each([
    ['', 'no element found'],
    ['words', 'no element found'],
    ['<a', 'a tag is not closed: <a'],
    ['<a b="', 'a tag is not closed: <a b="'],
    ['<a b="x>', 'a tag is not closed: <a b="x>'],
    ['<a b=x/>', '<a> has something that is no attribute'],
    ['<a b="x" c/>', '<a> has something that is no attribute'],
    ['<a></b>', 'unexpected closing tag </b>'],
    ['</a>', 'unexpected closing tag </a>'],
    ['<a/><b/>', 'a second root element <b>'],
    ['<a><b/>', '<a> is not closed'],
    ['<>', 'tag without a name'],
    ['<!-- <a/>', 'a tag is not closed'],
    ['<a>&#x110000;</a>', 'Invalid code point'],
  ])('%s', (xml, message) => {
    expect(() => parseXml(xml)).toThrow(message);
  });

  it.each([
    ['a tag of words', `<a b="1" ${'c'.repeat(MANY)}>`],
    ['a tag of blanks', `<a b="1" c${' '.repeat(MANY)}>`],
    ['many quotation marks', `<a b=${'""'.repeat(MANY)}`],
    ['quotation marks that are open', `<a b="${'">"'.repeat(MANY)}`],
    ['many ampersands', `<a>${'&'.repeat(MANY)}${'x'.repeat(MANY)}</a>`],
    ['tags within tags', '<a>'.repeat(MANY)],
    ['tags that are not closed', '<'.repeat(MANY)],
    ['comments that are not closed', '<!--'.repeat(MANY)],
  ])('in no time, however long it is: %s', (_, xml) => {
    const before = performance.now();
    try {
      parseXml(xml);
    } catch {
      // Refused: as good.
    }
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('a descriptor', () => {
  it('is read or refused in words, whatever the damage', () => {
    const whole = text(serializeVib(vib('acme', { depends: [{ name: 'a', relation: '>=', version: '1' }] })));
    fc.assert(
      fc.property(damaged(whole), (bytes) => {
        const xml = new TextDecoder().decode(bytes);
        try {
          expect(childText(parseXml(xml), 'name')).toBeTypeOf('string');
          parseVib(xml);
        } catch (error) {
          expect(error).not.toBeInstanceOf(TypeError);
          expect((error as Error).message).not.toMatch(/Cannot read|is not a function/);
        }
      }),
      FUZZ,
    );
  });
});
