/** `window.lab`: all that the sandboxed window can reach. The preload script builds it; a development fake has the same shape. */
import type { ErrorData } from '../errors.ts';
import type { ServiceStatus } from './door.ts';
import type { IpcChannel, IpcInput, IpcOutput } from './ipc.ts';

export type Answer<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

/** Commands the menu gives to the window. */
export type MenuCommand =
  | 'catalogue'
  | 'settings'
  | 'keys'
  | 'palette'
  | 'check'
  | 'check-all'
  | 'toggle-drawer'
  | 'toggle-instructions';

export interface LabBridge {
  /** Asks the session API. Never rejects: errors are values, because a class does not survive the bridge. */
  call(id: number, method: string, input: unknown): Promise<Answer<unknown>>;
  cancel(id: number): void;
  /** @returns A function that stops listening. */
  onEvent(listener: (event: { name: string; data: unknown }) => void): () => void;
  onService(listener: (status: ServiceStatus) => void): () => void;
  onMenu(listener: (command: MenuCommand) => void): () => void;
  /** Asks the main process. */
  invoke<C extends IpcChannel>(channel: C, input: IpcInput<C>): Promise<Answer<IpcOutput<C>>>;
  /** True in end-to-end tests, which may then read terminal buffers. */
  readonly test: boolean;
  /** What to open at once: a lab's id; `first` means the first lab, where none was ever opened. */
  readonly startLab: string | null;
}
