import type { Limits, Restart, Stop } from '../../labs/grader/index.ts';
import type { LoaderStep } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';
import { waitForText } from '../vm/console-wait.ts';
import { linkedController } from './abort.ts';
import type { LabHost } from './host.ts';

const POLL_MS = 200;
/** Longer than a screen of a host that is starting stays as it is: somebody waits for the answer, and can ask again. */
const GLANCE_STANDSTILL_MS = 6_000;
/** Longer than any such screen stays on a busy computer: what comes of it counts. */
const RESTART_STANDSTILL_MS = 20_000;

/** Waits for a host that is starting, as long as its screen changes: one whose screen stands still has stopped somewhere. */
export async function comesUp(host: LabHost, limits: Limits): Promise<boolean> {
  const deadline = Date.now() + limits.timeoutMs;
  const ended = () => host.state !== 'starting' || Date.now() >= deadline;
  await standstill(host, GLANCE_STANDSTILL_MS, ended, limits.signal);
  return host.state === 'ready';
}

/** Restarts a host, types on its way up, and tells where it stopped if it did not get there. */
export async function restartAndWatch(
  host: LabHost,
  how: Restart,
  { boot, toServices, limits }: { boot: readonly LoaderStep[]; toServices: boolean; limits: Limits },
): Promise<Stop | null> {
  const over = linkedController(limits.signal);
  let missed: string | null = null;
  const typeOnTheWay = async () => {
    void giveUpWhenItStands(host, over, limits.timeoutMs);
    for (const step of boot) {
      const console = host.machine.console(step.console);
      missed = step.wait;
      await waitForText(console, step.wait, step.timeoutSeconds * 1000, over.signal);
      if (step.keys !== undefined) await console.type(step.keys);
    }
    missed = null;
  };
  try {
    await host.restart(how, { signal: over.signal, toServices, onTheWay: typeOnTheWay });
    return null;
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (!over.signal.aborted && !(error instanceof LabError && /^(?:console|vm)\.wait-/.test(error.code))) throw error;
    return { missed, rows: host.machine.console('vga').screen().rows };
  } finally {
    over.abort();
  }
}

async function giveUpWhenItStands(host: LabHost, over: AbortController, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const ended = () => over.signal.aborted || Date.now() >= deadline;
  await standstill(host, RESTART_STANDSTILL_MS, ended, over.signal).catch(() => undefined);
  over.abort();
}

/** Resolves once the VGA screen has not changed for `ms`, or `ended`. */
async function standstill(
  host: LabHost,
  ms: number,
  ended: () => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const screen = host.machine.console('vga');
  let before = '';
  let since = Date.now();
  while (!ended() && Date.now() - since < ms) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    signal?.throwIfAborted();
    const now = screen.screen().rows.join('\n');
    if (now === before) continue;
    before = now;
    since = Date.now();
  }
}
