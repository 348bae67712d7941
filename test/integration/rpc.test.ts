import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHost, RpcProcess, untilListening } from '../helpers/rpc.ts';

let rpc: RpcProcess;
let host: Awaited<ReturnType<typeof openHost>>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rpc-'));
  rpc = new RpcProcess({ ...process.env, BOOTBANK_DATA: folder });
  host = await openHost(rpc);
});
afterAll(async () => {
  expect(await rpc.end()).toBe(0);
  expect(rpc.strayLines).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

describe('a host over rpc', () => {
  it('runs commands with their output, errors and exit status apart', async () => {
    const result = await host.exec('echo out; echo err >&2; exit 7');
    expect(result).toMatchObject({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands standard input over', async () => {
    expect((await host.exec('wc -c', 'x'.repeat(100_000))).stdout.trim()).toBe('100000');
  });

  it('gives a command up after its time, with a code, and answers the next', async () => {
    const { session, host: name } = host;
    await expect(
      rpc.call('host.exec', { session, host: name, command: 'sleep 60', timeoutMs: 500 }),
    ).rejects.toMatchObject({
      code: 'guest.exec-timeout',
    });
    expect(await host.out('echo still here')).toBe('still here\n');
  });

  it('moves files of every byte there and back', async () => {
    const { session, host: name } = host;
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) & 255));
    await rpc.call('host.writeFile', { session, host: name, path: '/tmp/blob', base64: bytes.toString('base64') });
    const read = await rpc.call('host.readFile', { session, host: name, path: '/tmp/blob', encoding: 'base64' });
    expect(Buffer.from((read as { base64: string }).base64, 'base64').equals(bytes)).toBe(true);
    await expect(rpc.call('host.readFile', { session, host: name, path: '/tmp/none' })).rejects.toMatchObject({
      code: 'guest.no-file',
    });
  });

  it('shows the console and takes its keys', async () => {
    const { session, host: name } = host;
    const screen = await rpc.call('console.wait', {
      session,
      host: name,
      console: 'vga',
      text: '<F2>',
      timeoutMs: 10_000,
    });
    expect(screen.rows.length).toBeGreaterThanOrEqual(25);
    await rpc.call('console.type', { session, host: name, console: 'vga', keys: '<F2>' });
    await rpc.call('console.wait', { session, host: name, console: 'vga', text: 'Login Name', timeoutMs: 10_000 });
    await rpc.call('console.type', { session, host: name, console: 'vga', keys: '<Esc>' });
    await expect(
      rpc.call('console.type', { session, host: name, console: 'vga', keys: '<F99>' }),
    ).rejects.toMatchObject({ code: 'console.bad-keys' });
  });

  it('forwards a loopback port into the guest', async () => {
    const { session, host: name } = host;
    await host.out('(while true; do echo hello | nc -l -p 7777; done) >/dev/null 2>&1 &');
    await host.out(untilListening(7777));
    const { listen } = await rpc.call('host.forward', { session, host: name, port: 7777 });
    const text = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(Number(listen.split(':')[1]), '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString();
        if (heard.includes('\n')) socket.end();
      });
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
    });
    expect(text).toBe('hello\n');
    await expect(
      rpc.call('host.forward', { session, host: name, port: 7777, listen: '0.0.0.0:0' }),
    ).rejects.toMatchObject({ code: 'input.listen' });
  });

  it('goes back to a snapshot, memory and disk alike', async () => {
    const { session } = host;
    await host.out('echo before > /tmp/mark; echo before > /vmfs/volumes/datastore1/mark; sync');
    const { snapshot } = await rpc.call('session.snapshot', { session });
    await host.out('echo after > /tmp/mark; echo after > /vmfs/volumes/datastore1/mark; sync');
    await rpc.call('session.restore', { session, snapshot });
    expect(await host.out('cat /tmp/mark /vmfs/volumes/datastore1/mark')).toBe('before\nbefore\n');
    await writeFile(`${snapshot}.cut`, (await readFile(snapshot)).subarray(0, 1000));
    await expect(rpc.call('session.restore', { session, snapshot: `${snapshot}.cut` })).rejects.toMatchObject({
      code: 'submission.bad',
    });
    expect(await host.out('cat /tmp/mark')).toBe('before\n');
  });

  it('loses at a power-cycle what was in RAM, and keeps what was saved', async () => {
    await host.out('esxcli network vswitch standard add -v vSwitchKept && /sbin/auto-backup.sh >/dev/null');
    await host.out(
      'esxcli network vswitch standard add -v vSwitchLost; echo x > /tmp/lost; echo y > /vmfs/volumes/datastore1/kept; sync',
    );
    await host.powerCycle();
    const switches = await host.out('esxcli network vswitch standard list');
    expect(switches).toContain('vSwitchKept');
    expect(switches).not.toContain('vSwitchLost');
    expect((await host.exec('cat /tmp/lost')).exitCode).not.toBe(0);
    expect(await host.out('cat /vmfs/volumes/datastore1/kept')).toBe('y\n');
  });

  it.each([
    ['host.exec', { session: 'nope', host: 'x', command: 'true' }, 'session.unknown'],
    ['host.exec', { command: 5 }, 'input.invalid'],
    ['session.open', {}, 'input.invalid'],
    ['session.open', { lab: '../etc' }, 'lab.unknown'],
    ['session.open', { image: 'windows' }, 'image.unknown'],
    ['session.open', { topology: { hosts: [{ name: 'Bad Name' }] } }, 'topology.invalid'],
  ])('answers %s %o with %s', async (method, params, code) => {
    await expect(rpc.call(method as 'host.exec', params as never)).rejects.toMatchObject({ code });
  });

  it('refuses a host that is not in the session', async () => {
    await expect(
      rpc.call('host.exec', { session: host.session, host: 'esx99', command: 'true' }),
    ).rejects.toMatchObject({ code: 'host.unknown' });
  });
});
