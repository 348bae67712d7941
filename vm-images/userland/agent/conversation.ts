import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import type {
  AnnounceMessage,
  CallMessage,
  GuestError,
  HelloMessage,
  HostStateMessage,
  OpenMessage,
  ResultMessage,
} from '../../../main/shared/contracts/guest.ts';
import { frameType, type GuestFrame, PayloadJoiner } from '../../../main/shared/contracts/guest-frames.ts';
import { type Channel, messageOf, Outlet } from './channel.ts';
import { Children } from './children.ts';
import { DialError, TcpChannel, UdpChannel } from './dial.ts';
import { ExecChannel } from './exec.ts';
import { listFiles, ReadChannel, WriteChannel } from './files.ts';
import { NotReady, spawnInHost } from './host-root.ts';
import { HostService, watchReadiness } from './host-service.ts';
import { Port } from './port.ts';
import { ShellChannel } from './shell.ts';

const PROTOCOL = 1;
const RNDRESEEDCRNG = 0x5207;

/** The agent's part of the talk with one desktop after another: a `hello` ends what came before it. */
export class Conversation {
  private readonly port: Port;
  private readonly children = new Children();
  private readonly service = new HostService();
  private readonly joiner = new PayloadJoiner();
  private channels = new Map<number, { channel: Channel | null; outlet: Outlet }>();
  private ready = false;

  constructor(path: string) {
    this.port = new Port(
      path,
      (frame) => this.receiveSafely(frame),
      () => this.resumeAll(),
    );
    this.port.sendJson(frameType.announce, 0, { protocol: PROTOCOL } satisfies AnnounceMessage);
    watchReadiness(this.service, () => {
      this.ready = true;
      if (this.port.conversation !== 0) this.port.sendJson(frameType.event, 0, this.state());
    });
  }

  /** Something threw where nobody waits for an answer: the desktop is told, the agent goes on. */
  report(error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? '').trim() : '';
    const problem = `the agent caught an error: ${messageOf(error)} ${stack}`;
    std.err.puts(`${problem}\n`);
    if (this.port.conversation !== 0) this.port.sendJson(frameType.event, 0, { ...this.state(), problem });
  }

  private state(): HostStateMessage {
    return { ready: this.ready, agent: String(PROTOCOL) };
  }

  /** One bad frame, or one channel in trouble, must not take the others with it. */
  private receiveSafely(frame: GuestFrame): void {
    try {
      this.receive(frame);
    } catch (error) {
      this.report(error);
      this.channels.get(frame.channel)?.outlet.close({ error: errorOf(error) });
    }
  }

  private receive(frame: GuestFrame): void {
    if (frame.type === frameType.hello) {
      this.hello(frame.conversation, json<HelloMessage>(frame.payload));
      return;
    }
    if (frame.conversation !== this.port.conversation) return;
    if (frame.type === frameType.open || frame.type === frameType.call) {
      const payload = this.joiner.join(frame);
      if (!payload) return;
      if (frame.type === frameType.open) this.open(frame.channel, json<OpenMessage>(payload));
      else this.call(frame.channel, json<CallMessage>(payload));
      return;
    }
    const entry = this.channels.get(frame.channel);
    if (!entry?.channel) return;
    const { channel, outlet } = entry;
    switch (frame.type) {
      case frameType.data:
        channel.data(frame.payload, frame.continues);
        return;
      case frameType.end:
        channel.end();
        return;
      case frameType.credit:
        outlet.credit += view(frame.payload).getUint32(0, true);
        channel.resume();
        return;
      case frameType.close:
        channel.abandon();
        return;
      case frameType.resize:
        channel.resize(view(frame.payload).getUint16(0, true), view(frame.payload).getUint16(2, true));
        return;
    }
  }

  private hello(conversation: number, message: HelloMessage): void {
    const former = this.channels;
    this.channels = new Map();
    this.joiner.clear();
    for (const { channel } of former.values()) channel?.orphan();
    this.port.conversation = conversation;
    setClock(message.timeMs);
    reseed(message.entropy);
    this.port.sendJson(frameType.welcome, 0, this.state());
  }

  private open(id: number, message: OpenMessage): void {
    const channels = this.channels;
    const outlet = new Outlet(this.port, id, () => channels.delete(id));
    const entry: { channel: Channel | null; outlet: Outlet } = { channel: null, outlet };
    channels.set(id, entry);
    try {
      entry.channel = this.create(outlet, message);
    } catch (error) {
      outlet.close({ error: errorOf(error) });
    }
  }

  private create(outlet: Outlet, message: OpenMessage): Channel {
    switch (message.kind) {
      case 'exec':
        return new ExecChannel(outlet, message, this.children);
      case 'shell':
        return new ShellChannel(outlet, message, this.children);
      case 'read':
        return new ReadChannel(outlet, message.path);
      case 'write':
        return new WriteChannel(outlet, message.path);
      case 'dial':
        return message.protocol === 'tcp' ? new TcpChannel(outlet, message) : new UdpChannel(outlet, message);
    }
  }

  private call(id: number, message: CallMessage): void {
    const conversation = this.port.conversation;
    const reply = (result: ResultMessage) => {
      if (conversation === this.port.conversation) this.port.sendJson(frameType.result, id, result);
    };
    try {
      switch (message.method) {
        case 'clock':
          setClock(message.timeMs);
          reply({ value: null });
          return;
        case 'list':
          reply({ value: listFiles(message.path) });
          return;
        case 'power':
          spawnInHost({ argv: [message.action === 'reboot' ? '/sbin/reboot' : '/sbin/poweroff'] });
          reply({ value: null });
          return;
        case 'host':
          this.service.call(message.name, message.params, message.timeoutMs, (answer) =>
            reply(answer.error ? { error: answer.error } : { value: answer.result }),
          );
          return;
      }
    } catch (error) {
      reply({ error: errorOf(error) });
    }
  }

  private resumeAll(): void {
    for (const { channel } of [...this.channels.values()]) channel?.resume();
  }
}

function json<T>(payload: Uint8Array): T {
  return JSON.parse(native.utf8Decode(payload.buffer as ArrayBuffer, payload.byteOffset, payload.length)) as T;
}

function view(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}

function errorOf(error: unknown): GuestError {
  const message = messageOf(error);
  if (error instanceof NotReady) return { code: 'guest.not-ready', message };
  return { code: error instanceof DialError ? 'guest.dial' : 'guest.failed', message };
}

function setClock(timeMs: number): void {
  const seconds = Math.floor(timeMs / 1000);
  native.setTime(seconds, Math.floor((timeMs - seconds * 1000) * 1000));
}

/** Copies of one machine share their random state: mix in what the desktop sent and draw from it at once. */
function reseed(hex: string): void {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
  const fd = os.open('/dev/urandom', os.O_WRONLY);
  if (fd < 0) return;
  os.write(fd, bytes.buffer as ArrayBuffer, 0, bytes.length);
  try {
    native.ioctl(fd, RNDRESEEDCRNG, 0);
  } catch {
    // an older kernel: it reseeds by itself within minutes
  }
  os.close(fd);
}
