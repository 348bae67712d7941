import { z } from 'zod';

export const consoleKind = z.enum(['vga', 'serial']).describe('vga: the screen and PS/2 keyboard. serial: com1.');
export type ConsoleKind = z.infer<typeof consoleKind>;

export const powerAction = z
  .enum(['on', 'off', 'reset', 'reboot', 'shutdown'])
  .describe('off and reset are the plug; reboot and shutdown ask the guest.');
export type PowerAction = z.infer<typeof powerAction>;

export const screenView = z.strictObject({
  rows: z.array(z.string()).describe('One string a screen row, without trailing spaces.'),
  cursor: z.strictObject({ row: z.int(), column: z.int() }).describe('Zero-based.'),
  columns: z.int().describe('Width of the screen in characters.'),
  height: z.int().describe('Height of the screen in rows.'),
});
export type ScreenView = z.infer<typeof screenView>;
