import { adviceFor } from '../../main/shared/advice.ts';
import type { ApiClient, ApiEvent, ApiInput, ApiMethod, ApiOutput } from '../../main/shared/contracts/api.ts';
import type { LabBridge } from '../../main/shared/contracts/bridge.ts';
import type { IpcChannel, IpcInput, IpcOutput } from '../../main/shared/contracts/ipc.ts';
import { fromErrorData, LabError } from '../../main/shared/errors.ts';

declare global {
  interface Window {
    lab: LabBridge;
  }
}

let nextId = 1;

/** The session API as the rest of the window sees it; errors are LabErrors again. */
export const client: ApiClient = {
  async call<M extends ApiMethod>(
    method: M,
    input: ApiInput<M>,
    options: { signal?: AbortSignal } = {},
  ): Promise<ApiOutput<M>> {
    const { signal } = options;
    if (signal?.aborted) throw new LabError('app.cancelled', 'Cancelled.');
    const id = nextId++;
    const cancel = () => window.lab.cancel(id);
    signal?.addEventListener('abort', cancel);
    const answer = await window.lab.call(id, method, input);
    signal?.removeEventListener('abort', cancel);
    if (!answer.ok) throw fromErrorData(answer.error);
    return answer.value as ApiOutput<M>;
  },
  onEvent: (listener) => ({ dispose: window.lab.onEvent((event) => listener(event as ApiEvent)) }),
};

/** Asks the main process: settings, folders, links. */
export async function invoke<C extends IpcChannel>(channel: C, input: IpcInput<C>): Promise<IpcOutput<C>> {
  const answer = await window.lab.invoke(channel, input);
  if (!answer.ok) throw fromErrorData(answer.error);
  return answer.value;
}

export function isCancelled(error: unknown): boolean {
  return error instanceof LabError && error.code === 'app.cancelled';
}

/** The message as a sentence, and what to do next. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return withAdvice(text, error instanceof LabError ? error.code : '');
}

export function withAdvice(message: string, code: string): string {
  const sentence = /[.!?)\]]$/.test(message) ? message : `${message}.`;
  return [sentence, adviceFor(code, 'app')].filter((part) => part !== undefined).join(' ');
}
