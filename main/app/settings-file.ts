import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseSettings, type Settings, type SettingsPatch } from '../shared/contracts/settings.ts';
import { defaultSettings } from '../shared/default-settings.ts';
import { Emitter, type Event } from '../shared/emitter.ts';

/** The settings in memory and on disk. A file that can't be read or written is reported in `problem`, never fatal. */
export class SettingsFile {
  readonly file: string;
  private current: Settings;
  private trouble: string | null = null;
  private readonly changes = new Emitter<Settings>();
  readonly onChange: Event<Settings> = this.changes.event;

  constructor(file: string) {
    this.file = file;
    this.current = this.read();
  }

  get value(): Settings {
    return this.current;
  }

  get problem(): string | null {
    return this.trouble;
  }

  set(patch: SettingsPatch): Settings {
    this.current = { ...this.current, ...patch };
    this.write();
    this.changes.fire(this.current);
    return this.current;
  }

  reset(): Settings {
    return this.set({ ...defaultSettings });
  }

  private read(): Settings {
    try {
      return parseSettings(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.trouble = `Settings could not be read and are at their defaults: ${(error as Error).message}`;
      }
      return { ...defaultSettings };
    }
  }

  /** Written beside and renamed, so that a full disk leaves the old file whole. */
  private write(): void {
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      const draft = `${this.file}.new`;
      writeFileSync(draft, `${JSON.stringify(this.current, null, 2)}\n`);
      renameSync(draft, this.file);
      this.trouble = null;
    } catch (error) {
      this.trouble = `Settings could not be saved: ${(error as Error).message}`;
    }
  }
}
