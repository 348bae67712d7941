import type { Solution } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';
import { waitForText } from '../vm/console-wait.ts';
import type { LabSession } from './session.ts';

const SCRIPT_TIMEOUT_MS = 300_000;

/** One line of a script for the grader: what to run, and where. */
export interface ScriptLine {
  host: string;
  command: string;
  line: number;
}

/**
 * Reads lines of the form `host: command`; a bare line goes to the first host. Blank lines and `#` comments are passed over.
 *
 * @throws LabError `script.unknown-host` with the line's number.
 */
export function parseScript(text: string, hosts: readonly string[]): ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const named = /^([a-z][a-z0-9-]*):\s+(.+)$/.exec(trimmed);
    if (named && !hosts.includes(named[1]!)) {
      throw new LabError(
        'script.unknown-host',
        `line ${index + 1}: no host ${JSON.stringify(named[1])}; there are ${hosts.join(', ')}`,
      );
    }
    lines.push({ host: named?.[1] ?? hosts[0]!, command: named?.[2] ?? trimmed, line: index + 1 });
  }
  return lines;
}

/** Runs the lines one after another. A command that fails is told and does not stop the rest, as for somebody typing. */
export async function playScript(
  session: LabSession,
  lines: readonly ScriptLine[],
  say: (text: string) => void,
): Promise<void> {
  for (const { host, command, line } of lines) {
    const result = await session.host(host).machine.guest.exec({ command, timeoutMs: SCRIPT_TIMEOUT_MS });
    if (result.exitCode !== 0) {
      say(`line ${line}: ${command}: exit status ${result.exitCode}${tail(result.stderr)}`);
    }
  }
}

/** Plays a solution: the script of each host, then the key strokes. @throws LabError `lab.solution-failed` */
export async function playSolution(session: LabSession, solution: Solution): Promise<void> {
  for (const [host, script] of Object.entries(solution.scripts)) {
    const result = await session.host(host).machine.guest.exec({ command: script, timeoutMs: SCRIPT_TIMEOUT_MS });
    if (result.exitCode !== 0) {
      throw new LabError(
        'lab.solution-failed',
        `the solution of ${host} ended with ${result.exitCode}${tail(result.stderr)}`,
      );
    }
  }
  for (const step of solution.console) {
    const console = session.host(step.host).machine.console(step.console);
    if (step.wait !== undefined) await waitForText(console, step.wait, step.timeoutSeconds * 1000);
    if (step.keys !== undefined) await console.type(step.keys);
  }
}

function tail(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8').trim();
  return text === '' ? '' : `: ${text.slice(-400)}`;
}
