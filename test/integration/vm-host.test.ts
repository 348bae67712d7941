import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../../main/vm/index.ts';
import type { GuestChannel, HostImage, Machine, MachineSpec, MachineStart } from '../../main/vm/types.ts';
import { eventually, workerFile } from '../helpers/bare-machine.ts';
import { esxiImage } from '../helpers/esxi-image.ts';

const MIB = 1024 * 1024;
const nics = [{ name: 'vmnic0', mac: '00:50:56:10:20:30' }];

let image: HostImage;
let worker: string;
let dir: string;
let host: Machine;
let guest: GuestChannel;

beforeAll(async () => {
  worker = await workerFile();
  image = await esxiImage();
  dir = mkdtempSync(path.join(os.tmpdir(), 'vm-host-'));
  host = await machine({ from: 'image' });
  guest = host.guest;
  await host.waitFor('ready', { timeoutMs: 60_000 });
}, 900_000);

afterAll(async () => {
  await host?.close();
  rmSync(dir, { recursive: true, force: true });
});

function machine(start: MachineStart, spec: Partial<MachineSpec> = {}): Promise<Machine> {
  return createMachine({ name: 'esx', image, memoryMiB: 128, nics, ...spec }, start, { workerFile: worker });
}

const text = (bytes: Uint8Array | null) => (bytes ? new TextDecoder().decode(bytes) : null);
const bytes = (value: string) => new TextEncoder().encode(value);

async function run(command: string, on: GuestChannel = guest): Promise<string> {
  const { exitCode, stdout, stderr } = await on.exec({ command, timeoutMs: 60_000 });
  if (exitCode !== 0) throw new Error(`${command}: ${exitCode} ${text(stderr)}`);
  return text(stdout)!;
}

describe('commands in a host', () => {
  it('keep stdout, stderr and exit status apart', async () => {
    const result = await guest.exec({ command: 'echo out; echo err >&2; exit 7' });
    expect([result.exitCode, text(result.stdout), text(result.stderr)]).toEqual([7, 'out\n', 'err\n']);
    expect((await guest.exec({ command: 'kill -9 $$' })).exitCode).toBe(137);
    expect((await guest.exec({ command: 'no-such-command' })).exitCode).toBe(127);
  });

  it('run as root in the root of the host, away from the agent and the boot loader', async () => {
    expect(await run('id -u; pwd; echo $HOME; ls -d /esxi /agent* 2>/dev/null; true')).toBe('0\n/\n/\n');
    expect(await run('cat /proc/1/cmdline | tr "\\0" " "')).toContain('init');
  });

  it('read their standard input to its end, large ones whole', async () => {
    const stdin = new Uint8Array(MIB).map((_, i) => i % 251);
    const { stdout } = await guest.exec({ command: 'cat', stdin, timeoutMs: 60_000 });
    expect(Buffer.compare(stdout, stdin)).toBe(0);
    expect(text((await guest.exec({ command: 'wc -c', stdin: new Uint8Array(0) })).stdout)!.trim()).toBe('0');
    expect((await guest.exec({ command: 'true', stdin })).exitCode).toBe(0);
  });

  it('lose nothing of a large output and leave no trace of it in the agent', async () => {
    const { stdout } = await guest.exec({
      command: 'dd if=/dev/zero bs=64k count=1600 2>/dev/null',
      timeoutMs: 100_000,
    });
    expect(stdout.length).toBe(100 * MIB);
  });

  it('are killed with everything they started when their time is over or nobody wants them any more', async () => {
    await expect(guest.exec({ command: 'echo before; sleep 4321 & sleep 4321', timeoutMs: 500 })).rejects.toMatchObject(
      {
        code: 'guest.exec-timeout',
        details: { stdout: 'before\n' },
      },
    );
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    await expect(guest.exec({ command: 'sleep 4321', signal: abort.signal })).rejects.toMatchObject({
      code: 'guest.aborted',
    });
    await eventually(
      () => run('ps | grep -c "[s]leep 4321" || true'),
      (count) => count.trim() === '0',
      'no sleep to be left',
    );
  });

  it('end when their shell ends, though a child lives on', async () => {
    const startedAt = Date.now();
    expect(await run('sleep 30 & echo started')).toBe('started\n');
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  it('run side by side', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => run(`sleep 0.2; echo ${i}`)));
    expect(results).toEqual(Array.from({ length: 8 }, (_, i) => `${i}\n`));
  });
});

describe('files of a host', () => {
  it('come back as they were written, through mounts and links as inside', async () => {
    const data = new Uint8Array(300_000).map((_, i) => (i * 7) & 255);
    await guest.writeFile('/tmp/file', data);
    expect(Buffer.compare((await guest.readFile('/tmp/file'))!, data)).toBe(0);
    await run(
      'mkdir -p /tmp/a/b; echo inner > /tmp/a/f; ln -s /tmp/a /tmp/l; ln -s ../../../../../tmp/a/f /tmp/a/b/up',
    );
    expect(text(await guest.readFile('/tmp/l/b/up'))).toBe('inner\n');
    await guest.writeFile('/tmp/l/new', bytes('through the link'));
    expect(await run('cat /tmp/a/new')).toBe('through the link');
    expect(text(await guest.readFile('/proc/sys/kernel/ostype'))).toBe('Linux\n');
  });

  it('that are missing are null, and what is no file says so', async () => {
    expect(await guest.readFile('/tmp/none/at/all')).toBeNull();
    await expect(guest.readFile('/tmp')).rejects.toMatchObject({ code: 'guest.failed' });
    await expect(guest.writeFile('/tmp/none/x', bytes('x'))).rejects.toMatchObject({ code: 'guest.failed' });
    await run('ln -sf loop2 /tmp/loop1; ln -sf loop1 /tmp/loop2');
    await expect(guest.readFile('/tmp/loop1')).rejects.toThrow(/symbolic links/);
  });

  it('are listed with type, size and mode', async () => {
    await run('mkdir -p /tmp/list/d; printf 12345 > /tmp/list/f; chmod 640 /tmp/list/f; ln -s f /tmp/list/l');
    const list = (await guest.listFiles('/tmp/list')).map(({ name, type, size, mode }) => [
      name,
      type,
      size,
      mode.toString(8),
    ]);
    expect(list).toEqual([
      ['d', 'directory', expect.any(Number), '755'],
      ['f', 'file', 5, '640'],
      ['l', 'link', 1, '777'],
    ]);
    await expect(guest.listFiles('/tmp/none')).rejects.toMatchObject({ code: 'guest.failed' });
  });
});

describe('shells and streams', () => {
  it('a shell is a terminal of its own size, several at once', async () => {
    const shells = await Promise.all([
      guest.openShell({ rows: 24, columns: 80 }),
      guest.openShell({ rows: 30, columns: 100 }),
    ]);
    const said = ['', ''];
    for (const [i, shell] of shells.entries())
      shell.onOutput((data) => {
        said[i] = said[i]! + text(data);
      });
    for (const shell of shells) shell.write(bytes('echo "$TERM:$(stty size):$(tty)"\n'));
    await eventually(
      () => said,
      ([a = '', b = '']) => /xterm:24 80:\/dev\/pts\/\d/.test(a) && /xterm:30 100:\/dev\/pts\/\d/.test(b),
      'both sizes',
    );
    shells[0]!.resize(40, 132);
    shells[0]!.write(bytes('stty size\n'));
    await eventually(
      () => said[0]!,
      (one) => one.includes('40 132'),
      'the new size',
    );
    const exit = new Promise((resolve) => shells[1]!.onExit(resolve));
    shells[1]!.write(bytes('exit 3\n'));
    expect(await exit).toEqual({ exitCode: 3 });
    shells[0]!.dispose();
  });

  it('a stream carries a megabyte both ways and ends when the other end does', async () => {
    const server = run('nc -l -p 7001 -e cat', guest).catch(() => '');
    const stream = await eventually(
      () => guest.dial({ protocol: 'tcp', port: 7001 }).catch(() => null),
      (dialed) => dialed !== null,
      'somebody to listen',
    );
    let received = 0;
    stream!.onData((data) => {
      received += data.length;
    });
    const closed = new Promise<void>((resolve) => stream!.onClose(() => resolve()));
    stream!.write(new Uint8Array(MIB));
    stream!.end();
    await closed;
    expect(received).toBe(MIB);
    await server;
  });

  it('a port where nobody listens refuses', async () => {
    await expect(guest.dial({ protocol: 'tcp', port: 7 })).rejects.toMatchObject({ code: 'guest.dial' });
  });
});

describe('copies of a host', () => {
  it('go their own way: memory, disk, shells and randomness', async () => {
    await run('echo original > /tmp/which; echo original > /vmfs/volumes/datastore1/which; sync');
    const shell = await guest.openShell({ rows: 24, columns: 80 });
    let said = '';
    shell.onOutput((data) => {
      said += text(data);
    });
    shell.write(bytes('WHERE=here\n'));
    const copy = await machine({ from: 'snapshot', snapshot: await host.snapshot() });
    try {
      await copy.waitFor('ready', { timeoutMs: 30_000 });
      expect(await run('cat /tmp/which /vmfs/volumes/datastore1/which', copy.guest)).toBe('original\noriginal\n');
      await run('echo copy > /tmp/which; echo copy > /vmfs/volumes/datastore1/which; sync', copy.guest);
      expect(await run('cat /tmp/which; echo 3 > /proc/sys/vm/drop_caches; cat /vmfs/volumes/datastore1/which')).toBe(
        'original\noriginal\n',
      );
      const [one, two] = await Promise.all(
        [guest, copy.guest].map((at) => run('head -c 16 /dev/urandom | md5sum', at)),
      );
      expect(one).not.toBe(two);
      shell.write(bytes('echo still-$WHERE\n'));
      await eventually(
        () => said,
        (all) => all.includes('still-here'),
        'the shell of the original to answer',
      );
    } finally {
      await copy.close();
      shell.dispose();
    }
  });

  it('are taken while the host is busy, and agree with themselves', async () => {
    const busy = guest.exec({
      command: 'i=0; while [ $i -lt 400 ]; do echo $i $i | md5sum; i=$((i+1)); done | tail -1',
      timeoutMs: 120_000,
    });
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      const copy = await machine({ from: 'snapshot', snapshot: await host.snapshot() });
      expect(await run('echo $((6 * 7))', copy.guest)).toBe('42\n');
      await copy.close();
    }
    expect(text((await busy).stdout)).toBe(await run('echo 399 399 | md5sum'));
  });
});

describe('power', () => {
  it('what the host had synced is there when its thread was killed; it boots, reboots and shuts down', async () => {
    const storageDir = path.join(dir, 'store');
    mkdirSync(storageDir);
    const made = await machine({ from: 'image' }, { storageDir });
    try {
      await made.waitFor('ready', { timeoutMs: 60_000 });
      await run('echo kept > /vmfs/volumes/datastore1/kept; sync', made.guest);
      await (made as unknown as { worker: { worker: { terminate(): Promise<number> } } }).worker.worker.terminate();
      await eventually(
        () => made.state,
        (state) => state === 'crashed',
        'the loss to be noticed',
      );
      await made.power('on');
      await made.waitFor('ready', { timeoutMs: 400_000 });
      expect(await run('cat /vmfs/volumes/datastore1/kept', made.guest)).toBe('kept\n');
      await made.power('reboot');
      expect(made.state).toBe('starting');
      await made.waitFor('ready', { timeoutMs: 400_000 });
      expect(await run('cat /vmfs/volumes/datastore1/kept', made.guest)).toBe('kept\n');
      await made.power('shutdown');
      await made.waitFor('off', { timeoutMs: 120_000 });
      expect(made.state).toBe('halted');
    } finally {
      await made.close();
    }
  }, 900_000);
});
