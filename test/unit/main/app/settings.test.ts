import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsFile } from '../../../../main/app/settings-file.ts';
import { defaultSettings } from '../../../../main/shared/default-settings.ts';

let folder = '';
const file = () => path.join(folder, 'settings.json');
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bootbank-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the settings file', () => {
  it('starts with the defaults when there is none, without a complaint', () => {
    const settings = new SettingsFile(file());
    expect(settings.value).toEqual(defaultSettings);
    expect(settings.problem).toBeNull();
  });

  it('keeps what was set for the next start and tells listeners', () => {
    const settings = new SettingsFile(file());
    const heard: string[] = [];
    settings.onChange((value) => heard.push(value.theme));
    settings.set({ theme: 'dark', fontSize: 18 });
    expect(heard).toEqual(['dark']);
    expect(new SettingsFile(file()).value).toMatchObject({ theme: 'dark', fontSize: 18, keyboard: 'position' });
  });

  it('drops one bad value and keeps the others', () => {
    writeFileSync(file(), JSON.stringify({ version: 1, theme: 'neon', fontSize: 20, stranger: true }));
    expect(new SettingsFile(file()).value).toEqual({ ...defaultSettings, fontSize: 20 });
  });

  it('says so and goes on with the defaults when the file is no JSON', () => {
    writeFileSync(file(), '{ "theme": ');
    const settings = new SettingsFile(file());
    expect(settings.value).toEqual(defaultSettings);
    expect(settings.problem).toContain('could not be read');
  });

  it('reports that it could not save and still applies the change', () => {
    const settings = new SettingsFile(path.join(file(), 'below-a-file', 'settings.json'));
    writeFileSync(file(), 'in the way');
    expect(settings.set({ theme: 'light' }).theme).toBe('light');
    expect(settings.problem).toContain('could not be saved');
  });

  it('writes the whole file or leaves the old one', () => {
    const settings = new SettingsFile(file());
    settings.set({ screenReader: true });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ ...defaultSettings, screenReader: true });
  });
});
