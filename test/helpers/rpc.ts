import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ApiInput, ApiMethod, ApiOutput } from '../../main/shared/contracts/api.ts';
import { projectRoot } from './session.ts';

export class RpcError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(`${message} [${code}]`);
    this.code = code;
  }
}

/** The command line's `rpc` as another program would drive it: a child process and two pipes. */
export class RpcProcess {
  readonly child: ChildProcess;
  /** Lines on stdout that were no reply: there must never be one. */
  readonly strayLines: string[] = [];
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private nextId = 1;
  stderr = '';

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(process.execPath, [path.join(projectRoot, 'main/build/lab.mjs'), 'rpc'], {
      cwd: projectRoot,
      env,
      stdio: 'pipe',
    });
    this.child.stderr!.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.onLine(line));
    this.child.on('exit', (code) => {
      for (const { reject } of this.waiting.values())
        reject(new Error(`rpc ended with ${code}: ${this.stderr.slice(-500)}`));
    });
  }

  call<M extends ApiMethod>(method: M, params: ApiInput<M>): Promise<ApiOutput<M>> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  write(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** Closes stdin, as a program that is done does. @returns the exit status. */
  async end(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.stdin!.end();
    const [code] = await once(this.child, 'exit');
    return code as number | null;
  }

  private onLine(line: string): void {
    let reply: { id?: number; result?: unknown; error?: { message: string; data?: { code: string } } };
    try {
      reply = JSON.parse(line);
    } catch {
      this.strayLines.push(line);
      return;
    }
    const waiter = this.waiting.get(reply.id ?? -1);
    if (!waiter) return;
    this.waiting.delete(reply.id!);
    if (reply.error) waiter.reject(new RpcError(reply.error.message, reply.error.data?.code ?? ''));
    else waiter.resolve(reply.result);
  }
}

/** Shell words that end once something listens on the TCP port; 5 seconds at most. */
export function untilListening(port: number): string {
  const entry = `:${port.toString(16).toUpperCase().padStart(4, '0')} 0+:0000 0A`;
  return `i=0; until grep -Eq '${entry}' /proc/net/tcp /proc/net/tcp6 || [ $i -ge 50 ]; do sleep 0.1; i=$((i+1)); done`;
}

/** A host of its own behind `rpc`, with the few calls that guest tests are made of. */
export async function openHost(rpc: RpcProcess, request: ApiInput<'session.open'> = { image: 'esxi' }) {
  const { session, hosts } = await rpc.call('session.open', request);
  const host = hosts[0]!.name;
  const exec = (command: string, stdin?: string) =>
    rpc.call('host.exec', { session, host, command, ...(stdin === undefined ? {} : { stdin }) });
  return {
    session,
    host,
    exec,
    /** stdout of a command that must succeed. */
    async out(command: string): Promise<string> {
      const result = await exec(command);
      if (result.exitCode !== 0) throw new Error(`${command}: ${result.exitCode}: ${result.stderr}${result.stdout}`);
      return result.stdout;
    },
    async powerCycle(): Promise<void> {
      await rpc.call('host.power', { session, host, action: 'off' });
      await rpc.call('host.power', { session, host, action: 'on' });
      await rpc.call('host.wait', { session, host, state: 'ready', timeoutMs: 180_000 });
    },
    close: () => rpc.call('session.close', { session }),
  };
}
