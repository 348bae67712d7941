import type { Settings } from './contracts/settings.ts';

/** What a fresh installation starts with. Apart from the schema, so that the window need not carry a validator. */
export const defaultSettings: Settings = {
  version: 1,
  theme: 'system',
  fontSize: 14,
  fontFamily: 'bundled',
  screenReader: false,
  keyboard: 'position',
  dataFolder: null,
};
