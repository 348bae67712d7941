import { describe, expect, it } from 'vitest';
import { SyslogDaemon } from '../../../../../vm-images/userland/syslogd/daemon.ts';
import type { RemoteTarget } from '../../../../../vm-images/userland/syslogd/remote-target.ts';
import { FakeClock, FakeFiles, FakeTransport } from './fakes.ts';

function daemon(main: string | null = null, prepare: (files: FakeFiles) => void = () => {}) {
  const files = new FakeFiles();
  prepare(files);
  const clock = new FakeClock();
  const transports = new Map<string, FakeTransport>();
  const around = { main, notes: [] as string[], console: [] as string[], wakes: 0, hostname: 'esx01' };
  const syslog = new SyslogDaemon({
    files,
    pid: 77,
    nowMs: () => clock.nowMs,
    uptimeMs: () => 60_000,
    hostname: () => around.hostname,
    readConfig: () => ({ main: around.main, parts: {} }),
    transport: (target: RemoteTarget) => {
      const transport = new FakeTransport();
      transports.set(target.host, transport);
      return transport;
    },
    showKernelLines: (lines) => around.console.push(lines),
    note: (line) => around.notes.push(line),
    after: (ms, action) => clock.after(ms, action),
    wake: () => {
      around.wakes++;
    },
  });
  syslog.start();
  return {
    syslog,
    files,
    clock,
    transports,
    around,
    log: (name: string) => files.content.get(`/scratch/log/${name}.log`),
  };
}

describe('vmsyslogd', () => {
  it('makes every log and its link at the start', () => {
    const { files } = daemon();
    expect(files.content.has('/scratch/log/vobd.log')).toBe(true);
    expect(files.links.get('/var/log/hostd.log')).toBe('/scratch/log/hostd.log');
  });

  it('puts messages into their files and asks to be flushed', () => {
    const { syslog, around, log } = daemon();
    syslog.local('<166>shell[9]: esxcli network nic list');
    expect(around.wakes).toBeGreaterThan(0);
    syslog.flush();
    expect(log('shell')).toBe('2014-06-07T10:00:00Z shell[9]: esxcli network nic list\n');
  });

  it('dates kernel records by their age, shows them on the console, skips what programs wrote there', () => {
    const { syslog, around, log } = daemon();
    expect(syslog.kernel('4,12,50000000,-;link down')).toBe(12);
    expect(syslog.kernel('12,13,50000000,-;agent says hello')).toBe(13);
    // local0: the boot loader, in the kernel's name.
    expect(syslog.kernel('132,14,55000000,-;VisorFS: module x.v00 was left out')).toBe(14);
    syslog.flush();
    const lines =
      '2014-06-07T09:59:50.000Z cpu0:32768)WARNING: link down\n' +
      '2014-06-07T09:59:55.000Z cpu0:32768)WARNING: VisorFS: module x.v00 was left out\n';
    expect(log('vmkernel')).toBe(lines);
    expect(log('vmkwarning')).toBe(lines);
    expect(around.console).toEqual([lines]);
  });

  it('sends everything to the remote hosts, under the name the host has now', () => {
    const { syslog, transports, around, clock } = daemon('[vmsyslog]\nloghost = 10.0.0.9, tcp://10.0.0.8\n');
    transports.get('10.0.0.9')?.events?.ready();
    syslog.local('<30>mark: one');
    around.hostname = 'esx02';
    clock.advance(11_000);
    syslog.local('<30>mark: two');
    expect(transports.get('10.0.0.9')?.sent).toEqual([
      '<30>2014-06-07T10:00:00.000Z esx01 mark: one',
      '<30>2014-06-07T10:00:11.000Z esx02 mark: two',
    ]);
    expect(syslog.remotes.map((remote) => remote.waiting)).toEqual([0, 2]);
  });

  it('says that ssl is not supported', () => {
    const { log, around } = daemon('[vmsyslog]\nloghost = ssl://h\n');
    expect(log('syslog')).toContain('ssl://h:1514: encrypted connections are not supported');
    expect(around.notes.join()).toContain('ssl://h:1514');
  });

  it('follows a changed configuration on reload', () => {
    const { syslog, files, around, transports } = daemon('[vmsyslog]\nloghost = a\n');
    around.main = '[vmsyslog]\nlogdir = [ds1] logs\nlogdir_unique = true\nloghost = b\n';
    syslog.reload();
    expect(files.content.get('/vmfs/volumes/ds1/logs/esx01/syslog.log')).toContain('vmsyslogd[77]: reloaded');
    syslog.local('<30>hostd: x');
    syslog.flush();
    expect(files.content.get('/vmfs/volumes/ds1/logs/esx01/hostd.log')).toContain('x');
    expect(files.links.get('/var/log/hostd.log')).toBe('/vmfs/volumes/ds1/logs/esx01/hostd.log');
    expect([...transports.keys()]).toEqual(['a', 'b']);
  });
});

describe('without its folder', () => {
  it('goes from the configured folder to scratch, and says so', () => {
    const { log, around } = daemon('[vmsyslog]\nlogdir = /vmfs/volumes/gone/logs\n', (files) =>
      files.broken.add('/vmfs/volumes/gone'),
    );
    expect(log('syslog')).toContain('/vmfs/volumes/gone/logs (no such folder)');
    expect(around.notes).toHaveLength(1);
  });

  it('goes to memory without scratch, keeps files small there, and says so', () => {
    const { syslog, files } = daemon(null, (fake) => fake.broken.add('/scratch'));
    expect(files.content.get('/tmp/scratch/log/syslog.log')).toContain('lost when the host restarts');
    for (let index = 0; index < 40; index++) {
      syslog.local(`<30>hostd: ${'x'.repeat(8000)}`);
      for (let more = 0; more < 9; more++) syslog.local(`<30>hostd: ${'y'.repeat(8000)}`);
      syslog.flush();
    }
    const kept = [...files.content.keys()].filter((name) => name.includes('/hostd.'));
    expect(kept).toHaveLength(2);
    expect(files.content.get('/tmp/scratch/log/hostd.log')?.length).toBeLessThanOrEqual(256 * 1024);
  });

  it('knows that scratch may be in memory itself', () => {
    const { log } = daemon(null, (fake) => {
      fake.inMemory = true;
    });
    expect(log('syslog')).toContain('/scratch/log is in memory');
  });

  it('tells of a file that cannot be written once a minute, not with each line', () => {
    const { syslog, files, clock, around, log } = daemon();
    files.broken.add('/scratch/log/hostd');
    for (let second = 0; second < 50; second++) {
      syslog.local('<30>hostd: x');
      syslog.flush();
      clock.advance(1000);
    }
    expect(around.notes).toHaveLength(1);
    syslog.flush();
    expect(log('syslog')).toContain('/scratch/log/hostd.log: error 2');
  });
});
