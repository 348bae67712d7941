import type { Answer } from './contracts/bridge.ts';
import type { DoorAnswer, DoorEvent, DoorMessage } from './contracts/door.ts';
import { Emitter, type Event } from './emitter.ts';

/** The part of a MessagePort that the client needs; a browser's port and a WebSocket wrapper both fit. */
export interface ClientPort {
  postMessage(message: DoorMessage): void;
  close(): void;
}

/**
 * The window's end of the door. It outlives its port: when the service is restarted it gets a new one, what was open is
 * answered with `app.service-stopped`, and what is asked meanwhile waits for the new port.
 */
export class DoorClient {
  private port: ClientPort | null = null;
  private readonly open = new Map<number, (answer: Answer<unknown>) => void>();
  private waiting: DoorMessage[] = [];
  private readonly events = new Emitter<{ name: string; data: unknown }>();
  readonly onEvent: Event<{ name: string; data: unknown }> = this.events.event;

  attach(port: ClientPort): void {
    this.detach();
    this.port = port;
    for (const message of this.waiting.splice(0)) port.postMessage(message);
  }

  /** The service is gone: whatever it had not answered, it never will. */
  detach(): void {
    this.port?.close();
    if (this.port !== null) this.failOpen();
    this.port = null;
  }

  call(id: number, method: string, input: unknown): Promise<Answer<unknown>> {
    return new Promise((resolve) => {
      this.open.set(id, resolve);
      this.send({ id, method, input });
    });
  }

  cancel(id: number): void {
    this.waiting = this.waiting.filter((message) => 'cancel' in message || message.id !== id);
    if (this.open.has(id)) this.send({ cancel: id });
  }

  receive(message: DoorAnswer | DoorEvent): void {
    if ('event' in message) this.events.fire({ name: message.event, data: message.data });
    else this.settle(message.id, message.ok ? { ok: true, value: message.value } : { ok: false, error: message.error });
  }

  private send(message: DoorMessage): void {
    if (this.port === null) this.waiting.push(message);
    else this.port.postMessage(message);
  }

  private settle(id: number, answer: Answer<unknown>): void {
    this.open.get(id)?.(answer);
    this.open.delete(id);
  }

  private failOpen(): void {
    const error = {
      code: 'app.service-stopped',
      message: 'The session service stopped before it answered.',
      details: {},
    };
    for (const id of [...this.open.keys()]) this.settle(id, { ok: false, error });
    this.waiting = [];
  }
}
