import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FrameParser,
  frameType,
  type GuestFrame,
  initialCredit,
  maxPayloadBytes,
  serializeFrames,
} from '../../../../main/shared/contracts/guest-frames.ts';
import { AgentChannel } from '../../../../main/vm/guest-channel.ts';
import { GuestLink } from '../../../../main/vm/guest-link.ts';

const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const decode = (payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload));

/** The far end of the channel, played by the test: sees the desktop's frames, answers what it is told to. */
class Agent {
  readonly seen: GuestFrame[] = [];
  conversation = 0;
  onFrame: (frame: GuestFrame) => void = () => {};
  private readonly parser = new FrameParser();
  readonly link: GuestLink;
  readonly channel: AgentChannel;

  constructor() {
    this.link = new GuestLink((bytes) => queueMicrotask(() => this.hear(bytes)));
    this.channel = new AgentChannel(this.link, () => true);
  }

  say(type: number, channel: number, payload: Uint8Array, conversation = this.conversation): void {
    this.link.receive(serializeFrames({ type, channel, conversation }, payload));
  }

  hear(bytes: Uint8Array): void {
    this.parser.push(bytes, (frame) => this.take(frame));
  }

  last(type: number): GuestFrame {
    return this.seen.filter((frame) => frame.type === type).at(-1)!;
  }

  private take(frame: GuestFrame): void {
    const kept = { ...frame, payload: frame.payload.slice() };
    this.seen.push(kept);
    if (frame.type === frameType.hello) {
      this.conversation = frame.conversation;
      this.say(frameType.welcome, 0, encode({ ready: true, agent: '1' }));
    }
    this.onFrame(kept);
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

let agent: Agent;
beforeEach(() => {
  agent = new Agent();
});

async function connected(): Promise<void> {
  agent.link.connect();
  await agent.link.whenConnected(1000);
}

describe('conversation with the agent', () => {
  it('begins with a hello that brings the time and randomness, and ends up ready', async () => {
    const states: boolean[] = [];
    agent.link.onState(({ ready }) => states.push(ready));
    await connected();
    const hello = decode(agent.last(frameType.hello).payload);
    expect(Math.abs(hello.timeMs - Date.now())).toBeLessThan(5000);
    expect(hello.entropy).toMatch(/^[0-9a-f]{64}$/);
    expect(states).toEqual([true]);
  });

  it('asks again with a flood of zeros in front when the agent hangs in half a frame', async () => {
    vi.useFakeTimers();
    try {
      const frame = serializeFrames(
        { type: frameType.data, channel: 1, conversation: 9 },
        new Uint8Array(maxPayloadBytes),
      );
      agent.hear(frame.subarray(0, 40));
      agent.link.connect();
      await vi.advanceTimersByTimeAsync(300);
      expect([agent.link.isConnected, agent.seen.length]).toEqual([false, 0]);
      await vi.advanceTimersByTimeAsync(200);
      expect(agent.link.isConnected).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hears nothing of another conversation', async () => {
    await connected();
    const states: boolean[] = [];
    agent.link.onState(({ ready }) => states.push(ready));
    agent.say(frameType.event, 0, encode({ ready: false, agent: '1' }), agent.conversation ^ 1);
    agent.say(frameType.event, 0, encode({ ready: false, agent: '1' }));
    expect(states).toEqual([false]);
  });

  it('tells everybody who waits when the agent starts anew, and greets it', async () => {
    await connected();
    const exec = agent.channel.exec({ command: 'sleep 9' });
    const call = agent.channel.host('state.get', {});
    await turn();
    agent.say(frameType.announce, 0, encode({ protocol: 1 }), 0);
    await expect(exec).rejects.toMatchObject({ code: 'guest.no-answer' });
    await expect(call).rejects.toMatchObject({ code: 'guest.no-answer' });
    await agent.link.whenConnected(1000);
  });

  it('is not ready without an agent, at once when the power is off', async () => {
    await expect(new AgentChannel(agent.link, () => false).exec({ command: 'true' })).rejects.toMatchObject({
      code: 'guest.not-ready',
    });
    await expect(agent.link.whenConnected(20)).rejects.toMatchObject({ code: 'guest.not-ready' });
  });
});

describe('an exec', () => {
  it('gathers stdout and stderr and gives credit for them', async () => {
    await connected();
    const result = agent.channel.exec({ command: 'x' });
    await turn();
    const { channel } = agent.last(frameType.open);
    expect(decode(agent.last(frameType.open).payload)).toMatchObject({ kind: 'exec', command: 'x', stdin: false });
    const page = new Uint8Array(30_000).fill(65);
    for (let i = 0; i < 5; i++) agent.say(frameType.data, channel, page);
    agent.say(frameType.dataError, channel, encode('oops'));
    agent.say(frameType.close, channel, encode({ exitCode: 3 }));
    const { exitCode, stdout, stderr } = await result;
    expect([exitCode, stdout.length, new TextDecoder().decode(stderr)]).toEqual([3, 150_000, 'oops']);
    await turn();
    const credits = agent.seen.filter(({ type }) => type === frameType.credit);
    const given = credits.reduce((sum, { payload }) => sum + new DataView(payload.buffer).getUint32(0, true), 0);
    expect(given).toBeGreaterThanOrEqual(initialCredit / 4);
  });

  it('sends its input only as far as there is credit, then goes on, then ends it', async () => {
    await connected();
    let received = 0;
    agent.onFrame = ({ type, payload }) => {
      if (type === frameType.data) received += payload.length;
    };
    const size = initialCredit + 100_000;
    const result = agent.channel.exec({ command: 'cat', stdin: new Uint8Array(size) });
    await turn();
    await turn();
    expect(received).toBe(initialCredit);
    expect(agent.seen.some(({ type }) => type === frameType.end)).toBe(false);
    const { channel } = agent.last(frameType.open);
    agent.say(frameType.credit, channel, new Uint8Array(new Uint32Array([200_000]).buffer));
    await turn();
    expect(received).toBe(size);
    expect(agent.last(frameType.end).channel).toBe(channel);
    agent.say(frameType.close, channel, encode({ exitCode: 0 }));
    expect((await result).exitCode).toBe(0);
  });

  it('rejects with what it had said when it was killed at its time limit', async () => {
    await connected();
    const result = agent.channel.exec({ command: 'x', timeoutMs: 100 });
    await turn();
    const { channel } = agent.last(frameType.open);
    agent.say(frameType.data, channel, encode('part'));
    agent.say(frameType.close, channel, encode({ exitCode: 137, timedOut: true }));
    await expect(result).rejects.toMatchObject({ code: 'guest.exec-timeout', details: { stdout: 'part' } });
  });

  it('is given up in the guest too when it is aborted', async () => {
    await connected();
    const abort = new AbortController();
    const result = agent.channel.exec({ command: 'x', signal: abort.signal });
    await turn();
    abort.abort();
    await expect(result).rejects.toMatchObject({ code: 'guest.aborted' });
    await turn();
    expect(agent.last(frameType.close).channel).toBe(agent.last(frameType.open).channel);
  });

  it('carries the error of the agent', async () => {
    await connected();
    const result = agent.channel.exec({ command: 'x' });
    await turn();
    agent.say(
      frameType.close,
      agent.last(frameType.open).channel,
      encode({ error: { code: 'guest.not-ready', message: 'no root' } }),
    );
    await expect(result).rejects.toMatchObject({ code: 'guest.not-ready', message: 'no root' });
  });
});

describe('streams and shells', () => {
  it('keep a datagram whole, however large', async () => {
    await connected();
    const dialed = agent.channel.dial({ protocol: 'udp', port: 69 });
    await turn();
    const { channel } = agent.last(frameType.open);
    agent.say(frameType.opened, channel, new Uint8Array(0));
    const stream = await dialed;
    const got: number[] = [];
    stream.onData((data) => got.push(data.length));
    agent.say(frameType.data, channel, new Uint8Array(maxPayloadBytes + 9000));
    agent.say(frameType.data, channel, new Uint8Array(3));
    expect(got).toEqual([maxPayloadBytes + 9000, 3]);
    stream.write(new Uint8Array(40_000));
    await turn();
    const sent = agent.seen.filter((frame) => frame.type === frameType.data && frame.channel === channel);
    expect(sent.map(({ continues }) => continues)).toEqual([true, false]);
  });

  it('hand early output to the first listener', async () => {
    await connected();
    const opening = agent.channel.openShell({ rows: 24, columns: 80 });
    await turn();
    const { channel } = agent.last(frameType.open);
    agent.say(frameType.opened, channel, new Uint8Array(0));
    agent.say(frameType.data, channel, encode('# '));
    const shell = await opening;
    const said: string[] = [];
    shell.onOutput((bytes) => said.push(new TextDecoder().decode(bytes)));
    agent.say(frameType.data, channel, encode('ls'));
    expect(said).toEqual(['# ', 'ls']);
    shell.resize(40, 132);
    await turn();
    expect([...agent.last(frameType.resize).payload]).toEqual([40, 0, 132, 0]);
  });

  it('stop giving credit while they are held', async () => {
    await connected();
    const dialed = agent.channel.dial({ protocol: 'tcp', port: 22 });
    await turn();
    const { channel } = agent.last(frameType.open);
    agent.say(frameType.opened, channel, new Uint8Array(0));
    const stream = await dialed;
    stream.onData(() => {});
    stream.hold(true);
    for (let i = 0; i < 8; i++) agent.say(frameType.data, channel, new Uint8Array(30_000));
    await turn();
    expect(agent.seen.some(({ type }) => type === frameType.credit)).toBe(false);
    stream.hold(false);
    await turn();
    expect(new DataView(agent.last(frameType.credit).payload.buffer).getUint32(0, true)).toBe(240_000);
  });

  it('refuse a dial that the guest refuses', async () => {
    await connected();
    const dialed = agent.channel.dial({ protocol: 'tcp', port: 1 });
    await turn();
    agent.say(
      frameType.close,
      agent.last(frameType.open).channel,
      encode({ error: { code: 'guest.dial', message: 'refused' } }),
    );
    await expect(dialed).rejects.toMatchObject({ code: 'guest.dial' });
  });
});
