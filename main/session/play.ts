import { type PlayHost, playSolution as playOnHosts } from '../../labs/engine/index.ts';
import type { Solution } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';
import { waitForText } from '../vm/console-wait.ts';
import type { LabHost } from './host.ts';
import type { LabSession } from './session.ts';

const SCRIPT_TIMEOUT_MS = 300_000;
const RESTART_TIMEOUT_MS = 240_000;
const LEAVING_MS = 30_000;
const POLL_MS = 100;
/** `reboot`, `poweroff`, `halt`, `esxcli system shutdown …`. */
const ENDS_THE_HOST = /(^|[\s;&|])(reboot|poweroff|halt|shutdown)(\s|;|$)/;

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

/**
 * Runs the lines one after another. A command that fails is told and does not stop the rest, as for somebody typing; after
 * one that restarts the host, the next waits until its services are up.
 */
export async function playScript(
  session: LabSession,
  lines: readonly ScriptLine[],
  say: (text: string) => void,
): Promise<void> {
  for (const { host: name, command, line } of lines) {
    const host = session.host(name);
    if (host.state === 'starting') await host.hurry(RESTART_TIMEOUT_MS);
    const result = await host.machine.guest.exec({ command, timeoutMs: SCRIPT_TIMEOUT_MS });
    if (result.exitCode !== 0) say(`line ${line}: ${command}: exit status ${result.exitCode}${tail(result.stderr)}`);
    else if (ENDS_THE_HOST.test(command)) await leaves(host);
  }
}

/** Waits until a host that was told to go down does so. */
async function leaves(host: LabHost): Promise<void> {
  for (let waitedMs = 0; host.state === 'ready' && waitedMs < LEAVING_MS; waitedMs += POLL_MS)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Plays a solution. @throws LabError `lab.solution-failed` when a script does. */
export function playSolution(session: LabSession, solution: Solution): Promise<void> {
  return playOnHosts(solution, (name) => playHost(session.host(name)));
}

function playHost(host: LabHost): PlayHost {
  return {
    async run(command) {
      const result = await host.machine.guest.exec({ command, timeoutMs: SCRIPT_TIMEOUT_MS });
      if (result.exitCode === 0) return;
      const message = `the solution of ${host.name} ended with ${result.exitCode}${tail(result.stderr)}`;
      throw new LabError('lab.solution-failed', message);
    },
    power: (action) => host.power(action),
    waitForText: (console, text, timeoutMs) => waitForText(host.machine.console(console), text, timeoutMs),
    type: (console, keys) => host.machine.console(console).type(keys),
    waitFor: (state, timeoutMs) => (state === 'ready' ? host.hurry(timeoutMs) : host.waitFor(state, timeoutMs)),
  };
}

function tail(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8').trim();
  return text === '' ? '' : `: ${text.slice(-400)}`;
}
