import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for files that other programs read and write. */
export interface Workbench {
  put(name: string, data: Uint8Array | string): string;
  get(name: string): Uint8Array;
  run(program: string, ...args: string[]): string;
  clear(): void;
}

export function createWorkbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  return {
    put(name, data) {
      writeFileSync(join(folder, name), data);
      return name;
    },
    get: (name) => new Uint8Array(readFileSync(join(folder, name))),
    run: (program, ...args) => execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** @param hex Digits, blanks between them are left out. */
export function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
}
