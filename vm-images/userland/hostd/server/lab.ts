import * as native from 'native';
import type { System } from '../../model/system.ts';
import type { HostService } from '../host-service.ts';
import { createLabMethods, type LabMethods } from '../lab-methods.ts';
import { Connection } from './connection.ts';

/** The agent's door: newline-delimited JSON `{id, method, params}` → `{id, result}` or `{id, error: {code, message}}`. */
export class LabSession {
  private readonly connection: Connection;
  private readonly methods: LabMethods;
  private text = '';

  constructor(fd: number, host: HostService, system: System) {
    this.methods = createLabMethods(host, system);
    this.connection = new Connection(
      fd,
      (chunk) => this.receive(chunk),
      () => undefined,
    );
  }

  private receive(chunk: Uint8Array): void {
    this.text += native.utf8Decode(chunk.slice().buffer as ArrayBuffer);
    for (;;) {
      const end = this.text.indexOf('\n');
      if (end < 0) return;
      const line = this.text.slice(0, end);
      this.text = this.text.slice(end + 1);
      if (line.trim() !== '') void this.answer(line);
    }
  }

  private async answer(line: string): Promise<void> {
    let id: unknown = null;
    let reply: object;
    try {
      const request = JSON.parse(line) as { id?: unknown; method?: unknown; params?: unknown };
      id = request.id ?? null;
      const name = String(request.method);
      const method = Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
      if (method === undefined) reply = { id, error: { code: 'guest.unknown-method', message: `no method ${name}` } };
      else reply = { id, result: (await method((request.params ?? {}) as Record<string, unknown>)) ?? {} };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reply = { id, error: { code: 'guest.host-agent', message } };
    }
    await this.connection.write(new Uint8Array(native.utf8Encode(`${JSON.stringify(reply)}\n`)));
  }
}
