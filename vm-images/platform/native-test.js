// Assertions on the `native` module. build.sh runs it as root: bbjs native-test.js
import * as native from 'native';
import * as os from 'os';
import * as std from 'std';

const fail = (name, message) => {
  std.err.puts(`not ok: ${name}: ${message}\n`);
  std.exit(1);
};

const equal = (found, expected) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, found ${a}`);
};

const throwsErrno = (errno, action) => {
  try {
    action();
  } catch (error) {
    equal(error.errno, errno);
    equal(typeof error.syscall, 'string');
    return;
  }
  throw new Error(`expected errno ${errno}, nothing was thrown`);
};

const tests = [];
const test = (name, body) => tests.push({ name, body });

const bytes = (text) => native.utf8Encode(text);
const textOf = (buffer, length) => native.utf8Decode(buffer, 0, length);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const readable = (fd) =>
  new Promise((resolve) => {
    os.setReadHandler(fd, () => {
      os.setReadHandler(fd, null);
      resolve();
    });
  });

const run = (options) => {
  const pipe = native.pipe();
  const pid = native.spawn({ stdout: pipe.write, ...options });
  os.close(pipe.write);
  const buffer = new ArrayBuffer(65536);
  let length = 0;
  for (;;) {
    const got = native.read(pipe.read, buffer, length, buffer.byteLength - length);
    if (!got) break;
    length += got;
  }
  os.close(pipe.read);
  const end = native.waitpid(pid, false);
  return { text: textOf(buffer, length), exitCode: end.exitCode, signal: end.signal };
};
const env = ['PATH=/bin:/usr/bin:/sbin:/usr/sbin'];

// ---- Codecs ----

test('sha256 of known texts', () => {
  equal(native.sha256(bytes('')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  equal(native.sha256(bytes('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  equal(native.sha256(bytes('a'.repeat(1000000))), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
});
test('sha256 and sha1 at every padding length agree with the system tools', () => {
  for (const length of [55, 56, 57, 63, 64, 65, 119, 120]) {
    const data = 'x'.repeat(length);
    for (const [tool, digest] of [['sha256sum', native.sha256], ['sha1sum', native.sha1]]) {
      const { text } = run({ argv: ['sh', '-c', `printf %s ${data} | ${tool}`], env });
      equal(digest(bytes(data)), text.split(' ')[0]);
    }
  }
});
test('crc32, also continued', () => {
  equal(native.crc32(bytes('123456789')), 0xcbf43926);
  equal(native.crc32(bytes('6789'), native.crc32(bytes('12345'))), 0xcbf43926);
});
test('base64 both ways', () => {
  for (const [text, code] of [['', ''], ['f', 'Zg=='], ['fo', 'Zm8='], ['foo', 'Zm9v'], ['foob', 'Zm9vYg==']]) {
    equal(native.base64Encode(bytes(text)), code);
    equal(textOf(native.base64Decode(code)), text);
  }
  equal(textOf(native.base64Decode('Zm9v\r\nYg==')), 'foob');
  throwsErrno(22, () => native.base64Decode('Zm9*'));
});
test('gzip is reproducible and gunzip takes members, padding, not damage', () => {
  const data = bytes('hello '.repeat(10000));
  const packed = native.gzip(data, 9);
  equal(hex(packed).slice(0, 20), '1f8b0800000000000203');
  equal(native.sha1(native.gunzip(packed)), native.sha1(data));
  const two = new Uint8Array(packed.byteLength * 2 + 512);
  two.set(new Uint8Array(packed), 0);
  two.set(new Uint8Array(packed), packed.byteLength);
  equal(native.gunzip(two.buffer).byteLength, 120000);
  const damaged = packed.slice(0);
  new Uint8Array(damaged)[20] ^= 0xff;
  throwsErrno(22, () => native.gunzip(damaged));
  throwsErrno(22, () => native.gunzip(packed.slice(0, 40)));
  throwsErrno(22, () => native.gunzip(new ArrayBuffer(0)));
});
test('inflateRaw', () => {
  const packed = native.gzip(bytes('raw deflate '.repeat(50)));
  equal(textOf(native.inflateRaw(packed.slice(10, packed.byteLength - 8))), 'raw deflate '.repeat(50));
  equal(native.inflateRaw(packed.slice(10, packed.byteLength - 8), 600).byteLength, 600);
});
test('utf8Decode replaces what is not UTF-8', () => {
  equal(native.utf8Decode(bytes('Ä€😀')), 'Ä€😀');
  equal(native.utf8Decode(new Uint8Array([0x61, 0xff, 0xc3, 0x62, 0xed, 0xa0, 0x80]).buffer), 'a��b���');
  equal(native.utf8Decode(bytes('abcdef'), 2, 3), 'cde');
  equal(native.utf8Decode(new Uint8Array(bytes('abcdef')).subarray(4)), 'ef');
});
test('crypt', () => {
  equal(
    native.crypt('Hello world!', '$6$saltstring'),
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  );
  throwsErrno(22, () => native.crypt('x', '*'));
});
test('random differs', () => {
  equal(native.random(32).byteLength, 32);
  equal(hex(native.random(16)) === hex(native.random(16)), false);
});
test('doubles are rounded to 64 bits', () => {
  equal(0.1 + 0.2, 0.30000000000000004);
  equal(9007199254740993 - 1, 9007199254740991);
  equal(4.35 * 100, 434.99999999999994);
});

// ---- Files ----

const folder = `/tmp/native-test-${native.getpid()}`;
os.mkdir(folder);
test('pread, pwrite, ftruncate, fsync beyond 4 GiB', () => {
  const fd = os.open(`${folder}/big`, os.O_RDWR | os.O_CREAT, 0o644);
  const at = 5 * 2 ** 30;
  equal(native.pwrite(fd, bytes('far'), 0, 3, at), 3);
  const buffer = new ArrayBuffer(8);
  equal(native.pread(fd, buffer, 2, 6, at), 3);
  equal(textOf(buffer.slice(2), 3), 'far');
  native.ftruncate(fd, at + 1);
  native.fsync(fd);
  equal(os.seek(fd, 0, std.SEEK_END), at + 1);
  os.close(fd);
});
test('offsets outside the buffer are refused', () => {
  let name;
  try {
    native.read(0, new ArrayBuffer(4), 2, 3);
  } catch (error) {
    name = error.name;
  }
  equal(name, 'RangeError');
});
test('link, chmod, chown, mknod, umask, statfs', () => {
  native.link(`${folder}/big`, `${folder}/twin`);
  equal(os.stat(`${folder}/twin`)[0].nlink, 2);
  native.chmod(`${folder}/twin`, 0o4711);
  equal(os.stat(`${folder}/big`)[0].mode & 0o7777, 0o4711);
  native.chown(`${folder}/big`, 12, 34);
  equal([os.stat(`${folder}/big`)[0].uid, os.stat(`${folder}/big`)[0].gid], [12, 34]);
  native.mknod(`${folder}/fifo`, 0o10600, 0, 0);
  equal(os.stat(`${folder}/fifo`)[0].mode & os.S_IFMT, os.S_IFIFO);
  const mask = native.umask(0o77);
  equal(native.umask(mask), 0o77);
  const info = native.statfs('/proc');
  equal(info.type, 0x9fa0);
  throwsErrno(2, () => native.statfs(`${folder}/none`));
});

// ---- Sockets ----

test('unix stream: accept, credentials, names, end of stream', async () => {
  const path = `${folder}/socket`;
  const server = native.socket('unix', 'stream');
  native.bind(server, { path });
  native.listen(server, 5);
  equal(native.accept(server), null);
  const client = native.socket('unix', 'stream');
  equal(native.connect(client, { path }), true);
  await readable(server);
  const { fd, address } = native.accept(server);
  equal(address, null);
  equal(native.socketName(fd), { path });
  equal(native.peerName(client), { path });
  equal(native.peerCredentials(fd), { pid: native.getpid(), uid: 0, gid: 0 });
  const buffer = new ArrayBuffer(64);
  equal(native.recv(fd, buffer, 0, 64), null);
  equal(native.send(client, bytes('question'), 0, 8), 8);
  await readable(fd);
  equal(native.recv(fd, buffer, 4, 60), { length: 8, from: null });
  equal(textOf(buffer.slice(4), 8), 'question');
  native.shutdown(client, 'write');
  await readable(fd);
  equal(native.recv(fd, buffer, 0, 64).length, 0);
  [server, client, fd].forEach((each) => os.close(each));
});
test('send answers null when it would block', () => {
  const path = `${folder}/full`;
  const server = native.socket('unix', 'stream');
  native.bind(server, { path });
  native.listen(server, 1);
  const client = native.socket('unix', 'stream');
  native.connect(client, { path });
  const buffer = new ArrayBuffer(65536);
  let sent = 0;
  for (let i = 0; i < 1000 && sent !== null; i++) sent = native.send(client, buffer, 0, 65536);
  equal(sent, null);
  os.close(server);
  os.close(client);
});
test('inet dgram with addresses, inet6 stream', async () => {
  const a = native.socket('inet', 'dgram');
  native.bind(a, { host: '127.0.0.1', port: 0 });
  const { port } = native.socketName(a);
  const b = native.socket('inet', 'dgram');
  native.bind(b, { host: '127.0.0.1', port: 0 });
  equal(native.send(b, bytes('datagram'), 0, 8, { host: '127.0.0.1', port }), 8);
  await readable(a);
  const buffer = new ArrayBuffer(100);
  equal(native.recv(a, buffer, 0, 100), { length: 8, from: { host: '127.0.0.1', port: native.socketName(b).port } });
  os.close(a);
  os.close(b);
  const server = native.socket('inet', 'stream');
  native.setSocketOption(server, 1, 2, 1);
  equal(native.getSocketOption(server, 1, 2), 1);
  native.bind(server, { host: '127.0.0.1', port: 0 });
  native.listen(server, 1);
  const client = native.socket('inet', 'stream');
  native.connect(client, { host: '127.0.0.1', port: native.socketName(server).port });
  await readable(server);
  equal(native.accept(server).address, { host: '127.0.0.1', port: native.socketName(client).port });
  equal(native.socketError(client), 0);
  const refused = native.socket('inet6', 'stream');
  try {
    native.connect(refused, { host: '::1', port: 9 });
  } catch (error) {
    equal(typeof error.errno, 'number');
  }
});
test('netlink answers with the list of links; packet binds to one', async () => {
  const fd = native.socket('netlink', 'raw', 0);
  native.bind(fd, { groups: 1 });
  equal(native.socketName(fd), { groups: 1 });
  const request = new DataView(new ArrayBuffer(32));
  request.setUint32(0, 32, true);
  request.setUint16(4, 18, true); // RTM_GETLINK
  request.setUint16(6, 0x301, true); // NLM_F_REQUEST | NLM_F_DUMP
  native.send(fd, request.buffer, 0, 32, { groups: 0 });
  await readable(fd);
  const buffer = new ArrayBuffer(32768);
  const { from } = native.recv(fd, buffer, 0, 32768);
  equal(from, { groups: 0 });
  equal(new DataView(buffer).getUint16(4, true), 16); // RTM_NEWLINK
  const packet = native.socket('packet', 'raw', 3);
  native.bind(packet, { ifindex: native.ifIndex('lo'), etherType: 3 });
  equal(native.socketName(packet), { ifindex: native.ifIndex('lo'), etherType: 3 });
  os.close(packet);
  os.close(fd);
  throwsErrno(19, () => native.ifIndex('nonesuch0'));
});
test('wrong calls name what is wrong', () => {
  throwsErrno(9, () => native.listen(999, 1));
  throwsErrno(111, () => {
    const fd = native.socket('unix', 'stream');
    const path = `${folder}/nobody`;
    const server = native.socket('unix', 'stream');
    native.bind(server, { path });
    os.close(server);
    native.connect(fd, { path });
  });
  let message;
  try {
    native.bind(native.socket('inet', 'stream'), { host: 'example', port: 1 });
  } catch (error) {
    message = error.message;
  }
  equal(message, "'example' is not a numeric address");
});
test('hundreds of descriptors above 1024 are served, each in its turn', async () => {
  run({ argv: ['true'], env });
  const pipes = [];
  try {
    for (let i = 0; i < 700; i++) pipes.push(native.pipe());
  } catch (error) {
    equal(error.errno, 24); // a low limit of open files is no fault of ours
  }
  os.close(pipes[0].read); // leave room for what the loop itself needs
  os.close(pipes.shift().write);
  const served = new Set();
  await new Promise((resolve) => {
    for (const pipe of pipes) {
      native.write(pipe.write, bytes('x'), 0, 1);
      os.setReadHandler(pipe.read, () => {
        // Never reads, so every one stays ready: the loop must be fair.
        served.add(pipe.read);
        if (served.size === pipes.length) resolve();
      });
    }
  });
  for (const pipe of pipes) {
    os.setReadHandler(pipe.read, null);
    os.close(pipe.read);
    os.close(pipe.write);
  }
});
test('timers at 0 ms do not starve descriptors', async () => {
  const pipe = native.pipe();
  let spinning = true;
  const spin = () => spinning && os.setTimeout(spin, 0);
  spin();
  native.write(pipe.write, bytes('x'), 0, 1);
  await readable(pipe.read);
  spinning = false;
});

// ---- Processes ----

test('spawn: output, exit code, signal, environment, cwd', () => {
  equal(run({ argv: ['echo', 'a b'], env }), { text: 'a b\n', exitCode: 0, signal: null });
  equal(run({ argv: ['sh', '-c', 'exit 7'], env }).exitCode, 7);
  equal(run({ argv: ['sh', '-c', 'kill -9 $$'], env }).signal, 9);
  equal(run({ argv: ['env'], env: ['A=1', ...env] }).text, `A=1\n${env[0]}\n`);
  equal(run({ argv: ['pwd'], env, cwd: '/proc' }).text, '/proc\n');
  equal(run({ argv: ['sh', '-c', 'id -u; id -g'], env, uid: 65534, gid: 65533 }).text, '65534\n65533\n');
});
test('spawn throws what exec said', () => {
  throwsErrno(2, () => native.spawn({ argv: ['/none/such'] }));
  throwsErrno(2, () => native.spawn({ argv: ['nonesuch'], env }));
  throwsErrno(13, () => native.spawn({ argv: [folder] }));
  throwsErrno(2, () => native.spawn({ argv: ['/bin/true'], cwd: '/none' }));
});
test('spawn leaks no descriptor and no signal setting', () => {
  const keep = native.pipe();
  native.setCloseOnExec(keep.read, false);
  equal(run({ argv: ['sh', '-c', 'ls /proc/self/fd | wc -l'], env }).text.trim(), '4'); // 0, 1, 2 and ls's own
  equal(run({ argv: ['grep', 'SigIgn', '/proc/self/status'], env }).text.trim(), 'SigIgn:\t0000000000000000');
  os.close(keep.read);
  os.close(keep.write);
});
test('spawn swaps descriptors', () => {
  const pipe = native.pipe();
  const text = run({ argv: ['sh', '-c', 'echo to-err >&2'], env, stdout: undefined, stderr: pipe.write });
  equal(text.exitCode, 0);
  const buffer = new ArrayBuffer(16);
  equal(textOf(buffer, native.read(pipe.read, buffer, 0, 16)), 'to-err\n');
});
test('spawn in new namespaces, and entering those of another process', () => {
  equal(run({ argv: ['sh', '-c', 'echo $$'], env, unshare: ['pid', 'mnt', 'uts', 'ipc', 'net'] }).text, '1\n');
  const pid = native.spawn({ argv: ['sh', '-c', 'hostname inside; sleep 100'], env, unshare: ['pid', 'uts', 'mnt'] });
  os.sleep(200);
  equal(run({ argv: ['hostname'], env, enter: { pid, kinds: ['uts'] } }).text, 'inside\n');
  const inside = Number(run({ argv: ['sh', '-c', 'echo $$'], env, enter: { pid, kinds: ['pid', 'uts', 'mnt'] } }).text);
  equal(inside > 1 && inside < 20, true);
  const outside = Number(run({ argv: ['sh', '-c', 'echo $$'], env }).text);
  equal(outside > pid, true);
  native.kill(pid, 9);
  equal(native.waitpid(pid, false).signal, 9);
});
test('spawn with chroot', () => {
  throwsErrno(2, () => native.spawn({ argv: ['/bin/true'], chroot: folder }));
});
test('waitpid without a child', () => {
  equal(native.waitpid(-1, true), null);
  throwsErrno(10, () => native.waitpid(-1, false));
});
test('SIGCHLD wakes the event loop', async () => {
  let pid;
  const ended = new Promise((resolve) => {
    os.signal(17, () => resolve(native.waitpid(pid, true)));
  });
  const timer = os.setTimeout(() => fail('SIGCHLD', 'not delivered within 5 s'), 5000);
  pid = native.spawn({ argv: ['sh', '-c', 'exit 3'], env });
  equal((await ended).exitCode, 3);
  os.clearTimeout(timer);
  os.signal(17, null);
});
test('execReplace', () => {
  const self = run({ argv: ['readlink', '/proc/' + native.getpid() + '/exe'], env }).text.trim();
  const code = 'import * as n from "native"; n.execReplace(["sh", "-c", "echo $A"], ["A=replaced", "PATH=/bin:/usr/bin"])';
  equal(run({ argv: [self, '-e', code], env }).text, 'replaced\n');
});

// ---- Terminals ----

test('pty: window size, raw mode, controlling terminal', () => {
  const { master, slave } = native.openPty();
  const fd = os.open(slave, os.O_RDWR | 0o400);
  equal(native.isTty(fd), true);
  equal(native.isTty(native.pipe().read), false);
  native.setWindowSize(master, 40, 132);
  equal(native.getWindowSize(fd), { rows: 40, columns: 132 });
  const saved = native.setRaw(fd);
  native.setTermios(fd, saved);
  native.setSpeed(fd, 115200);
  equal(run({ argv: ['sh', '-c', 'stty size </dev/tty; tty'], env, stdin: fd, session: true }).text, `40 132\n${slave}\n`);
  os.close(master);
  os.close(fd);
});
test('ioctl with a buffer', () => {
  const { master } = native.openPty();
  const size = new ArrayBuffer(8);
  native.setWindowSize(master, 3, 4);
  equal(native.ioctl(master, 0x5413, size), 0);
  equal(Array.from(new Uint16Array(size)), [3, 4, 0, 0]);
});

// ---- The machine, in namespaces of our own ----

test('unshare, mount, umount, setHostname', () => {
  native.unshare(['mnt', 'uts']);
  native.mount('none', '/', '', 0x44000, ''); // MS_REC | MS_PRIVATE
  native.mount('tmpfs', folder, 'tmpfs', 0, 'size=1m');
  equal(native.statfs(folder).type, 0x01021994);
  native.umount(folder, 0);
  native.setHostname('lab-host');
  equal(run({ argv: ['hostname'], env }).text, 'lab-host\n');
});
test('monotonicMs goes on', () => {
  const from = native.monotonicMs();
  os.sleep(30);
  const ms = native.monotonicMs() - from;
  equal(ms >= 29 && ms < 5000, true);
});

// ---- Engine ----

test('compile gives a .qbc that runs and refuses another version', () => {
  const self = run({ argv: ['readlink', '/proc/' + native.getpid() + '/exe'], env }).text.trim();
  const code = native.compile('import * as os from "os"; console.log(typeof os.open, scriptArgs[1]);', 'a.js');
  const write = (data) => {
    const fd = os.open(`${folder}/a.qbc`, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644);
    native.write(fd, data, 0, data.byteLength);
    os.close(fd);
  };
  write(code);
  equal(run({ argv: [self, `${folder}/a.qbc`, 'arg'], env }).text, 'function arg\n');
  new Uint8Array(code)[20] ^= 1;
  write(code);
  equal(run({ argv: [self, `${folder}/a.qbc`], env }).exitCode, 1);
  let name;
  try {
    native.compile('let = 3', 'bad.js');
  } catch (error) {
    name = error.name;
  }
  equal(name, 'SyntaxError');
});
test('errors that nobody catches end the program with 1; a late catch is in time', () => {
  const self = run({ argv: ['readlink', '/proc/' + native.getpid() + '/exe'], env }).text.trim();
  const status = (code) => run({ argv: [self, '-e', code], env }).exitCode;
  equal(status('throw new Error("a")'), 1);
  equal(status('Promise.reject(new Error("a"))'), 1);
  equal(status('import * as os from "os"; os.setTimeout(() => { throw 1 }, 1)'), 1);
  equal(status('const p = Promise.reject(1); try { await p } catch {}'), 0);
  equal(status('await new Promise(() => {})'), 1);
  equal(status('import * as n from "native"; n.setUncaughtHandler(() => {}); Promise.reject(1)'), 0);
});

for (const { name, body } of tests) {
  try {
    await body();
  } catch (error) {
    fail(name, `${error}\n${error.stack}`);
  }
}
run({ argv: ['rm', '-rf', folder], env });
console.log(`native: ${tests.length} tests passed`);
