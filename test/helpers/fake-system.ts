import type {
  Clock,
  KernelEffects,
  LogPriority,
  Processes,
  ProcessInfo,
  RunOptions,
  RunResult,
  System,
} from '../../vm-images/userland/model/system.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeNetwork } from './fake-network.ts';

export class FakeProcesses implements Processes {
  /** Command lines that were run or started. */
  readonly ran: string[] = [];
  readonly killed: [pid: number, signal: number][] = [];
  readonly alive = new Set<number>([1]);
  processes: ProcessInfo[] = [];
  /** By prefix of the command line; others end well without output. */
  readonly results = new Map<string, Partial<RunResult>>();
  private nextPid = 1000;

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const line = argv.join(' ');
    this.ran.push(line);
    const found = [...this.results].find(([prefix]) => line.startsWith(prefix))?.[1];
    const result = { exitCode: 0, signal: null, stdout: '', stderr: '', ...found };
    if (options.onStdout !== undefined) options.onStdout(new TextEncoder().encode(result.stdout));
    return result;
  }

  start(argv: readonly string[]): number {
    this.ran.push(argv.join(' '));
    const pid = this.nextPid++;
    this.alive.add(pid);
    return pid;
  }

  kill(pid: number, signal: number): void {
    this.killed.push([pid, signal]);
  }

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }

  list(): ProcessInfo[] {
    return this.processes;
  }
}

/** A clock that moves when told: `sleep` ends at once and moves it. */
export class FakeClock implements Clock {
  now = Date.UTC(2014, 5, 7, 10, 11, 12);
  up = 90_000;
  nowMs(): number {
    return this.now;
  }
  setNowMs(value: number): void {
    this.now = value;
  }
  monotonicMs(): number {
    return this.up;
  }
  uptimeMs(): number {
    return this.up;
  }
  async sleep(ms: number): Promise<void> {
    this.now += ms;
    this.up += ms;
  }
}

/** Everything hostd and its commands do to the machine, in memory and open to the test. */
export class FakeSystem implements System {
  readonly clock = new FakeClock();
  readonly files: FakeFiles;
  readonly processes = new FakeProcesses();
  readonly network: FakeNetwork;
  readonly kernel: KernelEffects;
  readonly logged: { ident: string; priority: LogPriority; message: string }[] = [];
  readonly power: ('reboot' | 'poweroff')[] = [];
  hostName = '';

  constructor(content: Readonly<Record<string, string>> = {}) {
    this.files = new FakeFiles({ '/var/run/.keep': '', '/etc/vmware/.keep': '', '/etc/hosts': '', ...content });
    const sysctls = new Map<string, string>();
    this.network = new FakeNetwork(sysctls);
    this.kernel = {
      setHostName: (name) => {
        this.hostName = name;
      },
      sysctl: (name) => sysctls.get(name) ?? null,
      setSysctl: (name, value) => {
        sysctls.set(name, value);
      },
      power: (action) => {
        this.power.push(action);
      },
    };
  }

  log(ident: string, priority: LogPriority, message: string): void {
    this.logged.push({ ident, priority, message });
  }
}
