// Unpacks tar streams (ustar with pax and GNU long names): files and folders, which is all that npm packages hold.
import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';

const BLOCK = 512;

/**
 * @param stream Uncompressed tar.
 * @param place `(name) => absolute path, or null to leave the entry out`.
 */
export async function untar(stream, place) {
  const reader = blockReader(stream);
  let longName;
  for (;;) {
    const header = await reader.read(BLOCK);
    if (header === null || header.every((byte) => byte === 0)) return;
    const entry = parseHeader(header);
    const padded = Math.ceil(entry.size / BLOCK) * BLOCK;
    if (entry.type === 'x' || entry.type === 'L') {
      const text = (await reader.read(padded)).subarray(0, entry.size).toString('utf8');
      longName = entry.type === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName);
      continue;
    }
    const file = place(longName ?? entry.name);
    longName = undefined;
    if (entry.type === '5' && file !== null) await mkdir(file, { recursive: true });
    if ((entry.type === '0' || entry.type === '\0') && file !== null) await writeEntry(reader, file, entry);
    else await reader.skip(entry.size);
    await reader.skip(padded - entry.size);
  }
}

/** For `place`: below `folder`, with `strip` leading folders taken off, and never outside it. */
export function below(folder, strip = 0) {
  return (name) => {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw new Error(`tar entry ${JSON.stringify(name)} leaves its folder`);
    const kept = parts.slice(strip);
    return kept.length === 0 ? null : path.join(folder, ...kept);
  };
}

async function writeEntry(reader, file, { size, mode }) {
  await mkdir(path.dirname(file), { recursive: true });
  const out = createWriteStream(file);
  let left = size;
  while (left > 0) {
    const chunk = await reader.some(left);
    if (chunk === null) throw new Error(`tar ends inside ${file}`);
    left -= chunk.length;
    if (!out.write(chunk)) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve, reject) => out.on('error', reject).end(resolve));
  await chmod(file, mode & 0o111 ? 0o755 : 0o644);
}

function parseHeader(block) {
  const text = (from, length) =>
    block
      .subarray(from, from + length)
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const name = text(0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    mode: Number.parseInt(text(100, 8), 8) || 0o644,
    size: Number.parseInt(text(124, 12), 8) || 0,
    type: String.fromCharCode(block[156]),
  };
}

function paxPath(text) {
  return /^\d+ path=(.*)$/m.exec(text)?.[1];
}

function blockReader(stream) {
  const chunks = stream[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await chunks.next();
    if (!done) rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return !done;
  };
  const some = async (atMost) => {
    if (rest.length === 0 && !(await more())) return null;
    const part = rest.subarray(0, atMost);
    rest = rest.subarray(part.length);
    return part;
  };
  return {
    some,
    async read(length) {
      while (rest.length < length) if (!(await more())) return null;
      return some(length);
    },
    async skip(length) {
      for (let left = length; left > 0; ) {
        const part = await some(left);
        if (part === null) return;
        left -= part.length;
      }
    },
  };
}
