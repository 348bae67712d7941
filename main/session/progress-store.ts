import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { labProgress } from '../shared/contracts/api.ts';

export type LabProgress = z.infer<typeof labProgress>;

const progressFile = z.strictObject({ version: z.literal(1), labs: z.record(z.string(), labProgress) });

/** What the learner has reached in each lab, kept between starts. */
export interface ProgressStore {
  all(): Promise<Record<string, LabProgress>>;
  update(lab: string, change: (before: LabProgress) => LabProgress): Promise<void>;
}

export const NEW_PROGRESS: LabProgress = { state: 'new', score: 0, maxScore: 0 };

/** A damaged file is set aside, not overwritten: the learner's record may still be worth something. */
export function createProgressStore(file: string): ProgressStore {
  let queue: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Record<string, LabProgress>> {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return {};
    try {
      return progressFile.parse(JSON.parse(text)).labs;
    } catch {
      await rename(file, `${file}.damaged-${Date.now()}`).catch(() => undefined);
      return {};
    }
  }

  async function write(labs: Record<string, LabProgress>): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, `${JSON.stringify({ version: 1, labs }, null, 2)}\n`);
    await rename(temporary, file);
  }

  return {
    all: () => read(),
    update(lab, change) {
      const next = queue.then(async () => {
        const labs = await read();
        labs[lab] = change(labs[lab] ?? NEW_PROGRESS);
        await write(labs);
      });
      queue = next.catch(() => undefined);
      return next;
    },
  };
}
