import { waitForText } from './console-wait.ts';
import type { Machine } from './types.ts';

/** The line of the loader's countdown that offers to boot at once. */
const OFFER = '<ENTER: Boot>';

/**
 * Presses ENTER at the loader's countdown, as somebody in a hurry at the console would. For starts that nobody watches; a
 * machine that never gets there is left alone.
 */
export async function skipCountdown(machine: Machine, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const screen = machine.console('vga');
  try {
    await waitForText(screen, OFFER, timeoutMs, signal);
    await screen.type('<Enter>');
  } catch {
    // Whoever waits for the host itself hears what became of it.
  }
}
