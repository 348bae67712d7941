import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContentRecipe, ImageRecipe, ModuleRecipe } from '../recipes/types.ts';
import { type ArchiveEntry, writeTar } from './archive.ts';
import { readInput } from './bundle.ts';
import { imageDatabase } from './image-database.ts';

/** Every file has this time: the image must not depend on when it was built. 2014-09-11. */
export const IMAGE_TIME_SECONDS = 1410393600;

export interface ModuleInputs {
  readonly root: string;
  readonly programs: ReadonlyMap<string, Uint8Array>;
  readonly applets: readonly string[];
  readonly commands: readonly string[];
  /** `{version}` and so on. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface ModuleFile {
  /** Name in the bank: `s.v00`. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Paths it brings, relative to the root. */
  readonly paths: readonly string[];
}

/** All files of a bank except boot.cfg, in the order of loading: modules, image database, an empty state. */
export function buildModules(recipe: ImageRecipe, inputs: ModuleInputs): ModuleFile[] {
  const modules = recipe.modules.map((module) => packModule(module, inputs));
  const database = pack('imgdb.tgz', imageDatabase(recipe, modules, inputs.texts, IMAGE_TIME_SECONDS));
  return [...modules, database, emptyState()];
}

function packModule(module: ModuleRecipe, inputs: ModuleInputs): ModuleFile {
  const entries = module.content.flatMap((content) => expand(content, inputs));
  return pack(module.file, withFolders(entries));
}

function expand(content: ContentRecipe, inputs: ModuleInputs): ArchiveEntry[] {
  switch (content.kind) {
    case 'directories':
      return content.paths.map((folder) => directory(folder));
    case 'artifact':
      return [file(content.path, readInput(inputs.root, `vm-images/platform/artifacts/${content.name}`), content.mode)];
    case 'program': {
      const data = inputs.programs.get(content.name);
      if (!data) return [];
      return [file(content.path, data, 0o644)];
    }
    case 'tree':
      return readTree(path.join(inputs.root, 'vm-images/recipes/esxi/files', content.folder), '');
    case 'source':
      return [file(content.path, readInput(inputs.root, content.file), 0o644)];
    case 'text':
      return [file(content.path, encode(fill(content.text, inputs.texts)), 0o644)];
    case 'script':
      return [file(content.path, encode(`#!${content.interpreter}\n`), 0o755)];
    case 'link':
      return [{ kind: 'link', path: content.path, target: content.target }];
    case 'links':
      return content.names
        .filter((name) => content.target !== 'busybox' || isWantedApplet(name, inputs))
        .map((name) => ({ kind: 'link', path: `${content.folder}/${name}`, target: content.target }));
    case 'commands':
      return inputs.commands.map((name) => ({
        kind: 'link',
        path: `${content.folder}/${name}`,
        target: content.target,
      }));
  }
}

function isWantedApplet(name: string, inputs: ModuleInputs): boolean {
  return inputs.applets.includes(name) && !inputs.commands.includes(name);
}

function readTree(folder: string, prefix: string): ArchiveEntry[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name): ArchiveEntry[] => {
      const full = path.join(folder, name);
      const inside = prefix === '' ? name : `${prefix}/${name}`;
      if (statSync(full).isDirectory()) return [directory(inside), ...readTree(full, inside)];
      const data = new Uint8Array(readFileSync(full));
      return [file(inside, data, modeOf(inside, data))];
    });
}

/** The checkout's own modes mean nothing: Git on Windows keeps none. */
function modeOf(inside: string, data: Uint8Array): number {
  if (inside === 'etc/shadow') return 0o600;
  return data[0] === 0x23 && data[1] === 0x21 ? 0o755 : 0o644;
}

/** Directories that nobody named, before what lies in them. */
export function withFolders(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const made = new Set<string>();
  const out: ArchiveEntry[] = [];
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (!made.has(folder)) out.push(directory(folder));
      made.add(folder);
    }
    if (entry.kind === 'directory') {
      if (made.has(entry.path)) continue;
      made.add(entry.path);
    }
    out.push(entry);
  }
  return out;
}

function pack(name: string, entries: readonly ArchiveEntry[]): ModuleFile {
  return {
    file: name,
    bytes: gzip(writeTar(withFolders(entries), IMAGE_TIME_SECONDS)),
    paths: entries.filter(({ kind }) => kind !== 'directory').map((entry) => entry.path),
  };
}

/** state.tgz of a host on which nothing was ever changed. */
function emptyState(): ModuleFile {
  const local = gzip(writeTar([], IMAGE_TIME_SECONDS));
  const entries: ArchiveEntry[] = [file('local.tgz', local, 0o644)];
  return { file: 'state.tgz', bytes: gzip(writeTar(entries, IMAGE_TIME_SECONDS)), paths: [] };
}

/**
 * A gzip file. Modules are stored, not compressed: unpacking them takes the emulated processor longer than reading a few
 * more megabytes, and the checksum is there all the same.
 *
 * Byte 9 names the system that packed: the same everywhere, so that the same input gives the same bytes.
 */
export function gzip(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(gzipSync(bytes, { level: 0 }));
  packed[9] = 3;
  return packed;
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function fill(text: string, texts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => texts[name] ?? whole);
}

export function directory(folder: string): ArchiveEntry {
  return { kind: 'directory', path: folder, mode: 0o755 };
}

export function file(name: string, data: Uint8Array, mode: number): ArchiveEntry {
  return { kind: 'file', path: name, mode, data };
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
