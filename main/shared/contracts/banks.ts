/** Boot banks of a host as its disk has them: read without the host, running or not. */
import { z } from 'zod';

export const bankModule = z.strictObject({
  file: z.string(),
  sizeBytes: z.int().nonnegative().nullable().describe('null: there is no such file.'),
  state: z
    .enum(['ok', 'missing', 'damaged', 'unlisted'])
    .describe(
      'missing: boot.cfg names it and it is not there, or it is of the image and boot.cfg does not name it. damaged: not what ' +
        'was installed. unlisted: of no VIB of the image; the loader leaves it out.',
    ),
});

export const bankView = z.strictObject({
  partition: z.int().describe('5 or 6.'),
  state: z
    .enum(['valid', 'upgrading', 'dirty', 'invalid', 'empty', 'corrupt'])
    .describe('empty: no image was ever written to it. corrupt: its boot.cfg is missing or says nonsense.'),
  build: z.string(),
  updated: z.int().describe('Counter: the loader boots the valid bank where it is highest.'),
  profile: z.string().nullable().describe('Name of its image profile.'),
  isNext: z.boolean().describe('What the loader would boot now, of its own accord.'),
  isRunning: z.boolean().nullable().describe('What the host runs from; null: it does not run, or has not said.'),
  notes: z.array(z.string()).describe('Why the loader would not boot it, in its words.'),
  modules: z.array(bankModule).describe('In the order of loading.'),
  vibs: z.array(z.strictObject({ name: z.string(), version: z.string(), vendor: z.string(), level: z.string() })),
  freeBytes: z.int().nonnegative(),
  savedAt: z.string().nullable().describe('When its configuration, state.tgz, was written; ISO 8601.'),
});
export type BankView = z.infer<typeof bankView>;
