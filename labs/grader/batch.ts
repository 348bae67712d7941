/**
 * Many commands in one round trip: a script that runs each in a subshell and marks where its output begins and ends. The
 * mark has a random word in it, so that no output is mistaken for one.
 */
import type { Random } from '../schema/index.ts';
import type { ExecOutcome, HostProbe, Limits } from './probe.ts';

export interface BatchCommand {
  readonly command: string;
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
}

export type BatchOutcome = ExecOutcome | { readonly failed: string };

/** What a batch may take when none of its commands hangs, on a desktop that is busy with other things. */
const batchTimeoutMs = (commands: number): number => 20_000 + 2_000 * commands;

/**
 * Runs the commands in order on one host.
 *
 * A batch that does not come back in time is asked again command by command, each with its own deadline, so that one
 * command that hangs costs only its own check.
 */
export async function runBatch(
  host: HostProbe,
  commands: readonly BatchCommand[],
  limits: { signal: AbortSignal | undefined },
  random: Random,
): Promise<BatchOutcome[]> {
  if (commands.length === 0) return [];
  const mark = `=${Array.from({ length: 4 }, () => random.below(0x10000).toString(16).padStart(4, '0')).join('')}`;
  const timeoutMs = Math.max(batchTimeoutMs(commands.length), ...commands.map((command) => command.timeoutMs));
  try {
    const outcome = await host.exec(batchScript(commands, mark), { timeoutMs, signal: limits.signal });
    const outcomes = splitOutput(outcome.stdout, mark, commands.length);
    if (outcomes.every((item) => item !== null)) return outcomes as ExecOutcome[];
    return await Promise.all(outcomes.map((item, index) => item ?? runAlone(host, commands[index]!, limits.signal)));
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (commands.length === 1) return [{ failed: reason(error) }];
    const alone: BatchOutcome[] = [];
    for (const command of commands) alone.push(await runAlone(host, command, limits.signal));
    return alone;
  }
}

async function runAlone(
  host: HostProbe,
  command: BatchCommand,
  signal: AbortSignal | undefined,
): Promise<BatchOutcome> {
  const limits: Limits = { timeoutMs: command.timeoutMs, signal };
  try {
    return await host.exec(piped(command), limits);
  } catch (error) {
    signal?.throwIfAborted();
    return { failed: reason(error) };
  }
}

function batchScript(commands: readonly BatchCommand[], mark: string): string {
  const errors = `/tmp/.${mark.slice(1)}`;
  const parts = commands.map((command, index) =>
    [
      `( ${piped(command)} ) 2>${errors}${command.stdin === undefined ? ' </dev/null' : ''}`,
      `printf '\\n%s %d %d\\n' ${quote(mark)} ${index} $?`,
      `cat ${errors}`,
      `printf '\\n%s %d e\\n' ${quote(mark)} ${index}`,
    ].join('\n'),
  );
  return `${parts.join('\n')}\nrm -f ${errors}`;
}

/** `eval` in the subshell: a command with a syntax error breaks only itself. */
function piped(command: BatchCommand): string {
  const run = `eval ${quote(command.command)}`;
  return command.stdin === undefined ? run : `printf '%s' ${quote(command.stdin)} | ( ${run} )`;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function splitOutput(output: string, mark: string, count: number): (ExecOutcome | null)[] {
  const outcomes: (ExecOutcome | null)[] = [];
  let rest = output;
  for (let index = 0; index < count; index++) {
    const ended = new RegExp(`\\n${mark} ${index} (\\d+)\\n`).exec(rest);
    const errors = ended && `\n${mark} ${index} e\n`;
    const start = ended ? ended.index + ended[0].length : 0;
    const until = errors ? rest.indexOf(errors, start) : -1;
    if (!ended || !errors || until < 0) {
      outcomes.push(null);
      continue;
    }
    outcomes.push({
      exitCode: Number(ended[1]),
      stdout: rest.slice(0, ended.index),
      stderr: rest.slice(start, Math.max(start, until)),
    });
    rest = rest.slice(until + errors.length);
  }
  return outcomes;
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
