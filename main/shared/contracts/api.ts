/**
 * The session API: one table that every door (window, command line, JSON-RPC) serves. A method's input is parsed here,
 * once; errors are LabErrors. `stdin`/`data` fields with `base64` carry bytes, `text` fields carry UTF-8.
 */
import { z } from 'zod';
import { bankView } from './banks.ts';
import { consoleKind, powerAction, screenView } from './console.ts';
import { labReport } from './report.ts';

const session = z.string().min(1).describe('Session id from session.open.');
const host = z.string().min(1).describe('Host name in the session.');
const onHost = { session, host };
const nothing = z.strictObject({});
const path = z.string().startsWith('/').describe('Absolute path on the host.');
const timeoutMs = z.int().positive().max(3_600_000);

export const machineState = z.enum(['off', 'starting', 'ready', 'halted', 'crashed']);

export const labProgress = z.strictObject({
  state: z.enum(['new', 'in-progress', 'solved']),
  score: z.number(),
  maxScore: z.number(),
  lastOpenedAt: z.string().optional(),
  solvedAt: z.string().optional(),
});

export const labSummary = z.strictObject({
  id: z.string(),
  title: z.string(),
  course: z.string(),
  minutes: z.number(),
  hosts: z.int().describe('How many hosts the lab starts.'),
});
export type LabSummary = z.infer<typeof labSummary>;

export const labCard = labSummary.extend({
  objectives: z.array(z.string()),
  requires: z.array(z.string()).describe('Lab ids to solve first (advice, not a lock).'),
  progress: labProgress,
});
export type LabCard = z.infer<typeof labCard>;

export const hostView = z.strictObject({
  name: z.string(),
  image: z.string(),
  state: machineState,
  memoryMiB: z.number(),
  nics: z.array(z.strictObject({ name: z.string(), mac: z.string(), network: z.string(), up: z.boolean() })),
});
export type HostView = z.infer<typeof hostView>;

export const hintView = z.strictObject({
  cost: z.number(),
  text: z.string().nullable().describe('null until it is taken.'),
});

export const taskView = z.strictObject({
  id: z.string(),
  title: z.string(),
  instructions: z.string().describe('Markdown with the variables filled in.'),
  after: z.string().nullable().describe('Markdown shown once the task has passed.'),
  points: z.number().describe('Points reached so far.'),
  maxPoints: z.number(),
  state: z.enum(['open', 'passed', 'failed']),
  hints: z.array(hintView),
  report: labReport.shape.tasks.element.nullable().describe('The last check of this task.'),
});
export type TaskView = z.infer<typeof taskView>;

export const sessionView = z.strictObject({
  session: z.string(),
  lab: z.string().nullable(),
  title: z.string(),
  minutes: z.number(),
  intro: z.string().describe('Markdown: the situation.'),
  outro: z.string().nullable().describe('Markdown, once every task has passed.'),
  seed: z.string(),
  startedAt: z.string(),
  savedAt: z.string().nullable(),
  score: z.number(),
  maxScore: z.number(),
  passed: z.boolean(),
  busy: z.string().nullable().describe('What runs in the background: grading, resetting …'),
  hosts: z.array(hostView),
  tasks: z.array(taskView),
});
export type SessionView = z.infer<typeof sessionView>;

export const topology = z.looseObject({
  hosts: z.array(z.unknown()).min(1),
  networks: z.array(z.unknown()).optional(),
});

export const api = {
  'catalog.list': { input: nothing, output: z.strictObject({ labs: z.array(labCard), problems: z.array(z.string()) }) },
  'session.open': {
    input: z.strictObject({
      lab: z.string().optional(),
      image: z.string().optional(),
      topology: topology.optional(),
      seed: z.union([z.string(), z.number()]).transform(String).optional(),
      keep: z
        .boolean()
        .optional()
        .describe('Keep the session on disk and continue a kept one of this lab (the window does).'),
    }),
    output: z.strictObject({
      session: z.string(),
      hosts: z.array(z.strictObject({ name: z.string(), image: z.string(), state: machineState })),
    }),
  },
  'session.view': { input: z.strictObject({ session }), output: sessionView },
  'session.check': {
    input: z.strictObject({ session, tasks: z.array(z.string()).optional().describe('All tasks when absent.') }),
    output: labReport,
  },
  'session.hint': {
    input: z.strictObject({ session, task: z.string(), index: z.int().nonnegative() }),
    output: sessionView,
  },
  'session.grade': { input: z.strictObject({ session }), output: labReport },
  'session.reset': { input: z.strictObject({ session, host: host.optional() }), output: nothing },
  'session.snapshot': { input: z.strictObject({ session }), output: z.strictObject({ snapshot: z.string() }) },
  'session.restore': { input: z.strictObject({ session, snapshot: z.string() }), output: nothing },
  'session.submit': {
    input: z.strictObject({
      session,
      file: z.string().optional().describe('Where to write; a name is made up when absent.'),
    }),
    output: z.strictObject({ file: z.string() }),
  },
  'session.close': { input: z.strictObject({ session }), output: nothing },
  'host.exec': {
    input: z.strictObject({
      ...onHost,
      command: z.string(),
      timeoutMs: timeoutMs.optional(),
      stdin: z.string().optional(),
    }),
    output: z.strictObject({ exitCode: z.int(), stdout: z.string(), stderr: z.string(), durationMs: z.number() }),
  },
  'host.power': { input: z.strictObject({ ...onHost, action: powerAction }), output: nothing },
  'host.wait': {
    input: z.strictObject({ ...onHost, state: z.enum(['ready', 'off']), timeoutMs: timeoutMs.optional() }),
    output: nothing,
  },
  'host.readFile': {
    input: z.strictObject({ ...onHost, path, encoding: z.enum(['text', 'base64']).optional() }),
    output: z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.string() })]),
  },
  'host.writeFile': {
    input: z.strictObject({ ...onHost, path, text: z.string().optional(), base64: z.string().optional() }),
    output: nothing,
  },
  'host.listFiles': {
    input: z.strictObject({ ...onHost, path }),
    output: z.strictObject({
      entries: z.array(
        z.strictObject({
          name: z.string(),
          type: z.enum(['file', 'directory', 'link', 'other']),
          size: z.number(),
          modified: z.number(),
          mode: z.number(),
        }),
      ),
    }),
  },
  'host.banks': {
    input: z.strictObject(onHost),
    output: z.strictObject({
      banks: z.array(bankView),
      atStart: z.array(bankView).nullable().describe('As they were when the lab began; null: nobody looked then.'),
    }),
  },
  'host.forward': {
    input: z.strictObject({
      ...onHost,
      port: z.int().min(1).max(65535),
      protocol: z.enum(['tcp', 'udp']).optional(),
      listen: z.string().optional().describe('address:port on the desktop, loopback only; port 0 picks one.'),
    }),
    output: z.strictObject({ listen: z.string() }),
  },
  'shell.open': {
    input: z.strictObject({ ...onHost, rows: z.int().min(1).max(500), columns: z.int().min(1).max(1000) }),
    output: z.strictObject({ shell: z.string() }),
  },
  'shell.input': { input: z.strictObject({ session, shell: z.string(), data: z.string() }), output: nothing },
  'shell.resize': {
    input: z.strictObject({
      session,
      shell: z.string(),
      rows: z.int().min(1).max(500),
      columns: z.int().min(1).max(1000),
    }),
    output: nothing,
  },
  'shell.close': { input: z.strictObject({ session, shell: z.string() }), output: nothing },
  'console.type': { input: z.strictObject({ ...onHost, console: consoleKind, keys: z.string() }), output: nothing },
  'console.screen': { input: z.strictObject({ ...onHost, console: consoleKind }), output: screenView },
  'console.wait': {
    input: z.strictObject({
      ...onHost,
      console: consoleKind,
      text: z.string().min(1),
      timeoutMs: timeoutMs.optional(),
    }),
    output: screenView,
  },
  'console.watch': {
    input: z.strictObject({ ...onHost, console: consoleKind, on: z.boolean() }),
    output: z.strictObject({ columns: z.int(), rows: z.int(), ansi: z.string().describe('The screen as it is now.') }),
  },
  'console.input': {
    input: z.strictObject({
      ...onHost,
      console: consoleKind,
      data: z.string().describe('Serial: bytes as Latin-1 text.'),
    }),
    output: nothing,
  },
  'console.key': {
    input: z.strictObject({ ...onHost, code: z.string().describe('DOM KeyboardEvent.code'), down: z.boolean() }),
    output: nothing,
  },
  'net.capture': {
    input: z.strictObject({
      session,
      network: z.string(),
      file: z.string().nullable().describe('pcap file; null stops.'),
    }),
    output: nothing,
  },
  'net.link': { input: z.strictObject({ ...onHost, nic: z.string(), up: z.boolean() }), output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Api = typeof api;
export type ApiMethod = keyof Api;
export type ApiInput<M extends ApiMethod> = z.input<Api[M]['input']>;
export type ApiParsed<M extends ApiMethod> = z.output<Api[M]['input']>;
export type ApiOutput<M extends ApiMethod> = z.output<Api[M]['output']>;

/** What a service tells whoever listens. Doors that can't push (the command line) drop what they don't need. */
export const apiEvents = {
  'session.changed': z.strictObject({ session: z.string() }).describe('Read session.view again.'),
  'session.progress': z.strictObject({
    session: z.string(),
    operation: z.enum(['image', 'open', 'check', 'reset', 'save', 'submit']),
    text: z.string().describe('What runs now, for people.'),
    step: z.number(),
    steps: z.number().describe('0 when unknown; step = steps means finished.'),
  }),
  'host.state': z.strictObject({ session: z.string(), host: z.string(), state: machineState }),
  'host.problem': z.strictObject({ session: z.string(), host: z.string(), code: z.string(), message: z.string() }),
  'shell.output': z.strictObject({
    session: z.string(),
    shell: z.string(),
    data: z.string().describe('Bytes as Latin-1 text.'),
  }),
  'shell.exit': z.strictObject({ session: z.string(), shell: z.string(), exitCode: z.int() }),
  'console.output': z.strictObject({
    session: z.string(),
    host: z.string(),
    console: consoleKind,
    columns: z.int(),
    rows: z.int(),
    ansi: z.string(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type ApiEvents = { [K in keyof typeof apiEvents]: z.infer<(typeof apiEvents)[K]> };
export type ApiEventName = keyof ApiEvents;
export type ApiEvent = { [K in ApiEventName]: { name: K; data: ApiEvents[K] } }[ApiEventName];

/** What every door talks to; `main/session` implements it in process, the window over a MessagePort. */
export interface ApiClient {
  call<M extends ApiMethod>(method: M, input: ApiInput<M>, options?: { signal?: AbortSignal }): Promise<ApiOutput<M>>;
  onEvent(listener: (event: ApiEvent) => void): { dispose(): void };
}
