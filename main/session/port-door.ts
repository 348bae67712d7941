/**
 * The service's end of the door: serves the session API over message ports. `serveParentPort` is what the utility
 * process calls; `servePort` serves one port and knows nothing of Electron.
 */
import { type ApiClient, type ApiEvent, type ApiInput, type ApiMethod, api } from '../shared/contracts/api.ts';
import {
  type DoorAnswer,
  type DoorEvent,
  type DoorRequest,
  doorMessage,
  serviceControl,
} from '../shared/contracts/door.ts';
import { type Disposable, toDisposable } from '../shared/disposable.ts';
import { LabError, toErrorData } from '../shared/errors.ts';

/** One window's port. Messages are structured clones. */
export interface DoorPort {
  postMessage(message: DoorAnswer | DoorEvent): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/**
 * Answers requests and passes events on until the port closes; what is still running then is aborted.
 *
 * @throws Nothing: a malformed message is dropped, a failed call is answered as an error.
 */
export function servePort(port: DoorPort, client: ApiClient): Disposable {
  const running = new Map<number, AbortController>();
  const events = client.onEvent((event: ApiEvent) => port.postMessage({ event: event.name, data: event.data }));
  const door = toDisposable(() => {
    events.dispose();
    for (const abort of running.values()) abort.abort(new LabError('app.window-closed', 'The window was closed.'));
    running.clear();
  });

  const answer = async (request: DoorRequest): Promise<void> => {
    const abort = new AbortController();
    running.set(request.id, abort);
    try {
      port.postMessage({ id: request.id, ok: true, value: await callApi(client, request, abort.signal) });
    } catch (error) {
      port.postMessage({ id: request.id, ok: false, error: cloneable(toErrorData(error)) });
    } finally {
      running.delete(request.id);
    }
  };

  port.onMessage((raw) => {
    const message = doorMessage.safeParse(raw);
    if (!message.success) return;
    if ('cancel' in message.data) running.get(message.data.cancel)?.abort(new LabError('app.cancelled', 'Cancelled.'));
    else void answer(message.data);
  });
  port.onClose(() => door.dispose());
  return door;
}

function callApi(client: ApiClient, request: DoorRequest, signal: AbortSignal): Promise<unknown> {
  if (!Object.hasOwn(api, request.method))
    throw new LabError('rpc.unknown-method', `There is no method ${request.method}.`);
  return client.call(request.method as ApiMethod, request.input as ApiInput<ApiMethod>, { signal });
}

/** Details may hold what a port can't carry (functions, class instances); people only need their text. */
function cloneable<T extends { details: Record<string, unknown> }>(error: T): T {
  try {
    return { ...error, details: JSON.parse(JSON.stringify(error.details)) };
  } catch {
    return { ...error, details: {} };
  }
}

/** Electron's `process.parentPort`, as far as it is used. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: MainPort[] }) => void): void;
  postMessage(message: unknown): void;
}

interface MainPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
  postMessage(message: unknown): void;
}

/**
 * Serves every port that the main process hands over, and exits when told to close.
 *
 * @param close Saves the sessions and frees the machines; the process exits when it has settled.
 */
export function serveParentPort(client: ApiClient, close: () => Promise<void>): void {
  const parent = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parent === undefined) throw new LabError('app.no-parent', 'The session service was not started by the app.');
  parent.on('message', ({ data, ports }) => {
    const control = serviceControl.safeParse(data);
    if (!control.success) return;
    if (control.data.type === 'port') for (const port of ports) servePort(fromMainPort(port), client);
    else void close().then(() => process.exit(0), failToClose);
  });
  parent.postMessage({ type: 'ready' });
}

function failToClose(error: unknown): never {
  console.error('saving on close failed:', error);
  process.exit(1);
}

function fromMainPort(port: MainPort): DoorPort {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => port.on('close', listener),
  };
}
