import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { LabError } from '../shared/errors.ts';

const MAGIC = Buffer.from('BOOTBANK-ARCHIVE\n');
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

const header = z.strictObject({
  version: z.literal(1),
  about: z.record(z.string(), z.unknown()),
  parts: z.array(z.strictObject({ name: z.string(), bytes: z.int().nonnegative(), sha256: z.string() })),
});

export interface Archive {
  /** What the file is and belongs to: kind, lab, seed, hosts … */
  about: Record<string, unknown>;
  parts: Map<string, Uint8Array>;
}

/** Writes named parts under one header, whole or not at all: a temporary name, then a rename. */
export async function writeArchive(file: string, archive: Archive): Promise<void> {
  const parts = [...archive.parts].map(([name, data]) => ({ name, bytes: data.length, sha256: sha256(data) }));
  const text = Buffer.from(JSON.stringify({ version: 1, about: archive.about, parts }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    for (const piece of [MAGIC, size, text, ...archive.parts.values()]) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/**
 * Reads what `writeArchive` wrote.
 *
 * @throws LabError `submission.bad` when the file is missing, damaged, cut short or something else.
 */
export async function readArchive(file: string): Promise<Archive> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new LabError('submission.bad', `cannot read ${file}: ${error.message}`, { cause: error });
  });
  const bad = (why: string): LabError => new LabError('submission.bad', `${file} is not a usable submission: ${why}`);
  if (bytes.length < MAGIC.length + 4 || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw bad('it does not begin like one');
  const headerBytes = bytes.readUInt32LE(MAGIC.length);
  let at = MAGIC.length + 4 + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || at > bytes.length) throw bad('its header is cut short');
  const parsed = header.safeParse(parseJson(bytes.subarray(MAGIC.length + 4, at)));
  if (!parsed.success) throw bad('its header is damaged');
  const parts = new Map<string, Uint8Array>();
  for (const part of parsed.data.parts) {
    const data = bytes.subarray(at, at + part.bytes);
    if (data.length !== part.bytes) throw bad(`part ${part.name} is cut short`);
    if (sha256(data) !== part.sha256) throw bad(`part ${part.name} is damaged`);
    parts.set(part.name, data);
    at += part.bytes;
  }
  return { about: parsed.data.about, parts };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
