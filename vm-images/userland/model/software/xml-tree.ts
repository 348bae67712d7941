/**
 * XML as ESXi's own small files use it: elements, attributes, text, comments. No namespaces, no DTD, no mixed content
 * (text beside child elements is dropped). Tags are found by `indexOf`: no loop over characters, no expression over text.
 */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Trimmed character data; empty for an element with children. */
  text: string;
}

/** Builds an element; a string body is its text, an array its children. */
export function element(
  name: string,
  body: string | XmlElement[] = '',
  attributes: Record<string, string> = {},
): XmlElement {
  return typeof body === 'string'
    ? { name, attributes, children: [], text: body }
    : { name, attributes, children: body, text: '' };
}

/** The first child of that name. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((candidate) => candidate.name === name);
}

/** All children of that name; none for a missing parent. */
export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent === undefined ? [] : parent.children.filter((candidate) => candidate.name === name);
}

/** Text of the first child of that name, or the fallback. */
export function childText(parent: XmlElement | undefined, name: string, fallback = ''): string {
  return child(parent, name)?.text ?? fallback;
}

/**
 * Reads one document.
 *
 * @throws Error naming the tag at which the document stops making sense.
 */
export function parseXml(text: string): XmlElement {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let at = 0;
  for (;;) {
    const start = text.indexOf('<', at);
    if (start < 0) break;
    const parent = open[open.length - 1];
    if (parent !== undefined && start > at) parent.text += decodeEntities(text.slice(at, start));
    const end = endOfTag(text, start);
    const token = text.slice(start, end);
    at = end;
    const mark = token.charAt(1);
    if (mark === '?' || mark === '!') continue;
    if (mark === '/') {
      const name = token.slice(2, -1).trim();
      if (parent === undefined || parent.name !== name) throw new Error(`XML: unexpected closing tag </${name}>`);
      parent.text = parent.children.length > 0 ? '' : parent.text.trim();
      open.pop();
      continue;
    }
    const made = parseTag(token);
    if (parent !== undefined) parent.children.push(made);
    else if (root === undefined) root = made;
    else throw new Error(`XML: a second root element <${made.name}>`);
    if (!token.endsWith('/>')) open.push(made);
  }
  const unclosed = open[open.length - 1];
  if (unclosed !== undefined) throw new Error(`XML: <${unclosed.name}> is not closed`);
  if (root === undefined) throw new Error('XML: no element found');
  return root;
}

/** Where the tag, comment or declaration that starts there ends (behind its `>`). */
function endOfTag(text: string, start: number): number {
  const close = text.startsWith('<!--', start) ? '-->' : '>';
  let end = indexOf(text, close, start, start);
  if (close === '>') {
    // A value may hold the sign itself: `relation=">="`.
    for (let quote = openQuote(text.slice(start, end)); quote !== ''; ) {
      const next = indexOf(text, quote, end, start) + 1;
      end = indexOf(text, close, next, start);
      quote = openQuote(text.slice(next, end));
    }
  }
  return end + close.length;
}

function indexOf(text: string, wanted: string, from: number, tagStart: number): number {
  const found = text.indexOf(wanted, from);
  if (found < 0) throw new Error(`XML: a tag is not closed: ${text.slice(tagStart, tagStart + 40)}`);
  return found;
}

/** The quotation mark that is open at the end of a piece of a tag; empty: none is. */
function openQuote(piece: string): string {
  if (!piece.includes('=')) return '';
  for (const [found] of piece.matchAll(/"[^"]*"|'[^']*'|["']/g)) if (found.length === 1) return found;
  return '';
}

/** Writes a document with its declaration, two spaces a level. */
export function serializeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${serializeElement(root, '')}`;
}

function serializeElement(node: XmlElement, indent: string): string {
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${encodeEntities(value)}"`)
    .join('');
  const head = `${indent}<${node.name}${attributes}`;
  if (node.children.length > 0) {
    const inner = node.children.map((one) => serializeElement(one, `${indent}  `)).join('');
    return `${head}>\n${inner}${indent}</${node.name}>\n`;
  }
  return node.text === '' ? `${head}/>\n` : `${head}>${encodeEntities(node.text)}</${node.name}>\n`;
}

function parseTag(token: string): XmlElement {
  const body = token.slice(1, token.endsWith('/>') ? -2 : -1).trim();
  const attributes: Record<string, string> = {};
  // Most tags are a bare name: no expression runs over them.
  if (body !== '' && !body.includes('=')) return { name: body, attributes, children: [], text: '' };
  const name = /^[^\s]+/.exec(body)?.[0] ?? '';
  if (name === '') throw new Error(`XML: tag without a name: ${token}`);
  // Sticky: it looks at one place, where a search would try every letter of a long tag that is no attribute.
  const attribute = /\s*([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
  for (attribute.lastIndex = name.length; attribute.lastIndex < body.length; ) {
    const found = attribute.exec(body);
    if (found === null) throw new Error(`XML: <${name}> has something that is no attribute`);
    attributes[found[1]!] = decodeEntities(found[2] ?? found[3] ?? '');
  }
  return { name, attributes, children: [], text: '' };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, entity: string) => {
    if (entity.startsWith('#x') || entity.startsWith('#X'))
      return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    return ENTITIES.get(entity) ?? whole;
  });
}

function encodeEntities(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => `&${char === '&' ? 'amp' : char === '<' ? 'lt' : char === '>' ? 'gt' : 'quot'};`,
  );
}
