/** A host for the grader's tests: commands run in a real shell, with an `esxcli` that answers from a table. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { GradeTarget, HostProbe, Restart, Stop, TopologyProbe } from '../../../../labs/grader/index.ts';
import type { LoaderStep } from '../../../../labs/schema/index.ts';
import type { BankView } from '../../../../main/shared/contracts/banks.ts';

export interface FakeHostOptions {
  power?: HostProbe['power'];
  /** Whether a host that is starting comes up when it is waited for. */
  comesUp?: boolean;
  banks?: BankView[];
  /** XML bodies (inside `<root>`) by command; others fail as an unknown command. */
  esxcli?: Record<string, string>;
  disk?: Record<string, string>;
  rows?: string[];
  /** What is heard on any network. */
  frames?: { protocol: string; line: string }[];
  /** Called at each restart; a stop is a host that stands somewhere, throwing one of which nobody can tell. */
  onRestart?: (how: Restart, host: FakeHost) => Stop | undefined | Promise<Stop | undefined>;
  /** Instead of the shell. */
  exec?: HostProbe['exec'];
}

export class FakeHost implements HostProbe {
  readonly name: string;
  readonly folder: string;
  readonly log: string[] = [];
  readonly scripts: string[] = [];
  power: HostProbe['power'];
  readonly options: FakeHostOptions;

  private constructor(name: string, folder: string, options: FakeHostOptions) {
    this.name = name;
    this.folder = folder;
    this.options = options;
    this.power = options.power ?? 'ready';
  }

  static async create(name: string, options: FakeHostOptions = {}): Promise<FakeHost> {
    const folder = await mkdtemp(path.join(tmpdir(), 'bootbank-fake-'));
    const host = new FakeHost(name, folder, options);
    await mkdir(path.join(folder, 'bin'));
    await mkdir(path.join(folder, 'answers'));
    const script = `#!/bin/sh\necho "$*" >>${folder}/asked\nshift\nname=$(echo "$*" | tr ' /' '__')\nif [ -e "${folder}/answers/$name" ]; then cat "${folder}/answers/$name"; else echo "Error: Unknown command or namespace $*" >&2; exit 1; fi\n`;
    await writeFile(path.join(folder, 'bin/esxcli'), script);
    await chmod(path.join(folder, 'bin/esxcli'), 0o755);
    await host.answer(options.esxcli ?? {});
    return host;
  }

  async answer(answers: Record<string, string>): Promise<void> {
    for (const [command, body] of Object.entries(answers)) {
      const xml = `<?xml version="1.0" encoding="utf-8"?>\n<output xmlns="x">\n<root>\n${body}\n</root>\n</output>\n`;
      await writeFile(path.join(this.folder, 'answers', command.replace(/[ /]/g, '_')), xml);
    }
  }

  exec(command: string, limits: Parameters<HostProbe['exec']>[1]): ReturnType<HostProbe['exec']> {
    this.log.push('exec');
    this.scripts.push(command);
    if (this.options.exec) return this.options.exec(command, limits);
    const env = { ...process.env, PATH: `${this.folder}/bin:${process.env.PATH}`, ROOT: this.folder };
    return new Promise((resolve, reject) => {
      execFile(
        '/bin/sh',
        ['-c', command],
        { env, timeout: limits.timeoutMs, cwd: this.folder },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(new Error(`${this.name} did not answer in time`));
          else resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
        },
      );
    });
  }

  async readDiskFile(partition: number, file: string): Promise<Uint8Array | null> {
    this.log.push(`disk ${partition}:${file}`);
    const text = this.options.disk?.[`${partition}:${file}`];
    return text === undefined ? null : new TextEncoder().encode(text);
  }

  async banks(): Promise<BankView[]> {
    this.log.push('banks');
    return this.options.banks ?? [];
  }

  async savedFile(partition: number, file: string): Promise<Uint8Array | null> {
    this.log.push(`saved ${partition}:${file}`);
    const text = this.options.disk?.[`saved ${partition}:${file}`];
    return text === undefined ? null : new TextEncoder().encode(text);
  }

  async comesUp(): Promise<boolean> {
    this.log.push('comes up');
    if (this.options.comesUp) this.power = 'ready';
    return this.options.comesUp ?? false;
  }

  async screen() {
    return { rows: this.options.rows ?? [], cursor: { row: 0, column: 0 }, columns: 80, height: 25 };
  }

  async type(_console: string, keys: string): Promise<void> {
    this.log.push(`type ${keys}`);
  }

  async waitForText(_console: string, text: string) {
    this.log.push(`wait ${text}`);
    if (!this.options.rows?.some((row) => row.includes(text))) throw new Error('it did not appear');
    return this.screen();
  }

  async restart(
    how: Restart,
    _limits: unknown,
    boot: readonly LoaderStep[] = [],
    toServices = true,
  ): Promise<Stop | null> {
    this.log.push([how, ...boot.map((step) => step.keys ?? '')].join(' '));
    const stop = (await this.options.onRestart?.(how, this)) ?? null;
    this.power = toServices && stop === null ? 'ready' : 'starting';
    return stop;
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** For a test file: makes hosts, which go with their test. */
export function fakeHosts(): (options?: FakeHostOptions, name?: string) => Promise<FakeHost> {
  const hosts: FakeHost[] = [];
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.dispose()));
  });
  return async (options = {}, name = 'esx01') => {
    const host = await FakeHost.create(name, options);
    hosts.push(host);
    return host;
  };
}

/** Forks that are the same hosts again; counts them and how many are still open. */
export function fakeTarget(...hosts: FakeHost[]): GradeTarget & { forks: number; open: number } {
  const target = {
    forks: 0,
    open: 0,
    async fork(): Promise<TopologyProbe> {
      target.forks++;
      target.open++;
      return {
        hosts: new Map(hosts.map((host) => [host.name, host])),
        async setLinks(links) {
          for (const { host, nic, up } of links)
            hosts.find(({ name }) => name === host)?.log.push(`${nic} ${up === false ? 'pulled' : 'spoiled'}`);
        },
        listen: () => () => hosts[0]?.options.frames ?? [],
        async close() {
          target.open--;
        },
      };
    },
  };
  return target;
}
