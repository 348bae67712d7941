import { describe, expect, it } from 'vitest';
import { Program } from '../../../../../vm-images/userland/dcui/program.ts';
import type { Answer, Request } from '../../../../../vm-images/userland/dcui/state.ts';
import { lookFor } from '../../../../../vm-images/userland/dcui/terminal/styles.ts';
import { FakeClock } from '../syslogd/fakes.ts';
import { facts } from './fake-desk.ts';

function start(answer: (request: Request) => Promise<Answer>) {
  const clock = new FakeClock();
  const around = { out: '', quit: 0, reads: [] as string[], idle: 600 };
  const program = new Program({
    write: (text) => {
      around.out += text;
    },
    look: lookFor('xterm'),
    size: { rows: 25, columns: 80 },
    escapeDelayMs: 60,
    resident: false,
    after: (ms, action) => clock.after(ms, action),
    readFacts: async (groups) => {
      around.reads.push(groups.join());
      return Object.fromEntries(groups.map((group) => [group, facts[group]]));
    },
    serve: answer,
    idleSeconds: () => around.idle,
    quit: () => {
      around.quit++;
    },
  });
  program.start();
  return { program, clock, around };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const login: Answer = { name: 'login', output: { refused: '' } };

describe('the running DCUI', () => {
  it('draws the front page and reads it again every five seconds', async () => {
    const { clock, around } = start(async () => login);
    await settle();
    expect(around.out).toContain('http://10.20.0.11/ (DHCP)');
    const before = around.reads.length;
    clock.advance(5000);
    await settle();
    clock.advance(5000);
    expect(around.reads.slice(before)).toEqual(['front', 'front']);
  });

  it('takes Esc only once nothing follows it', async () => {
    const { program, clock } = start(async () => login);
    program.typed('\x1bOQ');
    expect(program.state.screens.at(-1)).toMatchObject({ form: 'login' });
    program.typed('\x1b');
    expect(program.state.screens).toHaveLength(2);
    clock.advance(60);
    expect(program.state.screens).toHaveLength(1);
  });

  it('logs in, and out again when nobody types for DcuiTimeOut', async () => {
    const { program, clock, around } = start(async () => login);
    around.idle = 30;
    program.typed('\x1bOQx\r');
    await settle();
    expect(program.state.user).toBe('root');
    clock.advance(29_000);
    program.typed('\x1b[B');
    clock.advance(29_000);
    expect(program.state.user).toBe('root');
    clock.advance(1000);
    expect(program.state.user).toBeNull();
  });

  it('shows a box for what takes long, and the reason when the edge breaks', async () => {
    let fail: (error: Error) => void = () => {};
    const { program, clock, around } = start(
      () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    );
    program.typed('\x1bOQx\r');
    expect(program.state.pending?.visible).toBe(false);
    clock.advance(400);
    expect(around.out).toContain('Please wait.');
    fail(new Error('the edge broke'));
    await settle();
    expect(around.out).toContain('the edge broke');
    expect(program.state.pending).toBeNull();
  });

  it('leaves with Ctrl+C', () => {
    const { program, around } = start(async () => login);
    program.typed('\x03');
    expect(around.quit).toBe(1);
  });
});
