import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { servePort } from '../../../../main/session/port-door.ts';
import type { ApiClient, ApiEvent } from '../../../../main/shared/contracts/api.ts';
import { DoorClient } from '../../../../main/shared/door-client.ts';
import { Emitter } from '../../../../main/shared/emitter.ts';
import { LabError } from '../../../../main/shared/errors.ts';

type Call = (method: string, input: unknown, signal: AbortSignal | undefined) => Promise<unknown>;

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A window's client and a service joined by a real channel. */
function joined(call: Call) {
  const events = new Emitter<ApiEvent>();
  const api = {
    call: (method: string, input: unknown, options?: { signal?: AbortSignal }) => call(method, input, options?.signal),
    onEvent: events.event,
  } as unknown as ApiClient;
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  servePort(
    {
      postMessage: (message) => port1.postMessage(message),
      onMessage: (listener) => port1.on('message', listener),
      onClose: (listener) => port1.on('close', listener),
    },
    api,
  );
  const client = new DoorClient();
  port2.on('message', (message) => client.receive(message));
  client.attach({ postMessage: (message) => port2.postMessage(message), close: () => port2.close() });
  return { client, events, raw: port2 };
}

describe('the door between window and service', () => {
  it('answers each request with its own value, in whatever order they end', async () => {
    const { client } = joined(async (_method, input) => {
      const { ms } = input as { ms: number };
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    });
    const slow = client.call(1, 'catalog.list', { ms: 30 });
    const quick = client.call(2, 'catalog.list', { ms: 0 });
    expect(await quick).toEqual({ ok: true, value: 0 });
    expect(await slow).toEqual({ ok: true, value: 30 });
  });

  it('carries an error with code and details, and leaves out details that no port can carry', async () => {
    const { client } = joined(async () => {
      throw new LabError('vm.not-ready', 'esx01 is off', { details: { host: 'esx01', fn: () => 1 } });
    });
    expect(await client.call(1, 'catalog.list', {})).toEqual({
      ok: false,
      error: { code: 'vm.not-ready', message: 'esx01 is off', details: { host: 'esx01' } },
    });
  });

  it('refuses methods that the session API does not have, inherited names too', async () => {
    const { client } = joined(async () => 'reached');
    for (const [id, method] of ['session.destroy', 'toString', '__proto__'].entries()) {
      const answer = await client.call(id, method, {});
      expect(answer).toMatchObject({ ok: false, error: { code: 'rpc.unknown-method' } });
    }
  });

  it('aborts the call that is cancelled and no other', async () => {
    const aborted: unknown[] = [];
    const { client } = joined((_method, input, signal) => {
      return new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted.push(input);
          reject(signal.reason);
        });
        setTimeout(() => resolve('done'), 40);
      });
    });
    const first = client.call(1, 'session.check', { n: 1 });
    const second = client.call(2, 'session.check', { n: 2 });
    client.cancel(1);
    expect(await first).toMatchObject({ ok: false, error: { code: 'app.cancelled' } });
    expect(await second).toEqual({ ok: true, value: 'done' });
    expect(aborted).toEqual([{ n: 1 }]);
  });

  it('passes events on', async () => {
    const { client, events } = joined(async () => null);
    const heard = new Promise((resolve) => client.onEvent(resolve));
    events.fire({ name: 'session.changed', data: { session: 's' } });
    expect(await heard).toEqual({ name: 'session.changed', data: { session: 's' } });
  });

  it('drops malformed messages and goes on', async () => {
    const { client, raw } = joined(async () => 'alive');
    for (const nonsense of [null, 7, {}, { id: -1, method: 'x', input: 1 }, { cancel: 'no' }])
      raw.postMessage(nonsense);
    expect(await client.call(9, 'catalog.list', {})).toEqual({ ok: true, value: 'alive' });
  });

  it('aborts what runs when the window goes', async () => {
    let reason: unknown;
    const gone = new Promise<void>((resolve) => {
      const { raw, client } = joined((_method, _input, signal) => {
        signal?.addEventListener('abort', () => {
          reason = signal.reason;
          resolve();
        });
        raw.close();
        return new Promise(() => undefined);
      });
      void client.call(1, 'session.check', {});
    });
    await gone;
    expect(reason).toMatchObject({ code: 'app.window-closed' });
  });

  it('answers open calls as stopped when the service is gone, and sends later ones through the next port', async () => {
    const sent: unknown[] = [];
    const client = new DoorClient();
    const port = { postMessage: (message: unknown) => void sent.push(message), close: () => undefined };
    const early = client.call(1, 'catalog.list', {});
    client.attach(port);
    client.detach();
    expect(await early).toMatchObject({ ok: false, error: { code: 'app.service-stopped' } });
    const later = client.call(2, 'catalog.list', {});
    client.attach(port);
    client.receive({ id: 2, ok: true, value: 'back' });
    expect(await later).toEqual({ ok: true, value: 'back' });
    expect(sent).toHaveLength(2);
  });
});
