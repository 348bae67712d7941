/** Reads the small XML that esxcli writes: elements, attributes, text, the five entities. No DTDs, no CDATA from outside. */
import { LabError } from '../../main/shared/errors.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** @throws LabError `grader.bad-output` with the offset. */
export function parseXml(source: string): XmlElement {
  const top: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open: XmlElement[] = [top];
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|</g;
  for (const match of source.matchAll(token)) {
    const [whole, cdata, closing, opening, attributes, empty, text] = match;
    const current = open.at(-1)!;
    if (text !== undefined) current.text += decode(text);
    else if (cdata !== undefined) current.text += cdata;
    else if (closing !== undefined) {
      if (current.name !== closing) throw bad(`</${closing}> closes nothing`, match.index);
      if (current.children.length > 0) current.text = '';
      open.pop();
    } else if (opening !== undefined) {
      const element: XmlElement = {
        name: opening,
        attributes: readAttributes(attributes ?? ''),
        children: [],
        text: '',
      };
      current.children.push(element);
      if (empty !== '/') open.push(element);
    } else if (whole === '<') throw bad('a tag is broken', match.index);
  }
  if (open.length > 1) throw bad(`<${open.at(-1)!.name}> is not closed`, source.length);
  const root = top.children[0];
  if (!root || top.children.length > 1 || top.text.trim() !== '') throw bad('there must be one element', 0);
  return root;
}

function readAttributes(source: string): Record<string, string> {
  const pairs = [...source.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(pairs.map(([, name, double, single]) => [name!, decode(double ?? single ?? '')]));
}

function decode(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function bad(what: string, offset: number): LabError {
  return new LabError('grader.bad-output', `esxcli's XML can't be read: ${what} (offset ${offset})`, {
    details: { offset },
  });
}
