import { CancelSource, type CommandContext } from '../../vm-images/userland/commands/framework/context.ts';
import { runProgram } from '../../vm-images/userland/commands/framework/run.ts';
import type { CommandTree } from '../../vm-images/userland/commands/framework/tree.ts';
import { createCommandTree } from '../../vm-images/userland/commands/index.ts';
import { HostService } from '../../vm-images/userland/hostd/host-service.ts';
import { freshConfig } from '../../vm-images/userland/model/defaults.ts';
import { FakeSystem } from './fake-system.ts';

export interface CommandOutcome {
  status: number;
  stdout: string;
  stderr: string;
}

/** A fresh host with two adapters on a fake system, and a shell to type commands into. */
export class CommandBench {
  readonly system: FakeSystem;
  readonly host: HostService;
  readonly tree: CommandTree;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.system = new FakeSystem(files);
    this.tree = createCommandTree();
    this.host = new HostService({
      system: this.system,
      fallback: () =>
        freshConfig({
          systemUuid: '4ff35a91-ab62-fc60-8199-005056000011',
          nics: [
            { name: 'vmnic0', mac: '00:50:56:00:00:11' },
            { name: 'vmnic1', mac: '00:50:56:00:00:12' },
          ],
        }),
    });
  }

  /** Applied to the fake system, as hostd does when it starts. */
  static async booted(files: Readonly<Record<string, string>> = {}): Promise<CommandBench> {
    const bench = new CommandBench(files);
    await bench.host.reapply();
    return bench;
  }

  /** One command line; words with blanks in single or double quotes. */
  async run(line: string, input = ''): Promise<CommandOutcome> {
    const [name = '', ...argv] = words(line);
    const outcome: CommandOutcome = { status: 0, stdout: '', stderr: '' };
    const text = (data: string | Uint8Array): string =>
      typeof data === 'string' ? data : new TextDecoder().decode(data);
    const context: CommandContext = {
      host: this.host,
      system: this.system,
      name,
      cwd: '/',
      env: {},
      via: 'hostd',
      signal: new CancelSource().signal,
      tty: {
        stdinIsTty: false,
        isTty: false,
        rows: 24,
        columns: 80,
        raw: () => undefined,
        read: async () => new Uint8Array(0),
        onResize: () => () => undefined,
      },
      stdin: async () => new TextEncoder().encode(input),
      out: async (data) => {
        outcome.stdout += text(data);
      },
      err: async (data) => {
        outcome.stderr += text(data);
      },
    };
    outcome.status = await runProgram(this.tree, context, argv);
    return outcome;
  }

  /** The output of a command that must end well. */
  async ok(line: string): Promise<string> {
    const outcome = await this.run(line);
    if (outcome.status !== 0) throw new Error(`${line}: status ${outcome.status}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  /** The message of a command that must be refused. */
  async refused(line: string): Promise<string> {
    const outcome = await this.run(line);
    if (outcome.status === 0) throw new Error(`${line}: was not refused: ${outcome.stdout}`);
    return outcome.stderr;
  }
}

export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));
}
