import type { Settings, SettingsPatch } from '../../main/shared/contracts/settings.ts';
import { defaultSettings } from '../../main/shared/default-settings.ts';
import { invoke } from './client.ts';
import { createStore } from './store.ts';

export const settings = createStore<Settings>(defaultSettings);

export async function loadSettings(): Promise<void> {
  settings.set(await invoke('settings.get', undefined));
}

export async function changeSettings(patch: SettingsPatch): Promise<void> {
  settings.set(patch);
  settings.set(await invoke('settings.set', patch));
}

export const BUNDLED_FONT = '"JetBrains Mono"';
export const SYSTEM_FONT = 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export function terminalFont(value: Settings): string {
  return value.fontFamily === 'bundled' ? `${BUNDLED_FONT}, ${SYSTEM_FONT}` : SYSTEM_FONT;
}
