/** The lab that is open: its view, what runs on it now, and what a learner can ask of it. One at a time. */

import { LabError } from '../../../main/shared/errors.ts';
import { announce } from '../../app/announce.tsx';
import { client, errorText, isCancelled, withAdvice } from '../../app/client.ts';
import { recall, remember } from '../../app/memory.ts';
import { service } from '../../app/service.ts';
import { createStore } from '../../app/store.ts';
import type { ApiEvents, LabReport, PowerAction, SessionView } from '../../app/types.ts';
import { terminals } from '../terminal/terminals.ts';

export interface Step {
  text: string;
  step: number;
  steps: number;
}

export interface Problem {
  host: string;
  code: string;
  message: string;
}

interface LabState {
  lab: string | null;
  phase: 'none' | 'opening' | 'open' | 'failed';
  /** What opening the lab does now. */
  opening: (Step & { operation: string }) | null;
  openError: { code: string; message: string } | null;
  view: SessionView | null;
  checking: (Step & { tasks: string[] | null }) | null;
  /** Resetting, saving, submitting. */
  working: Step | null;
  /** The last thing that could not be done. */
  failure: string | null;
  problems: Problem[];
  /** `intro` or a task id. */
  selected: string;
}

const empty: LabState = {
  lab: null,
  phase: 'none',
  opening: null,
  openError: null,
  view: null,
  checking: null,
  working: null,
  failure: null,
  problems: [],
  selected: 'intro',
};

export const lab = createStore<LabState>(empty);

let openingTurn = 0;
let checkAbort: AbortController | null = null;

/** Opens a lab or continues it where it was left. The one that was open before is closed; its work is kept. */
export async function openLab(id: string, options: { anew?: boolean } = {}): Promise<void> {
  const state = lab.get();
  if (state.lab === id && (state.phase === 'open' || state.phase === 'opening')) return;
  const turn = ++openingTurn;
  await closeSession();
  lab.set({ ...empty, lab: id, phase: 'opening', selected: recall(`selected.${id}`, '') });
  try {
    // A seed other than the kept one starts from the beginning.
    const seed = options.anew ? { seed: String(Math.floor(Math.random() * 1_000_000)) } : {};
    const { session } = await client.call('session.open', { lab: id, keep: true, ...seed });
    if (turn !== openingTurn) {
      if (lab.get().lab !== id) void client.call('session.close', { session }).catch(() => undefined);
      return;
    }
    const view = await client.call('session.view', { session });
    if (turn !== openingTurn) return;
    terminals.start(session);
    lab.set({ phase: 'open', opening: null, view, selected: chosenTask(view, lab.get().selected) });
    remember('last-lab', id);
    remember('open-lab', id);
  } catch (error) {
    if (turn !== openingTurn) return;
    const code = error instanceof LabError ? error.code : 'internal.unexpected';
    lab.set({ phase: 'failed', opening: null, openError: { code, message: errorText(error) } });
  }
}

/** Opens it again after a failure or when the service is back. */
export function reopenLab(options: { anew?: boolean } = {}): void {
  const { lab: id } = lab.get();
  if (id === null) return;
  terminals.stop();
  lab.set({ phase: 'none', view: null });
  void openLab(id, options);
}

async function closeSession(): Promise<void> {
  const { view } = lab.get();
  checkAbort?.abort();
  terminals.stop();
  if (view === null) return;
  lab.set({ view: null });
  await client.call('session.close', { session: view.session }).catch(() => undefined);
}

/** Stops the hosts of the open lab; they are kept as they are. */
export async function leaveLab(): Promise<void> {
  ++openingTurn;
  remember('open-lab', null);
  await closeSession();
  lab.set(empty);
}

export function selectTask(id: string): void {
  lab.set({ selected: id });
  remember(`selected.${lab.get().lab}`, id);
}

function chosenTask(view: SessionView, wanted: string): string {
  if (wanted === 'intro' || view.tasks.some((task) => task.id === wanted)) return wanted;
  const untouched = view.tasks.every((task) => task.state === 'open');
  if (untouched) return 'intro';
  return view.tasks.find((task) => task.state !== 'passed')?.id ?? 'intro';
}

let refreshing = false;
let refreshAgain = false;

/** Reads the view again; many changes at once cost one more reading. */
export async function refresh(): Promise<void> {
  if (refreshing) {
    refreshAgain = true;
    return;
  }
  refreshing = true;
  try {
    do {
      refreshAgain = false;
      await readView();
    } while (refreshAgain);
  } finally {
    refreshing = false;
  }
}

async function readView(): Promise<void> {
  const session = lab.get().view?.session;
  if (session === undefined) return;
  const view = await client.call('session.view', { session }).catch(() => null);
  if (view !== null && lab.get().view?.session === session) lab.set({ view });
}

/** Grades a copy of the hosts while the learner works on. @param tasks All when null. */
export async function check(tasks: string[] | null): Promise<LabReport | null> {
  const { view, checking } = lab.get();
  if (view === null || checking !== null) return null;
  checkAbort = new AbortController();
  lab.set({ checking: { tasks, text: 'Copying the hosts', step: 0, steps: 0 }, failure: null });
  announce('Check started');
  try {
    const input = { session: view.session, ...(tasks === null ? {} : { tasks }) };
    const report = await client.call('session.check', input, { signal: checkAbort.signal });
    await refresh();
    announce(spokenReport(report, tasks));
    return report;
  } catch (error) {
    if (!isCancelled(error) && !checkAbort?.signal.aborted)
      lab.set({ failure: `The check could not be finished: ${errorText(error)}` });
    return null;
  } finally {
    lab.set({ checking: null });
  }
}

export function cancelCheck(): void {
  checkAbort?.abort();
}

function spokenReport(report: LabReport, tasks: string[] | null): string {
  const looked = report.tasks.filter((task) => tasks === null || tasks.includes(task.id));
  const checks = looked.flatMap((task) => task.checks);
  const passed = checks.filter((one) => one.outcome === 'pass').length;
  return `Check finished: ${passed} of ${checks.length} passed`;
}

/** Runs one call on the session; a failure is shown, not thrown. */
async function act(name: string, run: (session: string) => Promise<unknown>): Promise<void> {
  const session = lab.get().view?.session;
  if (session === undefined) return;
  lab.set({ failure: null });
  try {
    await run(session);
  } catch (error) {
    lab.set({ failure: `${name}: ${errorText(error)}` });
  }
  await refresh();
}

export const takeHint = (task: string, index: number) =>
  act('The hint could not be shown', async (session) => {
    const view = await client.call('session.hint', { session, task, index });
    lab.set({ view });
  });

export const power = (host: string, action: PowerAction) =>
  act(`${host} did not do that`, (session) => client.call('host.power', { session, host, action }));

export const setLink = (host: string, nic: string, up: boolean) =>
  act(`${nic} of ${host} could not be changed`, (session) => client.call('net.link', { session, host, nic, up }));

/** @param host The whole lab when absent. */
export const reset = (host?: string) =>
  act('The reset could not be finished', async (session) => {
    lab.set({ working: { text: `Resetting ${host ?? 'the lab'}`, step: 0, steps: 0 } });
    try {
      await client.call('session.reset', host === undefined ? { session } : { session, host });
    } finally {
      lab.set({ working: null });
    }
  });

export function dismissFailure(): void {
  lab.set({ failure: null });
}

export function dismissProblem(problem: Problem): void {
  lab.set({ problems: lab.get().problems.filter((other) => other !== problem) });
}

/** Must be called once, before the first lab is opened. */
export function followSessions(): void {
  client.onEvent((event) => {
    if (event.name === 'session.progress') onProgress(event.data);
    else if (event.name === 'session.changed' || event.name === 'host.state') {
      if (event.name === 'host.state') onHostState(event.data);
      if (event.data.session === lab.get().view?.session) void refresh();
    } else if (event.name === 'host.problem') {
      if (event.data.session !== lab.get().view?.session) return;
      const { host, code } = event.data;
      const message = withAdvice(event.data.message, code);
      lab.set({ problems: [...lab.get().problems.filter((other) => other.host !== host), { host, code, message }] });
    }
  });
  let seen = service.get().readies;
  service.subscribe(() => {
    const { readies, status } = service.get();
    if (status.state === 'stopped') checkAbort?.abort();
    if (readies === seen) return;
    seen = readies;
    if (lab.get().phase !== 'none' && readies > 1) reopenLab();
  });
}

function onProgress(data: ApiEvents['session.progress']): void {
  const state = lab.get();
  const { operation, text, step, steps } = data;
  const finished = steps > 0 && step >= steps;
  if (state.phase === 'opening') lab.set({ opening: { operation, text, step, steps } });
  else if (data.session !== state.view?.session) return;
  else if (operation === 'check') {
    if (state.checking !== null) lab.set({ checking: { ...state.checking, text, step, steps } });
  } else lab.set({ working: finished ? null : { text, step, steps } });
}

function onHostState({ session, host, state }: ApiEvents['host.state']): void {
  const { view } = lab.get();
  if (view?.session !== session) return;
  if (view.hosts.find((known) => known.name === host)?.state !== state) announce(`${host} is ${state}`);
  const hosts = view.hosts.map((known) => (known.name === host ? { ...known, state } : known));
  lab.set({ view: { ...view, hosts } });
  terminals.onHostState(host, state);
}
