/** boot.cfg: one `key=value` a line, names without case, blanks round `=` ignored, `#` comments. */
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
}

export interface BootModule {
  readonly file: string;
  readonly options: string;
}

/** Where the digit of `bootstate` must stand, so that it can be rewritten in place: the first sector of the file. */
const STATE_AREA_BYTES = 512;

/** Numbers that make no sense are -1 (`bootstate`, `updated`), so that the bank's checks refuse them. */
export function parseBootConfig(text: string): BootConfig {
  const values = new Map<string, string>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals < 1) continue;
    values.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  const get = (key: string) => values.get(key) ?? '';
  const timeout = wholeNumber(get('timeout'));
  return {
    bootstate: wholeNumber(get('bootstate')),
    title: get('title'),
    kernel: get('kernel'),
    kernelopt: get('kernelopt'),
    modules: parseModules(get('modules')),
    build: get('build'),
    updated: wholeNumber(get('updated')),
    prefix: get('prefix'),
    timeoutSeconds: timeout < 0 ? null : timeout,
  };
}

export function serializeBootConfig(config: BootConfig): string {
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

/** Byte offset of the digit of `bootstate`, or -1 when there is none in the first 512 bytes. */
export function bootStateOffset(text: string): number {
  const match = /(^|\n)[ \t]*bootstate[ \t]*=[ \t]*(?=\d)/i.exec(text);
  if (!match) return -1;
  const offset = match.index + match[0].length;
  return offset < STATE_AREA_BYTES ? offset : -1;
}

/** Where a file of the configuration lies below the bank's mount point: `/s.v00`. */
export function bankPath(config: BootConfig, file: string): string {
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

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}
