import type { Service } from '../session/service.ts';
import type { ConsoleKind } from '../shared/contracts/console.ts';
import { ConsoleView } from './console-view.ts';
import { borrowTerminal, LEAVE_KEY_NAME } from './raw-terminal.ts';
import { keysFromTerminal } from './terminal-keys.ts';

/**
 * Shows a console of a host in this terminal and gives it the keys until Ctrl+] is pressed. The host may be off, stand in
 * its boot loader and be restarted meanwhile.
 *
 * @throws LabError `host.unknown`
 */
export async function showConsole(
  service: Service,
  session: string,
  host: string,
  console: ConsoleKind,
): Promise<void> {
  const at = { session, host, console };
  // Before the terminal is taken: an unknown host is told on a screen that can be read.
  const first = await service.call('console.watch', { ...at, on: true });
  let events = { dispose: (): void => {} };
  let view: ConsoleView | undefined;
  try {
    await borrowTerminal((terminal, end) => {
      const shown = new ConsoleView(terminal);
      view = shown;
      shown.replace(first.columns, first.rows, first.ansi);
      const caption = async (): Promise<void> => {
        const { hosts } = await service.call('session.view', { session });
        const state = hosts.find(({ name }) => name === host)?.state ?? 'off';
        shown.say(captionOf(host, console, state));
      };
      const again = async (): Promise<void> => {
        const now = await service.call('console.watch', { ...at, on: true });
        shown.replace(now.columns, now.rows, now.ansi);
        await caption();
      };
      events = service.onEvent((event) => {
        if (event.name === 'host.state' && event.data.host === host) again().catch(end);
        if (event.name !== 'console.output' || event.data.host !== host || event.data.console !== console) return;
        shown.add(event.data.columns, event.data.rows, event.data.ansi);
      });
      caption().catch(end);
      return {
        onInput: (data) => void press(service, at, data).catch((error: Error) => shown.say(` ${error.message}`)),
        onResize: () => shown.redraw(),
      };
    });
  } finally {
    events.dispose();
    view?.close();
    await service.call('console.watch', { ...at, on: false });
  }
}

async function press(
  service: Service,
  at: { session: string; host: string; console: ConsoleKind },
  data: string,
): Promise<void> {
  if (at.console === 'serial') await service.call('console.input', { ...at, data });
  else await service.call('console.type', { ...at, keys: keysFromTerminal(data) });
}

function captionOf(host: string, console: ConsoleKind, state: string): string {
  const name = console === 'serial' ? 'Serial console' : 'Console';
  return ` ${name} of ${host}, ${state}   ${LEAVE_KEY_NAME} comes back`;
}
