import type { ApiMethod, ApiOutput, ApiParsed } from '../shared/contracts/api.ts';
import type { ConsoleKind } from '../shared/contracts/console.ts';
import { LabError } from '../shared/errors.ts';
import { waitForText } from '../vm/console-wait.ts';
import type { MachineConsole } from '../vm/types.ts';
import type { LabHost } from './host.ts';
import { NEW_PROGRESS } from './progress-store.ts';
import type { Service } from './service.ts';
import { openSession } from './session-open.ts';

export type MethodTable = {
  [M in ApiMethod]: (input: ApiParsed<M>, signal: AbortSignal) => Promise<ApiOutput<M>>;
};

const DEFAULT_EXEC_TIMEOUT_MS = 60_000;
const DEFAULT_WAIT_TIMEOUT_MS = 240_000;

/** The session API carried out: each method finds its session and host and hands over. */
export function createMethods(service: Service): MethodTable {
  const host = (input: { session: string; host: string }): LabHost => service.session(input.session).host(input.host);
  const console = (input: { session: string; host: string; console: ConsoleKind }): MachineConsole =>
    host(input).machine.console(input.console);

  const methods: MethodTable = {
    'catalog.list': async () => {
      const progress = await service.progress.all();
      const { labs, problems } = await service.labs.list();
      return {
        labs: labs.map(({ lab }) => ({
          id: lab.id,
          title: lab.title,
          course: lab.course,
          minutes: lab.minutes,
          hosts: lab.hosts.length,
          objectives: lab.objectives,
          requires: lab.requires,
          progress: progress[lab.id] ?? NEW_PROGRESS,
        })),
        problems,
      };
    },
    'session.open': async (input, signal) => {
      const session = await openSession(service, input, signal);
      return {
        session: session.id,
        hosts: session.hosts().map(({ name, imageId, state }) => ({ name, image: imageId, state })),
      };
    },
    'session.view': async ({ session }) => service.session(session).view(),
    'session.check': async ({ session, tasks }, signal) => service.session(session).check(tasks, signal),
    'session.hint': async ({ session, task, index }) => service.session(session).takeHint(task, index),
    'session.grade': async ({ session }, signal) => service.session(session).grade(signal),
    'session.reset': async ({ session, host: name }) => {
      await service.session(session).reset(name);
      return {};
    },
    'session.snapshot': async ({ session }) => ({ snapshot: await service.session(session).takeSnapshot() }),
    'session.restore': async ({ session, snapshot }) => {
      await service.session(session).restoreSnapshot(snapshot);
      return {};
    },
    'session.submit': async ({ session, file }) => ({ file: await service.session(session).submit(file) }),
    'session.close': async ({ session }) => {
      const open = service.session(session);
      service.sessions.delete(session);
      await open.close();
      return {};
    },
    'host.exec': async (input, signal) => {
      const { command, timeoutMs, stdin } = input;
      const result = await host(input).machine.guest.exec({
        command,
        timeoutMs: timeoutMs ?? DEFAULT_EXEC_TIMEOUT_MS,
        stdin: stdin === undefined ? undefined : Buffer.from(stdin),
        signal,
      });
      return {
        exitCode: result.exitCode,
        stdout: Buffer.from(result.stdout).toString('utf8'),
        stderr: Buffer.from(result.stderr).toString('utf8'),
        durationMs: result.durationMs,
      };
    },
    'host.power': async (input) => {
      await host(input).power(input.action);
      return {};
    },
    'host.wait': async (input, signal) => {
      await host(input).waitFor(input.state, input.timeoutMs ?? DEFAULT_WAIT_TIMEOUT_MS, signal);
      return {};
    },
    'host.readFile': async (input) => {
      const bytes = await host(input).machine.guest.readFile(input.path);
      if (!bytes) throw new LabError('guest.no-file', `${input.host} has no file ${input.path}`);
      const text = input.encoding === 'base64' ? undefined : utf8OrUndefined(bytes);
      if (text === undefined) return { base64: Buffer.from(bytes).toString('base64') };
      return { text };
    },
    'host.writeFile': async (input) => {
      if ((input.text === undefined) === (input.base64 === undefined)) {
        throw new LabError('input.invalid', 'host.writeFile takes either text or base64');
      }
      const data = input.text === undefined ? Buffer.from(input.base64!, 'base64') : Buffer.from(input.text);
      await host(input).machine.guest.writeFile(input.path, data);
      return {};
    },
    'host.listFiles': async (input) => ({ entries: await host(input).machine.guest.listFiles(input.path) }),
    'host.banks': async ({ session, host: name }) => service.session(session).banks(name),
    'host.forward': async (input) => {
      const { port, protocol = 'tcp', listen = '127.0.0.1:0' } = input;
      const forward = await host(input).forward({ port, protocol, listen });
      return { listen: forward.listen };
    },
    'shell.open': async (input) => ({
      shell: await service.session(input.session).shells.start(host(input).machine.guest, input),
    }),
    'shell.input': async ({ session, shell, data }) => {
      service.session(session).shells.input(shell, data);
      return {};
    },
    'shell.resize': async ({ session, shell, rows, columns }) => {
      service.session(session).shells.resize(shell, rows, columns);
      return {};
    },
    'shell.close': async ({ session, shell }) => {
      service.session(session).shells.close(shell);
      return {};
    },
    'console.type': async (input) => {
      await console(input).type(input.keys);
      return {};
    },
    'console.screen': async (input) => console(input).screen(),
    'console.wait': async (input, signal) =>
      waitForText(console(input), input.text, input.timeoutMs ?? DEFAULT_WAIT_TIMEOUT_MS, signal),
    'console.watch': async (input) => {
      const watched = console(input);
      service.session(input.session).watchConsole(input.host, input.console, input.on);
      const { columns, height } = watched.screen();
      return { columns, rows: height, ansi: watched.redraw() };
    },
    'console.input': async (input) => {
      console(input).write(input.data);
      return {};
    },
    'console.key': async (input) => {
      host(input).machine.console('vga').key(input.code, input.down);
      return {};
    },
    'net.capture': async ({ session, network, file }) => {
      await service.session(session).capture(network, file);
      return {};
    },
    'net.link': async (input) => {
      await service.session(input.session).setLink(input.host, input.nic, { up: input.up });
      return {};
    },
  };
  for (const method of CHANGING) methods[method] = saved(service, methods[method] as never) as never;
  return methods;
}

/** After these a kept session has something new to save. */
const CHANGING = [
  'host.exec',
  'host.power',
  'host.writeFile',
  'shell.input',
  'console.type',
  'console.input',
  'console.key',
] as const satisfies readonly ApiMethod[];

function saved<I extends { session: string }, O>(
  service: Service,
  method: (input: I, signal: AbortSignal) => Promise<O>,
): (input: I, signal: AbortSignal) => Promise<O> {
  return async (input, signal) => {
    const output = await method(input, signal);
    service.sessions.get(input.session)?.touch();
    return output;
  };
}

function utf8OrUndefined(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
