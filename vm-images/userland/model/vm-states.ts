import type { Files } from './system.ts';

export interface VmState {
  power: 'poweredOn' | 'poweredOff' | 'suspended';
  /** 0 while off. */
  worldId: number;
  cartelId: number;
  /** Wall clock in milliseconds; 0 while off. */
  startedMs: number;
}

/** In RAM: a reboot of the host ends its machines. */
export const STATES_FILE = '/var/run/vmware/vm-states';

/** Machines' worlds are numbered above every process id of the kernel, so the two never collide. */
const FIRST_WORLD = 35000;
const WORLDS_PER_VM = 4;

/** Running machines by inventory number; one line each: `id world cartel startedMs`. */
export function readVmStates(files: Files): Map<number, VmState> {
  const states = new Map<number, VmState>();
  for (const line of (files.readText(STATES_FILE) ?? '').split('\n')) {
    const [id, worldId, cartelId, startedMs] = line.split(' ').map(Number);
    if (line === '' || line.startsWith('next ') || startedMs === undefined) continue;
    states.set(id ?? 0, { power: 'poweredOn', worldId: worldId ?? 0, cartelId: cartelId ?? 0, startedMs });
  }
  return states;
}

/** Notes a machine as running and gives it its worlds. */
export function startVmWorlds(files: Files, id: number, nowMs: number): VmState {
  const text = files.readText(STATES_FILE) ?? '';
  const next = Number(/^next (\d+)$/m.exec(text)?.[1] ?? FIRST_WORLD);
  const states = readVmStates(files);
  const state: VmState = { power: 'poweredOn', worldId: next + 1, cartelId: next, startedMs: nowMs };
  states.set(id, state);
  writeStates(files, states, next + WORLDS_PER_VM);
  return state;
}

export function endVmWorlds(files: Files, id: number): void {
  const next = Number(/^next (\d+)$/m.exec(files.readText(STATES_FILE) ?? '')?.[1] ?? FIRST_WORLD);
  const states = readVmStates(files);
  states.delete(id);
  writeStates(files, states, next);
}

function writeStates(files: Files, states: ReadonlyMap<number, VmState>, next: number): void {
  const lines = [...states].map(([id, state]) => `${id} ${state.worldId} ${state.cartelId} ${state.startedMs}\n`);
  files.mkdir('/var/run/vmware', { parents: true });
  files.write(STATES_FILE, `next ${next}\n${lines.join('')}`, { atomic: true });
}
