import { createHash } from 'node:crypto';
import type { CommandResult, HostClient, LinkView } from '../../../../../vm-images/userland/dcui/host/types.ts';

/** A host in memory: files, command answers by prefix, addresses that answer. */
export class FakeHost implements HostClient {
  readonly files = new Map<string, string>();
  readonly ran: string[] = [];
  readonly logged: string[] = [];
  readonly answers = new Map<string, Partial<CommandResult>>();
  readonly programs = new Map<string, Partial<CommandResult>>();
  readonly links = new Map<string, LinkView>();
  readonly alive = new Set<string>();
  readonly names = new Map<string, string[]>();
  servers = new Set<string>();

  async run(...argv: string[]): Promise<CommandResult> {
    const line = argv.join(' ');
    this.ran.push(line);
    const found = [...this.answers].find(([prefix]) => line.startsWith(prefix))?.[1];
    return { status: 0, stdout: '', stderr: '', ...found };
  }

  ask(...argv: string[]): Promise<CommandResult> {
    return this.run(...argv);
  }

  async exec(argv: string[]): Promise<CommandResult | null> {
    this.ran.push(argv.join(' '));
    const found = this.programs.get(argv.join(' '));
    return found === undefined ? null : { status: 0, stdout: '', stderr: '', ...found };
  }

  readText(path: string): string | null {
    return this.files.get(path) ?? null;
  }

  stamp(path: string): string | null {
    return this.files.get(path) ?? null;
  }

  readTail(path: string, bytes: number): string | null {
    return this.files.get(path)?.slice(-bytes) ?? null;
  }

  replaceFile(path: string, text: string): void {
    this.files.set(path, text);
  }

  /** Not crypt(3), but with its property: the same password and salt give the same hash, which begins with the salt. */
  async pause(): Promise<void> {}

  crypt(password: string, salt: string): string {
    const head = /^\$6\$[^$]*\$/.exec(salt)?.[0] ?? salt;
    return `${head}${createHash('sha256').update(`${head}${password}`).digest('hex')}`;
  }

  sha1(bytes: Uint8Array): string {
    return createHash('sha1').update(bytes).digest('hex');
  }

  link(name: string): LinkView | null {
    return this.links.get(name) ?? null;
  }

  async ping(address: string): Promise<boolean> {
    return this.alive.has(address);
  }

  async lookUp(name: string, server: string): Promise<string[] | null> {
    return this.servers.has(server) ? (this.names.get(name) ?? []) : null;
  }

  log(_priority: string, facility: string, text: string): void {
    this.logged.push(`${facility}: ${text}`);
  }
}
