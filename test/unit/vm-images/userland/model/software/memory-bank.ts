import type { BankVolume } from '../../../../../../vm-images/userland/model/software/bank.ts';

/** The power went. */
export class PowerCut extends Error {}

/** Where it goes: before that operation, or after as many bytes of it as a write has made when it goes. */
export interface CutPoint {
  operation: number;
  bytes?: number;
}

/** A bank in memory that knows what was done to it, and can lose its power at any moment of it. */
export class MemoryBank implements BankVolume {
  readonly path: string;
  /** `write s.v00`, `patch boot.cfg` and so on, in order, since the last `restart`. */
  readonly operations: { what: string; name: string; bytes: number }[] = [];
  capacityBytes: number;
  private readonly files: Map<string, Uint8Array>;
  private cut: CutPoint | null = null;

  constructor(path: string, files: Readonly<Record<string, Uint8Array | string>> = {}, capacityBytes = 4 << 20) {
    this.path = path;
    this.capacityBytes = capacityBytes;
    this.files = new Map(Object.entries(files).map(([name, data]) => [name, bytesOf(data)]));
  }

  copy(): MemoryBank {
    return new MemoryBank(this.path, this.content(), this.capacityBytes);
  }

  content(): Record<string, Uint8Array> {
    return Object.fromEntries(this.files);
  }

  names(): string[] {
    return [...this.files.keys()].sort();
  }

  /** Counts operations anew, with a power cut to come or without. */
  restart(cut: CutPoint | null = null): void {
    this.operations.length = 0;
    this.cut = cut;
  }

  list(): { name: string; sizeBytes: number }[] {
    return [...this.files].map(([name, { length }]) => ({ name, sizeBytes: length }));
  }

  clusterBytes(): number {
    return 2048;
  }

  freeBytes(): number {
    const used = [...this.files.values()].reduce((sum, { length }) => sum + Math.ceil(length / 2048) * 2048, 0);
    return this.capacityBytes - used;
  }

  read(name: string): Uint8Array | null {
    return this.files.get(this.key(name))?.slice() ?? null;
  }

  readText(name: string): string | null {
    const bytes = this.read(name);
    return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  write(name: string, data: Uint8Array | string): void {
    const bytes = bytesOf(data);
    const done = this.begin('write', name, bytes.length);
    if (done !== null) {
      this.files.set(this.key(name), bytes.slice(0, done));
      throw new PowerCut();
    }
    this.files.set(this.key(name), bytes);
    if (this.freeBytes() < 0) throw new Error(`${this.path}/${name}: No space left on device`);
  }

  replace(from: string, to: string): void {
    this.begin('replace', to);
    const bytes = this.files.get(this.key(from));
    if (bytes === undefined) throw new Error(`${this.path}/${from}: No such file or directory`);
    this.files.delete(this.key(from));
    this.files.set(this.key(to), bytes);
  }

  remove(name: string): void {
    this.begin('remove', name);
    this.files.delete(this.key(name));
  }

  patch(name: string, offset: number, text: string): void {
    this.begin('patch', name);
    const bytes = this.files.get(this.key(name));
    if (bytes === undefined) throw new Error(`${this.path}/${name}: No such file or directory`);
    this.files.set(this.key(name), patched(bytes, offset, bytesOf(text)));
  }

  /** As FAT and paths have it: small letters and capitals are one, and `//` is `/`. */
  private key(name: string): string {
    const plain = name.replace(/^\/+/, '');
    if (this.files.has(plain)) return plain;
    return [...this.files.keys()].find((one) => one.toLowerCase() === plain.toLowerCase()) ?? plain;
  }

  /** @returns how many bytes of a write are made when the power goes, null when it stays. */
  private begin(what: string, name: string, bytes = 0): number | null {
    const isNow = this.cut?.operation === this.operations.length;
    if (isNow && this.cut?.bytes === undefined) throw new PowerCut();
    this.operations.push({ what, name, bytes });
    return isNow ? (this.cut?.bytes ?? null) : null;
  }
}

/** Every moment of recorded operations at which the power can go: between them, and at three places within each write. */
export function cutPoints(operations: MemoryBank['operations']): CutPoint[] {
  return operations.flatMap(({ what, bytes }, operation): CutPoint[] => {
    const within = what === 'write' ? [...new Set([0, Math.floor(bytes / 2), bytes - 1])] : [];
    return [{ operation }, ...within.map((done) => ({ operation, bytes: done }))];
  });
}

function patched(bytes: Uint8Array, offset: number, text: Uint8Array): Uint8Array {
  const copy = new Uint8Array(Math.max(bytes.length, offset + text.length));
  copy.set(bytes);
  copy.set(text, offset);
  return copy;
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data.slice();
}
