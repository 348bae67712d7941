import { childKey } from './text.ts';

/**
 * A part of esx.conf being read: values are taken out, so what is left at the end is what nobody knew.
 * Names may span levels: `take('ipv4/address')`.
 */
export class ConfReader {
  private readonly entries: Map<string, string>;
  private readonly prefix: string;

  constructor(entries: Map<string, string>, prefix = '') {
    this.entries = entries;
    this.prefix = prefix;
  }

  at(name: string): ConfReader {
    return new ConfReader(this.entries, `${this.prefix}/${name}`);
  }

  take(name: string): string | undefined {
    const key = `${this.prefix}/${name}`;
    const value = this.entries.get(key);
    if (value !== undefined) this.entries.delete(key);
    return value;
  }

  string(name: string, fallback: string): string {
    return this.take(name) ?? fallback;
  }

  /** A value that is not a number counts as absent. */
  number(name: string, fallback: number): number {
    const value = this.take(name);
    return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.take(name);
    return value === undefined ? fallback : value === 'true';
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : value === 'true';
  }

  optionalNumber(name: string): number | undefined {
    const value = this.take(name);
    return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
  }

  /** Readers of `child[0000]`, `child[0001]` … below here, numbers with gaps included. */
  children(): ConfReader[] {
    const marker = `${this.prefix}/child[`;
    const found = new Set<number>();
    for (const key of this.entries.keys()) {
      if (key.startsWith(marker)) found.add(Number.parseInt(key.slice(marker.length), 10));
    }
    return [...found].sort((a, b) => a - b).map((index) => this.at(childKey(index)));
  }

  /** Everything left below here, by relative path without the leading slash. */
  rest(): Record<string, string> | undefined {
    const marker = `${this.prefix}/`;
    const out: Record<string, string> = {};
    for (const [key, value] of this.entries) {
      if (!key.startsWith(marker)) continue;
      out[key.slice(marker.length)] = value;
      this.entries.delete(key);
    }
    return Object.keys(out).length === 0 ? undefined : out;
  }
}

/** The mirror image: collects entries below a prefix. Undefined values are left out. */
export class ConfWriter {
  readonly entries: [string, string][];
  private readonly prefix: string;

  constructor(entries: [string, string][] = [], prefix = '') {
    this.entries = entries;
    this.prefix = prefix;
  }

  at(name: string): ConfWriter {
    return new ConfWriter(this.entries, `${this.prefix}/${name}`);
  }

  put(name: string, value: string | number | boolean | undefined): void {
    if (value !== undefined) this.entries.push([`${this.prefix}/${name}`, String(value)]);
  }

  /** Writes only what differs from the default. */
  putUnless<T extends string | number | boolean>(name: string, value: T, fallback: T): void {
    if (value !== fallback) this.put(name, value);
  }

  children<T>(items: readonly T[], write: (item: T, writer: ConfWriter) => void): void {
    items.forEach((item, index) => {
      write(item, this.at(childKey(index)));
    });
  }

  putAll(values: Readonly<Record<string, string>> | undefined): void {
    for (const [name, value] of Object.entries(values ?? {})) this.put(name, value);
  }
}
