/**
 * boot.cfg of a bank: one `key=value` a line, names without case, blanks round `=` ignored, `#` comments. What a key that is
 * missing, empty or nonsense means is the boot loader's own rule (its sources are public: safeboot/config.c, bootlib/parse.c).
 */
export interface BootConfig {
  readonly bootstate: number;
  readonly title: string;
  readonly kernel: string;
  readonly kernelopt: string;
  /** File names with their options, in order: `s.v00`. */
  readonly modules: readonly BootModule[];
  readonly build: string;
  readonly updated: number;
  /** Put before every relative file name; empty: the bank's root. */
  readonly prefix: string;
  /** Seconds of the countdown; null: the loader's own default. */
  readonly timeoutSeconds: number | null;
  /** Why the file as a whole is not believed; empty: it is. */
  readonly problem: string;
}

export interface BootModule {
  readonly file: string;
  readonly options: string;
}

/** Where the digit of `bootstate` must stand, so that it can be rewritten in place: the first sector of the file. */
const STATE_AREA_BYTES = 512;
const NUMBERS = ['bootstate', 'updated'];
/** The largest number that the loader can hold: counters may be times, too. */
export const MAX_COUNTER = 0x7fffffff;

export function parseBootConfig(text: string): BootConfig {
  const values = new Map<string, string>();
  let problem = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals < 1) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    const value = line.slice(equals + 1).trim();
    // The loader stops reading at the first number that is none, and does without the bank.
    if (problem === '' && NUMBERS.includes(key) && !isCounter(value)) problem = `${key} is "${value}", not a number`;
    values.set(key, value);
  }
  const get = (key: string) => values.get(key) ?? '';
  const timeout = get('timeout');
  return {
    // A missing or empty number counts as 0: VALID for the state, no counter at all for the counter.
    bootstate: Number(get('bootstate')),
    title: get('title'),
    kernel: get('kernel'),
    kernelopt: get('kernelopt'),
    modules: parseModules(get('modules')),
    build: get('build'),
    updated: Number(get('updated')),
    prefix: get('prefix'),
    timeoutSeconds: /^\d{1,4}$/.test(timeout) ? Number(timeout) : null,
    problem,
  };
}

export function serializeBootConfig(config: Omit<BootConfig, 'problem'>): string {
  const modules = config.modules.map(({ file, options }) => (options ? `${file} ${options}` : file)).join(' --- ');
  const lines = [
    `bootstate=${config.bootstate}`,
    `title=${config.title}`,
    `kernel=${config.kernel}`,
    `kernelopt=${config.kernelopt}`,
    `modules=${modules}`,
    `build=${config.build}`,
    `updated=${config.updated}`,
  ];
  if (config.prefix) lines.push(`prefix=${config.prefix}`);
  if (config.timeoutSeconds !== null) lines.push(`timeout=${config.timeoutSeconds}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Byte offset of the digit of `bootstate`, or -1 when the state is not one digit from 0 to 3 in the first 512 bytes. Of two
 * lines it is the one that counts, the last.
 */
export function bootStateOffset(text: string): number {
  let offset = -1;
  let start = 0;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0 && line.slice(0, equals).trim().toLowerCase() === 'bootstate') {
      const value = line.slice(equals + 1);
      offset = /^[0-3]$/.test(value.trim()) ? start + equals + 1 + value.search(/\S/) : -1;
    }
    start += line.length + 1;
  }
  const bytes = offset < 0 || offset >= STATE_AREA_BYTES ? null : utf8Length(text.slice(0, offset));
  return bytes !== null && bytes < STATE_AREA_BYTES ? bytes : -1;
}

/** @returns null for a text whose bytes are not known: what was no UTF-8 was decoded to U+FFFD. */
function utf8Length(text: string): number | null {
  if (text.includes('\ufffd')) return null;
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function isCounter(value: string): boolean {
  return /^\d{0,10}$/.test(value) && Number(value) <= MAX_COUNTER;
}

/** Where a file of the configuration lies below the bank's mount point: `/s.v00`. */
export function bankPath(config: Pick<BootConfig, 'prefix'>, file: string): string {
  if (file.startsWith('/')) return file;
  const prefix = config.prefix.replace(/\/+$/, '');
  return prefix.startsWith('/') || prefix === '' ? `${prefix}/${file}` : `/${prefix}/${file}`;
}

function parseModules(text: string): BootModule[] {
  return text
    .split('---')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const blank = part.search(/\s/);
      return blank < 0
        ? { file: part, options: '' }
        : { file: part.slice(0, blank), options: part.slice(blank + 1).trim() };
    });
}
