// test.mjs CLIENT: plays the host agent to bbclient on the real socket path. build.sh runs it as root.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

const socketPath = '/var/run/hostd.sock';
const client = resolve(process.argv[2]);

function frame(type, payload) {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32LE(body.length, 1);
  return Buffer.concat([head, body]);
}

function splitFrames(onFrame) {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32LE(1)) {
      const end = 5 + rest.readUInt32LE(1);
      onFrame(String.fromCharCode(rest[0]), rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  };
}

/** Runs the client as `name`; `onFrame(type, payload, connection, child)` answers. Without it nobody listens. */
async function run(name, { args = [], input, onFrame, ...options } = {}) {
  rmSync(socketPath, { force: true });
  let child;
  const server = createServer((connection) => {
    connection.on('error', () => {});
    connection.on('data', splitFrames((type, payload) => onFrame(type, payload, connection, child)));
  });
  if (onFrame) await new Promise((done) => server.listen(socketPath, done));
  child = spawn(client, args, { argv0: name, ...options });
  const result = { out: '', err: '' };
  child.stdout.on('data', (data) => { result.out += data; });
  child.stderr.on('data', (data) => { result.err += data; });
  if (input !== undefined) child.stdin.end(input);
  result.code = await new Promise((done) => child.on('close', done));
  server.close();
  return result;
}

assert.equal(existsSync(socketPath), false, `${socketPath} is in use on this machine`);

assert.deepEqual(await run('esxcli'), { out: '', err: 'Connect to localhost failed: Connection failure\n', code: 1 });
assert.deepEqual(await run('/bin/vim-cmd'), {
  out: '',
  err: 'vim-cmd: cannot reach the host agent: hostd is not running\n',
  code: 1,
});

let sent;
const answered = await run('x/vim-cmd', {
  args: ['a', 'b c', ''],
  env: { A: '1', B: '' },
  cwd: '/proc',
  onFrame: (type, payload, connection) => {
    sent = [type, payload.toString().split('\0')];
    connection.write(Buffer.concat([frame('O', 'hel'), frame('E', 'err'), frame('O', 'x'.repeat(100000))]));
    connection.write(frame('X', [7, 0, 0, 0]));
  },
});
assert.deepEqual(sent, ['A', ['1', '0', '0', '0', '0', '/proc', '4', 'vim-cmd', 'a', 'b c', '', 'A=1', 'B=', '']]);
assert.deepEqual({ ...answered, out: answered.out.length }, { out: 100003, err: 'err', code: 7 });

let received = '';
const relayed = await run('cat', {
  input: 'some input'.repeat(20000),
  onFrame: (type, payload, connection) => {
    if (type === 'A') connection.write(frame('i', ''));
    if (type === 'I' && payload.length) received += payload;
    if (type === 'I' && !payload.length) connection.write(Buffer.concat([frame('O', 'end'), frame('X', [0, 0, 0, 0])]));
  },
});
assert.deepEqual([relayed, received.length], [{ out: 'end', err: '', code: 0 }, 200000]);

const signals = [];
const interrupted = await run('sleep', {
  onFrame: (type, payload, connection, child) => {
    if (type === 'S') signals.push(...payload);
    setTimeout(() => child.kill('SIGINT'), 30);
  },
});
assert.deepEqual([signals[0], interrupted.code], [2, 130]);

const ended = await run('sleep', {
  onFrame: (type, payload, connection, child) => {
    if (type === 'A') setTimeout(() => child.kill('SIGTERM'), 30);
    if (type === 'S') connection.write(frame('X', [128 + payload[0], 0, 0, 0]));
  },
});
assert.equal(ended.code, 143);

const lost = await run('esxcfg-nics', { onFrame: (type, payload, connection) => connection.end() });
assert.deepEqual(lost, { out: '', err: 'Connection to the host agent was lost\n', code: 1 });

const closed = await run('esxtop', {
  stdio: ['ignore', 'pipe', 'pipe'],
  onFrame: (type, payload, connection, child) => {
    child.stdout.destroy();
    setTimeout(() => connection.write(frame('O', 'x'.repeat(1000))), 30);
  },
});
assert.equal(closed.code, 141);

rmSync(socketPath, { force: true });
console.log('bbclient: 8 tests passed');
