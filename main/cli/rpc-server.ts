import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { adviceFor } from '../shared/advice.ts';
import { type ApiClient, type ApiMethod, api } from '../shared/contracts/api.ts';
import { toErrorData } from '../shared/errors.ts';

const ERROR = { parse: -32700, request: -32600, method: -32601, params: -32602, ours: -32000 } as const;
/** A line longer than this is refused rather than collected for ever. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

type Id = string | number | null;
type Reply = { jsonrpc: '2.0'; id: Id; result: unknown } | { jsonrpc: '2.0'; id: Id; error: RpcError };
interface RpcError {
  code: number;
  message: string;
  data?: { code: string; advice?: string; details?: unknown };
}

/** Serves until `input` ends and every request read by then is answered. Requests run at the same time; replies carry ids. */
export async function serveRpc(client: ApiClient, input: Readable, output: Writable): Promise<void> {
  const running = new Set<Promise<void>>();
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const work = answerLine(client, line).then((reply) => {
      if (reply !== undefined) output.write(`${JSON.stringify(reply)}\n`);
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  }
  await Promise.all(running);
}

async function answerLine(client: ApiClient, line: string): Promise<Reply | Reply[] | undefined> {
  if (line.length > MAX_LINE_BYTES) return failure(null, ERROR.request, 'the message is too long', 'rpc.too-long');
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    return failure(null, ERROR.parse, `not JSON: ${(error as Error).message}`, 'rpc.parse');
  }
  if (!Array.isArray(message)) return answer(client, message);
  if (message.length === 0) return failure(null, ERROR.request, 'an empty batch', 'rpc.request');
  const replies = await Promise.all(message.map((one) => answer(client, one)));
  const said = replies.filter((reply): reply is Reply => reply !== undefined);
  return said.length > 0 ? said : undefined;
}

async function answer(client: ApiClient, message: unknown): Promise<Reply | undefined> {
  const request = message as { jsonrpc?: unknown; id?: unknown; method?: unknown; params?: unknown } | null;
  const id = validId(request?.id);
  if (
    typeof request !== 'object' ||
    request === null ||
    request.jsonrpc !== '2.0' ||
    typeof request.method !== 'string'
  ) {
    return failure(
      id ?? null,
      ERROR.request,
      'expected {"jsonrpc":"2.0","id":…,"method":"…","params":{…}}',
      'rpc.request',
    );
  }
  const { method, params } = request;
  if (!Object.hasOwn(api, method)) {
    return id === undefined
      ? undefined
      : failure(id, ERROR.method, `no method ${JSON.stringify(method)}`, 'rpc.method');
  }
  try {
    const result = await client.call(method as ApiMethod, (params ?? {}) as never);
    return id === undefined ? undefined : { jsonrpc: '2.0', id, result: result ?? {} };
  } catch (error) {
    return id === undefined ? undefined : failed(id, error);
  }
}

/** undefined: a notification, which is carried out and not answered. */
function validId(id: unknown): Id | undefined {
  return typeof id === 'string' || typeof id === 'number' || id === null ? id : undefined;
}

function failed(id: Id, error: unknown): Reply {
  const { code, message, details } = toErrorData(error);
  const advice = adviceFor(code, 'cli');
  const data = { code, ...(advice ? { advice } : {}), ...(Object.keys(details).length > 0 ? { details } : {}) };
  return { jsonrpc: '2.0', id, error: { code: code === 'input.invalid' ? ERROR.params : ERROR.ours, message, data } };
}

function failure(id: Id, code: number, message: string, dotted: string): Reply {
  return { jsonrpc: '2.0', id, error: { code, message, data: { code: dotted } } };
}
