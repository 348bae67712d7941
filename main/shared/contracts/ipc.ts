/** Requests from the window to the main process. The session API does not pass here: it has a port of its own. */
import { z } from 'zod';
import { settings, settingsPatch } from './settings.ts';

const nothing = z.undefined();

export const appInfo = z.strictObject({
  version: z.string(),
  electron: z.string(),
  chromium: z.string(),
  platform: z.string(),
  dataFolder: z.string().describe('Where sessions are kept now.'),
  usualDataFolder: z.string(),
  cacheFolder: z.string(),
  settingsFile: z.string(),
  settingsProblem: z.string().nullable().describe('Why settings could not be read or written.'),
});
export type AppInfo = z.infer<typeof appInfo>;

export const ipc = {
  'app.info': { input: nothing, output: appInfo },
  'app.openExternal': {
    input: z.string().max(2000),
    output: z.boolean().describe('false when the link is not https.'),
  },
  'app.showFolder': { input: z.enum(['data', 'cache']), output: nothing },
  'settings.get': { input: nothing, output: settings },
  'settings.set': { input: settingsPatch, output: settings },
  'settings.reset': { input: nothing, output: settings },
  'settings.chooseDataFolder': { input: nothing, output: settings },
  'service.connect': { input: nothing, output: nothing },
  'service.restart': { input: nothing, output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Ipc = typeof ipc;
export type IpcChannel = keyof Ipc;
export type IpcInput<C extends IpcChannel> = z.input<Ipc[C]['input']>;
export type IpcOutput<C extends IpcChannel> = z.output<Ipc[C]['output']>;
