import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { serveRpc } from '../../../../main/cli/rpc-server.ts';
import type { ApiClient } from '../../../../main/shared/contracts/api.ts';
import { LabError } from '../../../../main/shared/errors.ts';

const client = {
  async call(method: string, input: unknown) {
    if (method === 'session.close') throw new LabError('session.unknown', 'no open session "x"');
    if (method === 'session.open') throw new LabError('input.invalid', 'session.open: seed: wrong');
    return { method, input };
  },
  onEvent: () => ({ dispose() {} }),
} as unknown as ApiClient;

async function talk(...lines: string[]): Promise<unknown[]> {
  const input = new PassThrough();
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const served = serveRpc(client, input, output);
  input.end(lines.map((line) => `${line}\n`).join(''));
  await served;
  return Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const call = (method: string, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params: { session: 'x' } });

describe('JSON-RPC', () => {
  it('answers with the id and the result', async () => {
    expect(await talk(call('session.view', 'a'))).toEqual([
      { jsonrpc: '2.0', id: 'a', result: { method: 'session.view', input: { session: 'x' } } },
    ]);
  });

  it('carries our dotted code and its advice in data', async () => {
    const [reply] = (await talk(call('session.close'))) as [
      { error: { code: number; data: { code: string; advice: string } } },
    ];
    expect(reply.error).toMatchObject({ code: -32000, data: { code: 'session.unknown' } });
    expect(reply.error.data.advice).toContain('Open it again');
  });

  it.each([
    ['{', -32700, 'rpc.parse'],
    ['[]', -32600, 'rpc.request'],
    ['42', -32600, 'rpc.request'],
    ['{"jsonrpc":"1.0","id":1,"method":"session.view"}', -32600, 'rpc.request'],
    ['{"jsonrpc":"2.0","id":1,"method":"nothing.here"}', -32601, 'rpc.method'],
    ['{"jsonrpc":"2.0","id":1,"method":"toString"}', -32601, 'rpc.method'],
    ['{"jsonrpc":"2.0","id":1,"method":"session.open","params":{}}', -32602, 'input.invalid'],
  ])('refuses %s with %i', async (line, code, dotted) => {
    expect(await talk(line)).toMatchObject([{ error: { code, data: { code: dotted } } }]);
  });

  it('carries out a notification and says nothing', async () => {
    expect(await talk('{"jsonrpc":"2.0","method":"session.view","params":{}}')).toEqual([]);
  });

  it('answers a batch with a batch, and goes on after a bad line', async () => {
    const replies = await talk('not json', `[${call('session.view', 1)},${call('session.view', 2)}]`);
    expect(replies).toHaveLength(2);
    expect(replies[1]).toMatchObject([{ id: 1 }, { id: 2 }]);
  });
});
