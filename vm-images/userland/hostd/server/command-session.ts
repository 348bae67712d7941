import * as native from 'native';
import * as os from 'os';
import { CancelSource, type CommandContext, type Terminal } from '../../commands/framework/context.ts';
import { runProgram } from '../../commands/framework/run.ts';
import type { CommandTree } from '../../commands/framework/tree.ts';
import type { Host } from '../../model/host.ts';
import type { System } from '../../model/system.ts';
import { toBuffer } from '../system/files.ts';
import { Connection } from './connection.ts';
import { type ClientStart, FrameReader, parseStart, serializeFrame } from './frames.ts';

const PROTOCOL_ERROR = 125;

export interface CommandServices {
  tree: CommandTree;
  host: Host;
  system: System;
}

/** One bbclient: starts its program when the `A` frame is there, relays until it ends. */
export class CommandSession {
  private readonly services: CommandServices;
  private readonly connection: Connection;
  private readonly reader = new FrameReader();
  private readonly cancel = new CancelSource();
  private readonly input = new InputQueue();
  private readonly resizeListeners = new Set<() => void>();
  private start: ClientStart | null = null;
  private inputAsked = false;

  constructor(fd: number, services: CommandServices) {
    this.services = services;
    this.connection = new Connection(
      fd,
      (chunk) => this.receive(chunk),
      () => {
        this.input.end();
        this.cancel.cancel();
      },
    );
  }

  private receive(chunk: Uint8Array): void {
    let frames: ReturnType<FrameReader['push']>;
    try {
      frames = this.reader.push(chunk);
    } catch {
      this.connection.close();
      return;
    }
    for (const { type, payload } of frames) {
      if (type === 'A' && this.start === null) this.begin(payload);
      else if (type === 'I') {
        if (payload.length === 0) this.input.end();
        else this.input.push(payload);
      } else if (type === 'W' && this.start !== null && payload.length >= 4) {
        this.start.rows = payload[0]! | (payload[1]! << 8);
        this.start.columns = payload[2]! | (payload[3]! << 8);
        for (const listener of this.resizeListeners) listener();
      } else if (type === 'S') this.cancel.cancel();
    }
  }

  private begin(payload: Uint8Array): void {
    const start = parseStart(native.utf8Decode(toBuffer(payload)));
    if (start === null) {
      this.send('E', encode('hostd: the client speaks another protocol\n'));
      this.exit(PROTOCOL_ERROR);
      return;
    }
    this.start = start;
    void this.run(start);
  }

  private async run(start: ClientStart): Promise<void> {
    const ctx = this.context(start);
    let status: number;
    try {
      status = await runProgram(this.services.tree, ctx, start.argv.slice(1));
    } catch (error) {
      this.services.system.log('hostd', 'err', `${ctx.name}: ${error instanceof Error ? error.stack : String(error)}`);
      status = 1;
    }
    this.exit(status);
  }

  private context(start: ClientStart): CommandContext {
    const { host, system } = this.services;
    return {
      host,
      system,
      name: start.argv[0] ?? '',
      cwd: start.cwd,
      env: start.env,
      via: 'hostd',
      signal: this.cancel.signal,
      tty: this.terminal(start),
      stdin: () => {
        this.askInput();
        return this.input.all();
      },
      out: (text) => this.send('O', encode(text)),
      err: (text) => this.send('E', encode(text)),
    };
  }

  private terminal(start: ClientStart): Terminal {
    const session = this;
    return {
      stdinIsTty: start.stdinIsTty,
      isTty: start.stdoutIsTty,
      get rows() {
        return start.rows;
      },
      get columns() {
        return start.columns;
      },
      raw(on) {
        void session.send('r', new Uint8Array([on ? 1 : 0]));
      },
      read(timeoutMs) {
        session.askInput();
        return session.input.next(timeoutMs);
      },
      onResize(listener) {
        session.resizeListeners.add(listener);
        return () => session.resizeListeners.delete(listener);
      },
    };
  }

  private askInput(): void {
    if (this.inputAsked) return;
    this.inputAsked = true;
    void this.send('i', new Uint8Array(0));
  }

  private send(type: string, payload: Uint8Array): Promise<void> {
    return this.connection.write(serializeFrame(type, payload));
  }

  private exit(status: number): void {
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, status & 0xff, true);
    void this.send('X', payload);
    this.connection.end();
  }
}

function encode(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new Uint8Array(native.utf8Encode(text)) : text;
}

/** Bytes from the client, taken by whoever asks first. */
class InputQueue {
  private readonly chunks: Uint8Array[] = [];
  private ended = false;
  private waiter: (() => void) | null = null;

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  /** Empty at the end of input, null when `timeoutMs` passed. */
  async next(timeoutMs?: number): Promise<Uint8Array | null> {
    if (this.chunks.length === 0 && !this.ended) await this.wait(timeoutMs);
    const chunk = this.chunks.shift();
    if (chunk !== undefined) return chunk;
    return this.ended ? new Uint8Array(0) : null;
  }

  async all(): Promise<Uint8Array> {
    while (!this.ended) await this.wait();
    const chunks = this.chunks.splice(0);
    const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }

  private wait(timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? null : os.setTimeout(() => this.wake(), timeoutMs);
      this.waiter = () => {
        if (timer !== null) os.clearTimeout(timer);
        resolve();
      };
    });
  }

  private wake(): void {
    const waiter = this.waiter;
    this.waiter = null;
    waiter?.();
  }
}
