import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { bankView } from '../shared/contracts/banks.ts';
import { LabError } from '../shared/errors.ts';

/** `session.json` of a kept session: what is needed to put its hosts together again. */
export const sessionFile = z.strictObject({
  version: z.literal(1),
  lab: z.string(),
  seed: z.string(),
  imageHash: z.string().describe('The host image its disks are changes of.'),
  complete: z.boolean().describe('false while the lab is being set up: such a session is begun anew.'),
  savedAt: z.string().nullable(),
  engine: z.unknown().describe('Task state: labs/engine.'),
  banks: z.record(z.string(), z.array(bankView)).describe('By host, as they were when the lab began.'),
  links: z.array(
    z.strictObject({
      host: z.string(),
      nic: z.string(),
      up: z.boolean(),
      lossRate: z.number().default(0),
      delayMs: z.number().default(0),
    }),
  ),
});
export type SessionFile = z.infer<typeof sessionFile>;

const NAME = 'session.json';

/** @returns undefined when nothing is kept there. @throws LabError `session.file-damaged` */
export async function readSessionFile(folder: string): Promise<SessionFile | undefined> {
  const text = await readFile(path.join(folder, NAME), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return sessionFile.parse(JSON.parse(text));
  } catch (error) {
    throw new LabError('session.file-damaged', `${path.join(folder, NAME)} can't be read`, { cause: error });
  }
}

export async function writeSessionFile(folder: string, content: SessionFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `${NAME}.tmp`);
  await writeFile(temporary, `${JSON.stringify(content)}\n`);
  await rename(temporary, path.join(folder, NAME));
}
