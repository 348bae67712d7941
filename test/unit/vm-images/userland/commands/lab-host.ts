import { CancelSource, type CommandContext } from '../../../../../vm-images/userland/commands/framework/context.ts';
import { runProgram } from '../../../../../vm-images/userland/commands/framework/run.ts';
import { createCommandTree } from '../../../../../vm-images/userland/commands/index.ts';
import { cloneConfig, type HostConfig } from '../../../../../vm-images/userland/model/config.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import type { Host } from '../../../../../vm-images/userland/model/host.ts';
import { createGpt, serializeGpt } from '../../../../../vm-images/userland/model/storage-gpt.ts';
import type { PingOptions, System } from '../../../../../vm-images/userland/model/system.ts';
import { MemoryFiles } from './memory-files.ts';

export const DATASTORE = '4fc3c05b-c677ee28-ba3c-005056000011';
export const BANK = '11111111-22222222-3333-444444444444';
const VMFS = 'AA31E02A400F11DB9590000C2911D1B8';
const BASIC = 'EBD0A0A2B9E5443387C068B6B72699C7';
/** 64 MiB: small enough to be held in memory, large enough for a table. */
const SECTORS = 131072;

/** A program's output and exit status. */
export interface Ran {
  status: number;
  out: string;
  err: string;
}

/** A host with one disk (bank A, datastore1), one adapter, and the commands of the real tree over it. */
export class LabHost {
  readonly files = new MemoryFiles();
  readonly tree = createCommandTree();
  readonly runs: string[][] = [];
  readonly pings: PingOptions[] = [];
  readonly powered: string[] = [];
  readonly logged: string[] = [];
  nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  config: HostConfig = freshConfig({
    systemUuid: '4ff35a91-ab62-fc60-8199-005056170001',
    nics: [{ name: 'vmnic0', mac: '00:50:56:00:00:11' }],
  });
  readonly system: System;
  readonly host: Host;

  constructor() {
    this.putHardware();
    this.putDisk();
    this.system = this.createSystem();
    const self = this;
    this.host = {
      get config() {
        return self.config;
      },
      runtime: {
        nics: [{ name: 'vmnic0', mac: '00:50:56:00:00:11', up: true }],
        leases: [],
        kernel: {},
        ipv6Enabled: true,
        booted: true,
      },
      async change(_summary, mutate) {
        const draft = cloneConfig(self.config);
        mutate(draft);
        self.config = draft;
      },
      reapply: async () => undefined,
      renewLease: async () => undefined,
    };
  }

  /** Runs `esxcli …`, `esxcfg-… …`, with words in double quotes kept together. */
  async run(line: string, options: { cwd?: string } = {}): Promise<Ran> {
    const [name = '', ...argv] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
    const ran: Ran = { status: 0, out: '', err: '' };
    const text = (chunk: string | Uint8Array): string =>
      typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    const ctx: CommandContext = {
      host: this.host,
      system: this.system,
      name,
      cwd: options.cwd ?? '/',
      env: {},
      via: 'hostd',
      signal: new CancelSource().signal,
      tty: {
        stdinIsTty: false,
        isTty: false,
        rows: 24,
        columns: 80,
        raw: () => undefined,
        read: async () => null,
        onResize: () => () => undefined,
      },
      stdin: async () => new Uint8Array(),
      out: async (chunk) => {
        ran.out += text(chunk);
      },
      err: async (chunk) => {
        ran.err += text(chunk);
      },
    };
    ran.status = await runProgram(this.tree, ctx, argv);
    return ran;
  }

  private putHardware(): void {
    const { files } = this;
    files.put('/sys/class/scsi_host/host0x/proc_name', '');
    files.remove('/sys/class/scsi_host/host0x', { recursive: true });
    files.put('/sys/devices/pci0000:00/0000:00:01.1/ata1/host0/scsi_host/host0/proc_name', 'ata_piix\n');
    files.symlink('../../devices/pci0000:00/0000:00:01.1/ata1/host0/scsi_host/host0', '/sys/class/scsi_host/host0');
    for (const [name, value] of [
      ['vendor', '0x8086'],
      ['device', '0x7010'],
      ['subsystem_vendor', '0x0000'],
      ['subsystem_device', '0x0000'],
      ['class', '0x010180'],
      ['irq', '14'],
    ] as const) {
      files.put(`/sys/bus/pci/devices/0000:00:01.1/${name}`, `${value}\n`);
    }
    const disk = '/sys/block/sda';
    files.put(`${disk}/size`, `${SECTORS}\n`);
    files.put(`${disk}/removable`, '0\n');
    files.put(`${disk}/ro`, '0\n');
    files.put(`${disk}/queue/rotational`, '1\n');
    files.put(`${disk}/queue/max_sectors_kb`, '1280\n');
    files.put(
      `${disk}/stat`,
      '     100       0     2000      50      200       0     4000      90        0       0      0\n',
    );
    files.put('/sys/devices/scsi/vendor', 'ATA     \n');
    files.put('/sys/devices/scsi/model', 'v86 ATA HD       \n');
    files.put('/sys/devices/scsi/rev', '1.0 \n');
    files.symlink('../../devices/0:0:0:0', `${disk}/device`);
    files.symlink('scsi', '/sys/devices/0:0:0:0');
    for (const number of [3, 5]) files.put(`${disk}/sda${number}/partition`, `${number}\n`);
    files.put(
      '/proc/cpuinfo',
      'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 8\nmodel name\t: Lab CPU\nstepping\t: 3\ncpu MHz\t\t: 1000.000\ncache size\t: 256 KB\n\n',
    );
    files.put(
      '/proc/meminfo',
      'MemTotal:         119000 kB\nMemFree:           60000 kB\nMemAvailable:      80000 kB\nSlab:               5000 kB\n',
    );
  }

  private putDisk(): void {
    const { files } = this;
    const table = createGpt(SECTORS, '0'.repeat(32));
    table.partitions.push(
      { number: 5, first: 8192, last: 16383, type: BASIC, attributes: 0, guid: 'A'.repeat(32), name: 'bootbank1' },
      { number: 3, first: 16384, last: 65535, type: VMFS, attributes: 0, guid: 'B'.repeat(32), name: 'datastore1' },
    );
    files.put('/dev/sda', new Uint8Array(SECTORS * 512));
    for (const piece of serializeGpt(table, new ArrayBuffer(512)))
      files.writeAt('/dev/sda', piece.sector * 512, new Uint8Array(piece.bytes));
    files.put('/dev/sda3', superblock(DATASTORE, 'datastore1'));
    files.put('/dev/sda5', new Uint8Array(2048));
    files.mkdir(`/vmfs/volumes/${DATASTORE}`, { parents: true });
    files.mkdir(`/vmfs/volumes/${BANK}`, { parents: true });
    files.symlink(DATASTORE, '/vmfs/volumes/datastore1');
    files.symlink(`/vmfs/volumes/${BANK}`, '/bootbank');
    files.put(
      '/proc/mounts',
      `/dev/sda5 /vmfs/volumes/${BANK} vfat rw 0 0\n/dev/sda3 /vmfs/volumes/${DATASTORE} ext4 rw 0 0\n`,
    );
    files.mkdir('/etc/vmware/hostd', { parents: true });
  }

  private createSystem(): System {
    const self = this;
    const silent = { exitCode: 0, signal: null, stdout: '', stderr: '' };
    return {
      clock: {
        nowMs: () => this.nowMs,
        setNowMs: (value) => {
          this.nowMs = value;
        },
        monotonicMs: () => performance.now(),
        uptimeMs: () => 3_600_000,
        sleep: async () => undefined,
      },
      files: this.files,
      processes: {
        async run(argv) {
          self.runs.push([...argv]);
          return { ...silent, ...self.process(argv) };
        },
        start: () => 1,
        kill: () => undefined,
        isAlive: () => false,
        list: () => [],
      },
      network: {
        read: async () => ({ links: [], addresses: [], routes: [], neighbours: [] }),
        apply: async () => undefined,
        stats: () => null,
        setFirewall: async () => undefined,
        resolve: async (name) => (/^[\d.]+$/.test(name) ? name : null),
        async ping(options, onEvent) {
          self.pings.push(options);
          if (options.payloadBytes + 28 > 1500 && options.dontFragment) {
            onEvent({ kind: 'send-error', sequence: 0, errno: 'EMSGSIZE' });
            return { transmitted: 1, received: 0, duplicates: 0, minMs: 0, avgMs: 0, maxMs: 0 };
          }
          onEvent({
            kind: 'reply',
            sequence: 0,
            bytes: options.payloadBytes + 8,
            from: options.address,
            ttl: 64,
            rttMs: 0.337,
            duplicate: false,
          });
          return { transmitted: 1, received: 1, duplicates: 0, minMs: 0.337, avgMs: 0.337, maxMs: 0.337 };
        },
      },
      kernel: {
        setHostName: () => undefined,
        sysctl: () => null,
        setSysctl: () => undefined,
        power: (action) => this.powered.push(action),
      },
      log: (ident, _priority, message) => this.logged.push(`${ident}: ${message}`),
    };
  }

  /** The few programs the commands start. */
  private process(argv: readonly string[]): { exitCode?: number; stdout?: string; stderr?: string } {
    const [program = '', ...rest] = argv[0] === '/bin/busybox' ? argv.slice(1) : argv;
    const mounts = this.files.readText('/proc/mounts') ?? '';
    if (program === 'fallocate') this.files.allocate(rest[2] ?? '', Number(rest[1]));
    else if (program === 'umount')
      this.files.put(
        '/proc/mounts',
        mounts
          .split('\n')
          .filter((line) => !line.includes(` ${rest[0]} `))
          .join('\n'),
      );
    else if (program === 'mount')
      this.files.put('/proc/mounts', `${mounts.trimEnd()}\n${rest.at(-2)} ${rest.at(-1)} ext4 rw 0 0\n`);
    else if (program.startsWith('/etc/init.d/')) return this.script(program, rest[0] ?? '');
    return {};
  }

  private script(path: string, verb: string): { exitCode: number; stdout: string } {
    const flag = `/var/run/${path.split('/').pop()}.running`;
    this.files.mkdir('/var/run', { parents: true });
    if (verb === 'start') this.files.write(flag, '');
    if (verb === 'stop') this.files.remove(flag);
    if (verb === 'status') return { exitCode: this.files.stat(flag) === null ? 3 : 0, stdout: '' };
    return { exitCode: 0, stdout: `${verb}\n` };
  }
}

/** The first 2 KiB of an ext4 partition with that UUID and label. */
function superblock(uuid: string, label: string): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  view.setUint16(1024 + 0x38, 0xef53, true);
  const digits = uuid.replaceAll('-', '');
  for (let index = 0; index < 16; index += 1)
    bytes[1024 + 0x68 + index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  for (const [index, char] of [...label].entries()) bytes[1024 + 0x78 + index] = char.charCodeAt(0);
  return bytes;
}
