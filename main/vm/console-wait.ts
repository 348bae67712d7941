import type { ScreenView } from '../shared/contracts/console.ts';
import { LabError } from '../shared/errors.ts';
import type { MachineConsole } from './types.ts';

/**
 * Resolves with the screen once it shows `text`, in one row or joined over the rows' ends.
 *
 * @throws LabError `console.wait-timeout` with what the screen showed instead; `console.aborted`.
 */
export function waitForText(
  console: MachineConsole,
  text: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ScreenView> {
  const seen = (): ScreenView | undefined => {
    const view = console.screen();
    return view.rows.some((row) => row.includes(text)) || view.rows.join('').includes(text) ? view : undefined;
  };
  return new Promise((resolve, reject) => {
    const already = seen();
    if (already) {
      resolve(already);
      return;
    }
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      subscription.dispose();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void =>
      finish(() => reject(new LabError('console.aborted', 'stopped waiting for the console')));
    const timer = setTimeout(() => {
      const rows = console.screen().rows.filter((row) => row !== '');
      const message = `the console did not show ${JSON.stringify(text)} within ${timeoutMs} ms`;
      finish(() => reject(new LabError('console.wait-timeout', message, { details: { rows } })));
    }, timeoutMs);
    const subscription = console.onOutput(() => {
      const view = seen();
      if (view) finish(() => resolve(view));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
