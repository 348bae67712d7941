import { usage } from '../../esxcfg/text.ts';
import { type CommandContext, CommandError, getopt, type ToolCommand } from '../../framework/index.ts';
import { createCounters, headerLine, valueLine } from './batch.ts';
import { renderScreen, type ScreenKey } from './screens.ts';
import { sampleNow, viewBetween } from './view.ts';

const OPTIONS = [
  { usage: '-b', text: 'Batch mode: lines of CSV.' },
  { usage: '-n <iterations>', text: 'End after so many.' },
  { usage: '-d <seconds>', text: 'Time between two; 5 when not given, at least 2.' },
  { usage: '-a', text: 'All counters; batch mode always has all there are.' },
  { usage: '-c <file>', text: 'Configuration file.', unsupported: 'fields cannot be chosen' },
  {
    usage: '-R <folder>',
    text: 'Replay a vm-support snapshot.',
    unsupported: 'vm-support takes no performance snapshots',
  },
  { usage: '-s', text: 'Secure mode: no change of the delay.' },
];

const SCREEN_KEYS: readonly ScreenKey[] = ['c', 'm', 'n', 'd', 'u', 'v'];
const MIN_SECONDS = 2;

export const esxtopTool: ToolCommand = {
  name: 'esxtop',
  summary: 'Use of processors, memory, network and disks as it changes.',
  options: [
    ...OPTIONS,
    { usage: 'keys c m n d u v s q h space' },
    { usage: 'keys i p', unsupported: 'no interrupt and power figures' },
    { usage: 'keys f o W', unsupported: 'fields cannot be chosen' },
  ],
  async run(ctx, argv) {
    const given = getopt('esxtop', argv, 'bn:d:ac:R:svh');
    if (given.has('h')) {
      await ctx.out(usage('esxtop [options]', OPTIONS));
      return 0;
    }
    if (given.has('c') || given.has('R'))
      throw new CommandError(`esxtop: -${given.has('c') ? 'c' : 'R'} is not supported: see esxtop -h`);
    const number = (name: string, fallback: number): number => {
      const text = given.value(name);
      if (text !== undefined && !/^\d+$/.test(text))
        throw new CommandError(`esxtop: invalid value for -${name}: ${text}`);
      return text === undefined ? fallback : Number(text);
    };
    const seconds = Math.max(MIN_SECONDS, number('d', 5));
    const iterations = number('n', Number.POSITIVE_INFINITY);
    if (given.has('b')) return await batch(ctx, seconds, iterations);
    if (!ctx.tty.isTty || !ctx.tty.stdinIsTty)
      throw new CommandError('esxtop: a terminal is needed; use -b for batch mode');
    return await interactive(ctx, seconds, iterations, given.has('s'));
  },
};

async function batch(ctx: CommandContext, seconds: number, iterations: number): Promise<number> {
  let before = sampleNow(ctx);
  let counters: ReturnType<typeof createCounters> | undefined;
  for (let turn = 0; turn < iterations; turn += 1) {
    if (!(await pause(ctx, seconds * 1000))) break;
    const after = sampleNow(ctx);
    const view = viewBetween(ctx, before, after);
    if (counters === undefined) {
      counters = createCounters(view);
      await ctx.out(headerLine(counters));
    }
    await ctx.out(valueLine(counters, view));
    before = after;
  }
  return 0;
}

/** Waits; false when the command is to end. */
async function pause(ctx: CommandContext, ms: number): Promise<boolean> {
  if (ctx.signal.aborted) return false;
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = ctx.signal.onAbort(resolve);
  });
  await Promise.race([ctx.system.clock.sleep(ms), aborted]);
  stop();
  return !ctx.signal.aborted;
}

const CLEAR = '\x1b[H\x1b[2J';
const HELP = [
  'Esxtop: top for the host',
  '',
  'These single-key commands are available:',
  '',
  '  c     CPU                       d     disk adapter',
  '  m     memory                    u     disk device',
  '  n     network                   v     disk of virtual machines',
  '',
  '  space update now                s     set the delay in seconds between updates',
  '  h ?   this text                 q     quit',
  '',
  'Hit any key to continue: ',
];

async function interactive(ctx: CommandContext, seconds: number, iterations: number, secure: boolean): Promise<number> {
  const { tty } = ctx;
  let screen: ScreenKey = 'c';
  let delayMs = seconds * 1000;
  let message = '';
  const keys = new Keys(ctx);
  tty.raw(true);
  try {
    let before = sampleNow(ctx);
    await ctx.system.clock.sleep(500);
    let after = sampleNow(ctx);
    for (let turn = 0; turn < iterations; ) {
      const lines = renderScreen(screen, viewBetween(ctx, before, after), Math.max(4, tty.rows - 1), tty.columns || 80);
      // The fourth line of each head is free; messages go there.
      if (message !== '') lines.splice(Math.min(3, lines.length), 0, message);
      await ctx.out(`${CLEAR}${lines.join('\r\n')}\r\n`);
      message = '';
      const key = await keys.next(delayMs);
      if (key === 'end' || key === 'q' || key === '\x03') break;
      if (key === 'h' || key === '?') {
        await ctx.out(`${CLEAR}${HELP.join('\r\n')}`);
        await keys.next(null);
        continue;
      }
      const wanted = SCREEN_KEYS.find((one) => one === key);
      if (wanted !== undefined) {
        screen = wanted;
        continue;
      }
      if (key === 's') {
        if (secure) message = 'The delay cannot be changed in secure mode.';
        else delayMs = (await askDelay(ctx, keys, delayMs)) ?? delayMs;
        continue;
      }
      if (key !== null && key !== ' ') {
        message = 'fioWpeV'.includes(key) ? 'This key is not supported here; h shows those that are.' : '';
        continue;
      }
      before = after;
      after = sampleNow(ctx);
      turn += 1;
    }
  } finally {
    await ctx.out('\r\n');
    tty.raw(false);
  }
  return 0;
}

/** Keys one at a time; a chunk may bring several. */
class Keys {
  private readonly ctx: CommandContext;
  private waiting = '';

  constructor(ctx: CommandContext) {
    this.ctx = ctx;
  }

  /** The next key; null when the time is over, `end` when input or the command ended. */
  async next(timeoutMs: number | null): Promise<string | null> {
    if (this.waiting === '') {
      const bytes = timeoutMs === null ? await this.ctx.tty.read() : await this.ctx.tty.read(timeoutMs);
      if (this.ctx.signal.aborted) return 'end';
      if (bytes === null) return null;
      if (bytes.length === 0) return 'end';
      this.waiting = String.fromCharCode(...bytes);
    }
    const key = this.waiting.charAt(0);
    this.waiting = this.waiting.slice(1);
    return key;
  }
}

async function askDelay(ctx: CommandContext, keys: Keys, presentMs: number): Promise<number | null> {
  await ctx.out(`\r\nDelay between updates (${presentMs / 1000} secs): `);
  let text = '';
  for (;;) {
    const key = await keys.next(null);
    if (key === 'end' || key === '\x1b' || key === '\x03') return null;
    if (key === '\r' || key === '\n') break;
    if (key === '\x7f' || key === '\b') {
      if (text !== '') await ctx.out('\b \b');
      text = text.slice(0, -1);
    } else if (key !== null && /[0-9]/.test(key)) {
      text += key;
      await ctx.out(key);
    }
  }
  return text === '' ? null : Math.max(MIN_SECONDS, Number(text)) * 1000;
}
