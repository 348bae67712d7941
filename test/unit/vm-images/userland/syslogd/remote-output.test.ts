import { describe, expect, it } from 'vitest';
import { RemoteOutput } from '../../../../../vm-images/userland/syslogd/remote-output.ts';
import { FakeClock, FakeTransport } from './fakes.ts';

function remote(retrySeconds = 180) {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const said: string[] = [];
  const output = new RemoteOutput('tcp://h:514', transport, clock, retrySeconds, (text) => said.push(text));
  output.start();
  return { clock, transport, said, output };
}

describe('a remote host', () => {
  it('gets lines in order once it is reached', () => {
    const { output, transport } = remote();
    output.add('one');
    output.add('two');
    expect(transport.sent).toEqual([]);
    transport.events?.ready();
    output.add('three');
    expect(transport.sent).toEqual(['one', 'two', 'three']);
  });

  it('is waited for when it takes no more', () => {
    const { output, transport } = remote();
    transport.events?.ready();
    transport.full = true;
    output.add('one');
    expect(output.waiting).toBe(1);
    transport.full = false;
    transport.events?.writable();
    expect(transport.sent).toEqual(['one']);
  });

  it('is tried again after 1, 2, 4 seconds, up to the configured wait', () => {
    const { clock, transport } = remote(5);
    const openedAt: number[] = [];
    const start = clock.nowMs;
    for (let tried = 0; tried < 5; tried++) {
      transport.events?.lost('refused');
      const before = transport.opened;
      while (transport.opened === before) clock.advance(500);
      openedAt.push((clock.nowMs - start) / 1000);
    }
    expect(openedAt).toEqual([1, 3, 7, 12, 17]);
  });

  it('is spoken of once when it is lost, and once when it is found again', () => {
    const { clock, transport, said } = remote();
    transport.events?.lost('refused');
    clock.advance(1000);
    transport.events?.lost('refused');
    clock.advance(2000);
    transport.events?.ready();
    expect(said).toEqual(['tcp://h:514: refused; trying again, at first after 1 s', 'tcp://h:514: reached again']);
  });

  it('never queues more than 1000 lines, and says how many were lost', () => {
    const { clock, output, transport, said } = remote();
    transport.events?.lost('refused');
    for (let index = 0; index < 1500; index++) output.add(`line ${index}`);
    expect(output.waiting).toBe(1000);
    clock.advance(1000);
    transport.events?.ready();
    expect(transport.sent[0]).toBe('line 500');
    expect(said.at(-1)).toBe('tcp://h:514: reached again, 500 messages lost');
  });

  it('does not come back after it was stopped', () => {
    const { clock, output, transport } = remote();
    transport.events?.lost('refused');
    output.stop();
    clock.advance(600_000);
    expect(transport.opened).toBe(1);
  });
});
