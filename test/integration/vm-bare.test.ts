import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMachine, JOURNAL_FILE } from '../../main/vm/index.ts';
import type { Machine, MachineSpec, MachineStart, MachineState } from '../../main/vm/types.ts';
import { bareImage, DISK_BYTES, eventually, screenShows, workerFile } from '../helpers/bare-machine.ts';

let bare: Awaited<ReturnType<typeof bareImage>>;
let worker: string;
const open: Machine[] = [];

beforeAll(async () => {
  bare = await bareImage();
  worker = await workerFile();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((machine) => machine.close()));
});
afterAll(() => bare.dispose());

async function machine(start: MachineStart = { from: 'disk' }, spec: Partial<MachineSpec> = {}): Promise<Machine> {
  const made = await createMachine({ name: 'bare', image: bare.image, memoryMiB: 32, nics: [], ...spec }, start, {
    workerFile: worker,
  });
  open.push(made);
  return made;
}

async function started(spec?: Partial<MachineSpec>): Promise<Machine> {
  const made = await machine({ from: 'disk' }, spec);
  await made.power('on');
  await screenShows(made, '>');
  return made;
}

const lastByte = async (made: Machine) => (await made.disk.read(DISK_BYTES - 1, 1))[0];

/** Ends the thread as a crash of it would. */
async function killWorker(made: Machine): Promise<void> {
  await (made as unknown as { worker: { worker: { terminate(): Promise<number> } } }).worker.worker.terminate();
}

describe('a machine without an operating system', () => {
  it('shows its screen, takes keys, and talks on com1', async () => {
    const made = await started();
    let serial = '';
    made.console('serial').onOutput((text) => {
      serial += text;
    });
    await made.console('vga').type('abc<lt>Z~');
    await screenShows(made, '>abc<Z~');
    await eventually(
      () => serial,
      (text) => text.endsWith('abc<Z~'),
      'the echo on com1',
    );
    expect(made.console('serial').screen().rows[0]).toContain('>abc<Z~');
    const { cursor, rows } = made.console('vga').screen();
    expect(rows[cursor.row]!.length).toBe(cursor.column);
  });

  it('is dark when off, and starts again from its disk', async () => {
    const made = await started();
    await made.console('vga').type('xyz');
    await screenShows(made, 'xyz');
    await made.power('off');
    expect([made.state, made.console('vga').screen().rows.join('')]).toEqual(['off', '']);
    await made.power('on');
    expect(await screenShows(made, '>')).not.toContain('xyz');
  });

  it('is halted when its CPU stops for good, which counts as off; the screen stays', async () => {
    const made = await started();
    const off = made.waitFor('off', { timeoutMs: 20_000 });
    await made.console('vga').type('hq');
    await off;
    expect(made.state).toBe('halted');
    await screenShows(made, '>h');
    await made.power('on');
    await screenShows(made, '>');
    expect(made.state).toBe('starting');
  });

  it('crashes alone when the emulator panics: it says so, answers on, and starts again', async () => {
    const [made, other] = [await started(), await started()];
    const problems: Error[] = [];
    const states: MachineState[] = [];
    made.onProblem((problem) => problems.push(problem));
    made.onState((state) => states.push(state));
    const waiting = made.waitFor('ready', { timeoutMs: 20_000 });
    await made.console('vga').type('w');
    await eventually(
      () => lastByte(made),
      (byte) => byte === 0x57,
      'the written sector',
    );
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'vm.crashed' }),
      made
        .console('vga')
        .type('p')
        .catch(() => undefined),
    ]);
    expect(states).toEqual(['crashed']);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'vm.crashed', message: expect.stringContaining('#GP') }),
    ]);
    await expect(made.waitFor('ready')).rejects.toMatchObject({ code: 'vm.crashed' });
    await expect(made.guest.exec({ command: 'true' })).rejects.toMatchObject({ code: 'guest.not-ready' });
    expect((await made.stats()).overlayBlocks).toBe(1);
    await made.power('on');
    await screenShows(made, '>');
    await made.console('vga').type('r');
    await screenShows(made, '>W');
    await other.console('vga').type('alive');
    await screenShows(other, '>alive');
  });

  it('writes the last sector of 16 GiB, which the desktop reads, and which survives a killed thread', async () => {
    const storageDir = path.join(bare.dir, 'killed');
    mkdirSync(storageDir);
    const made = await started({ storageDir });
    await made.console('vga').type('w');
    await eventually(
      () => lastByte(made),
      (byte) => byte === 0x57,
      'the written sector',
    );
    expect((await made.disk.read(DISK_BYTES - 4096 * 2, 4096)).every((byte) => byte === 0)).toBe(true);
    const problems: Error[] = [];
    made.onProblem((problem) => problems.push(problem));
    await killWorker(made);
    await eventually(
      () => made.state,
      (state) => state === 'crashed',
      'the loss to be noticed',
    );
    expect(problems).toEqual([expect.objectContaining({ code: 'vm.worker-lost' })]);
    expect(await lastByte(made)).toBe(0x57);
    await made.power('on');
    await screenShows(made, '>');
    await made.console('vga').type('r');
    await screenShows(made, '>W');
    await made.close();
    // A new program, a new machine: the journal alone.
    const next = await machine({ from: 'disk' }, { storageDir });
    expect(next.state).toBe('off');
    expect(await lastByte(next)).toBe(0x57);
    expect(existsSync(path.join(storageDir, JOURNAL_FILE))).toBe(true);
  });

  it('keeps its disk in memory when its thread is killed and it has no journal', async () => {
    const made = await started();
    await made.console('vga').type('w');
    await eventually(
      () => lastByte(made),
      (byte) => byte === 0x57,
      'the written sector',
    );
    await killWorker(made);
    await eventually(
      () => made.state,
      (state) => state === 'crashed',
      'the loss to be noticed',
    );
    await made.power('on');
    await screenShows(made, '>');
    await made.console('vga').type('r');
    await screenShows(made, '>W');
  });

  it('refuses the journal of another image', async () => {
    const storageDir = path.join(bare.dir, 'other');
    mkdirSync(storageDir);
    await (await machine({ from: 'disk' }, { storageDir })).close();
    const image = { ...bare.image, hash: 'bare-2' };
    await expect(machine({ from: 'disk' }, { storageDir, image })).rejects.toMatchObject({
      code: 'disk.journal-mismatch',
    });
  });

  it('forks: the copy goes on from the same screen and disk, and neither sees what the other does', async () => {
    const made = await started();
    await made.console('vga').type('one-w');
    await screenShows(made, '>one-');
    await eventually(
      () => lastByte(made),
      (byte) => byte === 0x57,
      'the written sector',
    );
    const snapshot = await made.snapshot();
    const copy = await machine({ from: 'snapshot', snapshot });
    await copy.console('vga').type('self');
    await made.console('vga').type('mine');
    await screenShows(copy, '>one-self');
    await screenShows(made, '>one-mine');
    expect(copy.console('vga').screen().rows.join()).not.toContain('mine');
    await made.power('reset');
    await screenShows(made, '>');
    expect(copy.console('vga').screen().rows.join()).toContain('>one-self');
    // From the fork a fork: what v86 leaves out of a state it was given must not be missing in the next.
    const third = await machine({ from: 'snapshot', snapshot: await copy.snapshot() });
    await third.console('vga').type('r');
    await screenShows(third, '>one-selfW');
  });

  it('says what is wrong with a snapshot that does not fit', async () => {
    const snapshot = await (await started()).snapshot();
    const other = { ...snapshot, header: { ...snapshot.header, imageHash: 'bare-0' } };
    await expect(machine({ from: 'snapshot', snapshot: other })).rejects.toMatchObject({ code: 'snapshot.image' });
    await expect(machine({ from: 'snapshot', snapshot }, { memoryMiB: 64 })).rejects.toMatchObject({
      code: 'snapshot.memory',
    });
    const cut = { ...snapshot, state: snapshot.state.slice(0, 5000) };
    await expect(machine({ from: 'snapshot', snapshot: cut })).rejects.toMatchObject({ code: 'snapshot.damaged' });
    await expect(machine({ from: 'image' })).rejects.toMatchObject({ code: 'snapshot.missing' });
  });

  it('refuses a save that its disk has left behind', async () => {
    const storageDir = path.join(bare.dir, 'stale');
    mkdirSync(storageDir);
    const made = await started({ storageDir });
    const snapshot = await made.snapshot();
    await made.console('vga').type('w');
    await eventually(
      () => lastByte(made),
      (byte) => byte === 0x57,
      'the written sector',
    );
    const later = await made.snapshot();
    await made.close();
    await expect(machine({ from: 'snapshot', snapshot }, { storageDir })).rejects.toMatchObject({
      code: 'snapshot.stale',
    });
    const again = await machine({ from: 'snapshot', snapshot: later }, { storageDir });
    await again.console('vga').type('r');
    await screenShows(again, '>W');
  });
});
