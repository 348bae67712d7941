/** The app's settings file. Unknown or damaged fields fall back to their defaults; the rest of the file is kept. */
import { z } from 'zod';
import { defaultSettings } from '../default-settings.ts';

export const theme = z.enum(['system', 'light', 'dark']);
export const keyboardMode = z
  .enum(['position', 'character'])
  .describe('position: a key is sent by where it sits. character: what is printed on it is typed on a US keyboard.');

export const settings = z.object({
  version: z.literal(1),
  theme: theme.describe('system follows the desktop.'),
  fontSize: z.int().min(10).max(28).describe('Of shells and the editor, in pixels.'),
  fontFamily: z.enum(['bundled', 'system']).describe('bundled: JetBrains Mono.'),
  screenReader: z.boolean().describe('Terminals keep a live text copy for screen readers.'),
  keyboard: keyboardMode,
  dataFolder: z.string().nullable().describe('Where sessions are kept; null: the usual place.'),
});
export type Settings = z.infer<typeof settings>;

export const settingsPatch = settings.omit({ version: true }).partial().strict();
export type SettingsPatch = z.infer<typeof settingsPatch>;

/** Reads what a settings file held, field by field, so that one bad value does not cost the others. */
export function parseSettings(raw: unknown): Settings {
  const found = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const result: Record<string, unknown> = { ...defaultSettings };
  for (const [name, schema] of Object.entries(settings.shape)) {
    const field = schema.safeParse(found[name]);
    if (field.success) result[name] = field.data;
  }
  return settings.parse(result);
}
