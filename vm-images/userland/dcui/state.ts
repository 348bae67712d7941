import type { FactGroup, Facts, NetworkFacts, NetworkSettings } from './facts.ts';
import type { Screen } from './screens/types.ts';
import type { Key } from './terminal/keys.ts';

/** Work for the edge that the operator waits for: what is asked, and what is answered. */
export interface Requests {
  'facts.read': { input: { groups: FactGroup[] }; output: { facts: Facts } };
  login: { input: { user: string; password: string }; output: { refused: '' | 'credentials' | 'access' } };
  'password.set': { input: { user: string; old: string; wanted: string }; output: { refused: string } };
  'lockdown.set': { input: { enabled: boolean }; output: Done };
  'network.apply': { input: { before: NetworkFacts; after: NetworkSettings }; output: Done };
  'network.restart': { input: Record<string, never>; output: Done };
  'network.test': { input: { addresses: string[]; names: string[] }; output: { lines: TestLine[] } };
  'network.restore': { input: { what: 'settings' | 'switch' }; output: Done };
  'service.set': { input: { service: 'shell' | 'ssh'; enabled: boolean }; output: Done };
  'timeouts.set': { input: { availability: number; idle: number }; output: Done };
  'agents.restart': { input: Record<string, never>; output: Done };
  'keyboard.list': { input: Record<string, never>; output: { layouts: string[] } };
  'keyboard.set': { input: { layout: string }; output: Done };
  'log.read': { input: { path: string }; output: { lines: string[]; missing: boolean } };
  'system.reset': { input: Record<string, never>; output: Done };
  power: { input: { action: 'poweroff' | 'reboot' }; output: Done };
}
export type RequestName = keyof Requests;

/** `problem` is empty when it worked, else a sentence for the operator. */
export interface Done {
  problem: string;
}

export interface TestLine {
  text: string;
  ok: boolean;
}

/** One of `Requests`, with its answer when it is one. */
export type Request = { [N in RequestName]: { name: N; input: Requests[N]['input'] } }[RequestName];
export type Answer = { [N in RequestName]: { name: N; output: Requests[N]['output'] } }[RequestName];

export type Effect =
  | { type: 'request'; id: number; request: Request }
  /** Read these groups anew and send them as `facts`. */
  | { type: 'refresh'; groups: FactGroup[] }
  | { type: 'redraw' }
  | { type: 'quit' };

export type Event =
  | { type: 'key'; key: Key }
  | { type: 'answer'; id: number; answer: Answer }
  /** The edge broke: the request has no answer. */
  | { type: 'failed'; id: number; message: string }
  | { type: 'progress'; id: number; lines: string[] }
  | { type: 'facts'; groups: FactGroup[]; facts: Facts }
  /** A request has been running for long enough that the operator should be told. */
  | { type: 'slow'; id: number }
  | { type: 'resize'; rows: number; columns: number }
  /** Nobody has pressed a key for UserVars.DcuiTimeOut. */
  | { type: 'idle' };

export interface Pending {
  id: number;
  title: string;
  lines: string[];
  visible: boolean;
  /** The host goes down: nothing more is drawn, unless a key shows that it did not. */
  final?: boolean;
}

export interface State {
  rows: number;
  columns: number;
  /** Ctrl+C leaves a DCUI that was started by hand; the resident one stays. */
  resident: boolean;
  /** Groups being read. */
  reading: FactGroup[];
  facts: Facts;
  /** Who is logged in. */
  user: string | null;
  /** Front page first; the last one has the keyboard. */
  screens: Screen[];
  pending: Pending | null;
  /** Keys typed while a request ran. */
  typedAhead: Key[];
  nextId: number;
}
