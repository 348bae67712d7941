import { concatBytes, fromAscii, readPiece, toAscii } from './bytes.ts';
import { PackageError } from './errors.ts';
import type { ByteSource } from './types.ts';

const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;
const HEADER_END = '`\n';
const MAX_NAME = 15;
/** A VIB has a few dozen; more is an attack on memory. */
const MAX_MEMBERS = 4096;

export interface ArMember {
  name: string;
  /** Of the data, in the archive. */
  offset: number;
  /** In bytes. */
  size: number;
}

/**
 * Lists a common-format archive, the outer form of a VIB. Names end with a slash (System V) or with blanks (BSD);
 * the long-name forms of either (`//`, `#1/`) are refused, for a VIB has none.
 *
 * @throws PackageError `ar` with the offset of the header that is wrong.
 * @see ar(5)
 */
export function readAr(source: ByteSource): ArMember[] {
  const start = fromAscii(source.read(0, Math.min(MAGIC.length, source.length)));
  if (start !== MAGIC) fail(`not an ar archive: expected ${quote(MAGIC)} at offset 0, found ${quote(start)}`);
  const members: ArMember[] = [];
  const names = new Set<string>();
  let at = MAGIC.length;
  while (at < source.length) {
    const member = readMember(source, at);
    if (names.has(member.name)) fail(`a second member ${quote(member.name)} at offset ${at}`);
    if (members.length === MAX_MEMBERS) fail(`more than ${MAX_MEMBERS} members at offset ${at}`);
    names.add(member.name);
    members.push(member);
    // Members start at even offsets; some writers leave the padding of the last one out.
    at = member.offset + member.size + (member.size % 2);
  }
  return members;
}

function readMember(source: ByteSource, at: number): ArMember {
  const header = fromAscii(readPiece(source, at, HEADER_BYTES, 'ar', 'an ar header'));
  const end = header.slice(58);
  if (end !== HEADER_END)
    fail(`ar header at offset ${at}: expected ${quote(HEADER_END)} at its end, found ${quote(end)}`);
  checkNumber(header.slice(16, 28), /^\d* *$/, 'date', at);
  checkNumber(header.slice(28, 34), /^\d* *$/, 'owner', at);
  checkNumber(header.slice(34, 40), /^\d* *$/, 'group', at);
  checkNumber(header.slice(40, 48), /^[0-7]* *$/, 'mode', at);
  checkNumber(header.slice(48, 58), /^\d+ *$/, 'size', at);
  const size = Number.parseInt(header.slice(48, 58), 10);
  const name = header.slice(0, 16).replace(/\/? *$/, '');
  checkName(name, `at offset ${at}`);
  const offset = at + HEADER_BYTES;
  if (offset + size > source.length)
    fail(`ar member ${quote(name)} should end at offset ${offset + size}, the file ends at ${source.length}`);
  return { name, offset, size };
}

function checkNumber(field: string, form: RegExp, what: string, at: number): void {
  if (!form.test(field)) fail(`ar header at offset ${at}: its ${what} is ${quote(field)}`);
}

/** Member names become file names, so they must not lead elsewhere. */
function checkName(name: string, where: string): void {
  if (!/^[ -~]+$/.test(name) || /[/\\]/.test(name) || name === '.' || name === '..')
    fail(`ar member ${where}: expected a plain file name, found ${quote(name)}`);
}

/**
 * Writes an archive with System V names, owner 0, mode 644: the same bytes for the same input.
 *
 * @param modifiedSeconds Of every member, since 1970.
 * @throws PackageError `ar` for a name that is too long, used twice or not plain.
 */
export function serializeAr(members: { name: string; data: Uint8Array }[], modifiedSeconds: number): Uint8Array {
  const names = new Set<string>();
  const parts = [toAscii(MAGIC)];
  for (const [index, { name, data }] of members.entries()) {
    checkName(name, `number ${index + 1}`);
    if (name.length > MAX_NAME || name.endsWith(' '))
      fail(`ar member names have at most 15 letters, not ${quote(name)}`);
    if (names.has(name)) fail(`a second member ${quote(name)}`);
    names.add(name);
    parts.push(toAscii(header(name, data.length, modifiedSeconds)), data);
    if (data.length % 2 === 1) parts.push(toAscii('\n'));
  }
  return concatBytes(parts);
}

function header(name: string, size: number, modifiedSeconds: number): string {
  const fields = [`${name}/`.padEnd(16), String(modifiedSeconds).padEnd(12), '0'.padEnd(6), '0'.padEnd(6)];
  const line = [...fields, '644'.padEnd(8), String(size).padEnd(10), HEADER_END].join('');
  if (line.length !== HEADER_BYTES) fail(`ar member ${quote(name)}: ${size} bytes of ${modifiedSeconds} do not fit`);
  return line;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function fail(message: string): never {
  throw new PackageError('ar', message);
}
