import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBaseDisk } from '../../main/vm/disk/base-disk.ts';
import { Overlay } from '../../main/vm/disk/overlay.ts';
import { engineModule } from '../../main/vm/engine.ts';
import { Emulator } from '../../main/vm/worker/emulator.ts';
import { createGuard } from '../../main/vm/worker/guard.ts';
import type { OpenRequest, TextScreen } from '../../main/vm/worker/protocol.ts';
import { ENGINE, guestTakesChannelInput, guestTakesFrames } from '../../main/vm/worker/v86-internals.ts';
import { parseState } from '../../main/vm/worker/v86-state.ts';
import { bareImage, eventually } from '../helpers/bare-machine.ts';

/** Each row of v86-internals.ts, looked at in a running machine: an upgrade of v86 that breaks one must fail here. */
let bare: Awaited<ReturnType<typeof bareImage>>;
let request: OpenRequest;
const emulators: Emulator[] = [];
const problems: unknown[] = [];
const seen: { screens: TextScreen[]; serial: string; resets: number } = { screens: [], serial: '', resets: 0 };

beforeAll(async () => {
  bare = await bareImage();
  const { image } = bare;
  request = {
    name: 'bare',
    memoryMiB: 32,
    wasm: await engineModule(),
    bios: readFileSync(image.biosFile),
    vgaBios: readFileSync(image.vgaBiosFile),
    base: await readBaseDisk(image.diskFile),
    imageHash: image.hash,
    mac: Uint8Array.from([2, 0, 0, 1, 2, 3]),
  };
});
afterAll(() => {
  for (const emulator of emulators) emulator.discard();
  bare.dispose();
});

async function emulator(state?: Uint8Array): Promise<Emulator> {
  const guard = createGuard((_where, error) => problems.push(error));
  const made = await Emulator.create(
    request,
    new Overlay(request.base),
    () => {},
    guard,
    {
      guest: () => {},
      frames: () => {},
      screen: (screen) => seen.screens.push(screen),
      serial: (bytes) => {
        seen.serial += Buffer.from(bytes).toString('latin1');
      },
      reset: () => {
        seen.resets++;
      },
      halted: () => {},
    },
    state,
  );
  emulators.push(made);
  return made;
}

const lastRow = () => {
  const screen = seen.screens.at(-1);
  return screen ? Buffer.from(screen.cells.filter((_, i) => i % 2 === 0)).toString('latin1') : '';
};

it('is the version that the table was made for', () => {
  const { version } = createRequire(import.meta.url)('../../node_modules/v86/package.json') as { version: string };
  expect(`v86-${version.split('+')[0]}`).toBe(ENGINE);
});

it('has what we rely on', async () => {
  const made = await emulator();
  const { cpu } = made.emulated.v86;
  const { vga, ps2, uart0, virtio_net, virtio_console } = cpu.devices;
  made.run();
  await eventually(lastRow, (text) => text.includes('>'), 'the prompt');
  expect([...virtio_net!.mac]).toEqual([2, 0, 0, 1, 2, 3]);
  expect([vga.max_cols, vga.max_rows, vga.graphical_mode]).toEqual([80, 25, false]);
  expect([ps2.kbd_buffer.length, uart0.input.length]).toEqual([0, 0]);
  // No driver has set the queues up: asking must say no instead of reading guest memory at 0.
  expect([guestTakesFrames(made.emulated), guestTakesChannelInput(made.emulated)]).toEqual([false, false]);
  expect(virtio_console!.virtio.queues.length).toBeGreaterThan(5);
  const attribute = seen.screens.at(-1)!.cells[1];
  expect([attribute, seen.screens.at(-1)!.palette[7], seen.screens.at(-1)!.cursor.visible]).toEqual([
    7,
    0xa8a8a8,
    true,
  ]);
  await eventually(
    () => seen.serial,
    (text) => text === '>',
    'the prompt on com1',
  );
  await made.keyboard.type([0x1e, 0x9e]);
  await eventually(
    () => seen.serial,
    (text) => text === '>a',
    'the key',
  );
  cpu.reboot_internal();
  expect(seen.resets).toBe(1);
  expect(problems).toEqual([]);
});

it('restores registers into the CPU itself, so that the copy of a copy is still right', async () => {
  const first = await emulator();
  first.run();
  await eventually(lastRow, (text) => text.includes('>'), 'the prompt');
  const { cpu } = first.emulated.v86;
  cpu.last_result[0] = 0x1234567;
  cpu.mxcsr[0] = 0x1fa0;
  const state = first.save();
  const shared = new Uint8Array(new SharedArrayBuffer(state.length));
  shared.set(state);
  const second = await emulator(shared);
  const restored = second.emulated.v86.cpu;
  const memory = (restored as unknown as { wasm_memory: WebAssembly.Memory }).wasm_memory;
  expect([restored.last_result[0], restored.mxcsr[0]]).toEqual([0x1234567, 0x1fa0]);
  for (const view of [restored.last_result, restored.fpu_status_word, restored.mxcsr])
    expect(view.buffer).toBe(memory.buffer);
  const [before, after] = [parseState(state), parseState(second.save())];
  const different = before.flatMap((part, i) => (JSON.stringify(part) === JSON.stringify(after[i]) ? [] : [i]));
  // Part 43 is the time stamp counter, which never stands still.
  expect(different.filter((i) => i !== 43)).toEqual([]);
});
