import { ipcMain, type WebContents } from 'electron';
import type { Answer } from '../shared/contracts/bridge.ts';
import { type IpcChannel, type IpcInput, type IpcOutput, ipc } from '../shared/contracts/ipc.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import { isAppUrl } from './app-url.ts';

export type Handlers = {
  [C in IpcChannel]: (input: IpcInput<C>, sender: WebContents) => IpcOutput<C> | Promise<IpcOutput<C>>;
};

/** Answers the IPC table: the sender must be the app's own main frame, the input must parse. Errors are values. */
export function handleAll(handlers: Handlers): void {
  for (const channel of Object.keys(ipc) as IpcChannel[]) {
    ipcMain.handle(channel, async (event, raw): Promise<Answer<unknown>> => {
      try {
        const frame = event.senderFrame;
        if (frame === null || frame !== event.sender.mainFrame || !isAppUrl(frame.url))
          throw new LabError('app.wrong-sender', 'This request did not come from the app window.');
        const handler = handlers[channel] as (input: unknown, sender: WebContents) => unknown;
        return { ok: true, value: await handler(ipc[channel].input.parse(raw), event.sender) };
      } catch (error) {
        return { ok: false, error: toErrorData(error) };
      }
    });
  }
}
