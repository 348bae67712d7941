import type { HostConfig } from '../../../../../vm-images/userland/model/config.ts';
import { createGpt, serializeGpt } from '../../../../../vm-images/userland/model/storage-gpt.ts';
import type { PingOptions } from '../../../../../vm-images/userland/model/system.ts';
import { CommandBench } from '../../../../helpers/command-bench.ts';
import type { FakeFiles } from '../../../../helpers/fake-files.ts';

export const DATASTORE = '4fc3c05b-c677ee28-ba3c-005056000011';
export const BANK = '11111111-22222222-3333-444444444444';
const VMFS = 'AA31E02A400F11DB9590000C2911D1B8';
const BASIC = 'EBD0A0A2B9E5443387C068B6B72699C7';
/** 16 MiB: small enough to be held in memory, large enough for a table. */
export const SECTORS = 32768;

/** A program's output and exit status. */
export interface Ran {
  status: number;
  out: string;
  err: string;
}

const HARDWARE: Readonly<Record<string, string>> = {
  '/sys/devices/pci0000:00/0000:00:01.1/ata1/host0/scsi_host/host0/proc_name': 'ata_piix\n',
  '/sys/class/scsi_host/.keep': '',
  '/sys/bus/pci/devices/0000:00:01.1/vendor': '0x8086\n',
  '/sys/bus/pci/devices/0000:00:01.1/device': '0x7010\n',
  '/sys/bus/pci/devices/0000:00:01.1/subsystem_vendor': '0x0000\n',
  '/sys/bus/pci/devices/0000:00:01.1/subsystem_device': '0x0000\n',
  '/sys/bus/pci/devices/0000:00:01.1/class': '0x010180\n',
  '/sys/bus/pci/devices/0000:00:01.1/irq': '14\n',
  '/sys/block/sda/size': `${SECTORS}\n`,
  '/sys/block/sda/removable': '0\n',
  '/sys/block/sda/ro': '0\n',
  '/sys/block/sda/queue/rotational': '1\n',
  '/sys/block/sda/queue/max_sectors_kb': '1280\n',
  '/sys/block/sda/stat':
    '     100       0     2000      50      200       0     4000      90        0       0      0\n',
  '/sys/block/sda/sda3/partition': '3\n',
  '/sys/block/sda/sda5/partition': '5\n',
  '/sys/devices/target/0:0:0:0/vendor': 'ATA     \n',
  '/sys/devices/target/0:0:0:0/model': 'v86 ATA HD       \n',
  '/sys/devices/target/0:0:0:0/rev': '1.0 \n',
  '/proc/cpuinfo':
    'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 8\nmodel name\t: Lab CPU\nstepping\t: 3\ncpu MHz\t\t: 1000.000\ncache size\t: 256 KB\n\n',
  '/proc/meminfo':
    'MemTotal:         119000 kB\nMemFree:           60000 kB\nMemAvailable:      80000 kB\nSlab:               5000 kB\n',
  '/proc/mounts': `/dev/sda5 /vmfs/volumes/${BANK} vfat rw 0 0\n/dev/sda3 /vmfs/volumes/${DATASTORE} ext4 rw 0 0\n`,
  [`/vmfs/volumes/${DATASTORE}/.keep`]: '',
  [`/vmfs/volumes/${BANK}/.keep`]: '',
  '/dev/.keep': '',
  '/tmp/.keep': '',
};

/** The command bench with a disk (bank A, datastore1), its adapter, and the effects of the programs commands start. */
export class LabHost {
  readonly bench = new CommandBench(HARDWARE);
  readonly tree = this.bench.tree;
  /** Command lines of programs that were started. */
  readonly runs: string[] = this.bench.system.processes.ran;
  readonly pings: PingOptions[] = [];
  /** Called with the words of each `tar` that is run. */
  archiveMade: (argv: readonly string[]) => void = () => undefined;

  constructor() {
    const { files } = this;
    files.symlink('../../devices/pci0000:00/0000:00:01.1/ata1/host0/scsi_host/host0', '/sys/class/scsi_host/host0');
    files.symlink('../../devices/target/0:0:0:0', '/sys/block/sda/device');
    files.symlink(DATASTORE, '/vmfs/volumes/datastore1');
    files.symlink(`/vmfs/volumes/${BANK}`, '/bootbank');
    for (const path of [`/vmfs/volumes/${DATASTORE}/.keep`, `/vmfs/volumes/${BANK}/.keep`]) files.remove(path);
    this.putDisk();
    this.bench.host.runtime.nics = ['vmnic0', 'vmnic1'].map((name, index) => ({
      name,
      mac: `00:50:56:00:00:1${index + 1}`,
      up: true,
    }));
    this.bench.system.network.alive.add('10.0.0.1');
    this.addEffects();
  }

  get files(): FakeFiles {
    return this.bench.system.files;
  }

  get config(): HostConfig {
    return this.bench.host.config;
  }

  /** Puts a file where it belongs, its folders made. */
  put(path: string, text: string): void {
    this.files.mkdir(path.slice(0, path.lastIndexOf('/')), { parents: true });
    this.files.write(path, text);
  }

  async run(line: string): Promise<Ran> {
    const { status, stdout, stderr } = await this.bench.run(line);
    return { status, out: stdout, err: stderr };
  }

  private putDisk(): void {
    const table = createGpt(SECTORS, '0'.repeat(32));
    table.partitions.push(
      { number: 5, first: 8192, last: 16383, type: BASIC, attributes: 0, guid: 'A'.repeat(32), name: 'bootbank1' },
      { number: 3, first: 16384, last: 24575, type: VMFS, attributes: 0, guid: 'B'.repeat(32), name: 'datastore1' },
    );
    const disk = new Uint8Array(SECTORS * 512);
    for (const piece of serializeGpt(table, new ArrayBuffer(512)))
      disk.set(new Uint8Array(piece.bytes), piece.sector * 512);
    this.files.write('/dev/sda', disk);
    this.files.write('/dev/sda3', superblock(DATASTORE, 'datastore1'));
    this.files.write('/dev/sda5', new Uint8Array(2048));
  }

  /** Programs and pings do here what they do on a host, as far as the commands look at it. */
  private addEffects(): void {
    const { processes, network } = this.bench.system;
    const run = processes.run.bind(processes);
    processes.run = async (argv, options) => {
      const result = await run(argv, options);
      return { ...result, ...this.effect(argv[0] === '/bin/busybox' ? argv.slice(1) : argv) };
    };
    const ping = network.ping.bind(network);
    network.ping = async (options, onEvent) => {
      this.pings.push(options);
      if (options.dontFragment !== true || options.payloadBytes + 28 <= 1500) return ping(options, onEvent);
      onEvent({ kind: 'send-error', sequence: 0, errno: 'EMSGSIZE' });
      return { transmitted: 1, received: 0, duplicates: 0, minMs: 0, avgMs: 0, maxMs: 0 };
    };
  }

  private effect(argv: readonly string[]): { exitCode?: number } {
    const [program = '', ...rest] = argv;
    const mounts = this.files.readText('/proc/mounts') ?? '';
    const without = mounts.split('\n').filter((line) => !line.includes(` ${rest[0]} `));
    if (program === 'tar') this.archiveMade(argv);
    if (program === 'fallocate') this.files.truncate(rest[2] ?? '', Number(rest[1]));
    else if (program === 'umount') this.files.write('/proc/mounts', without.join('\n'));
    else if (program === 'mount')
      this.files.write('/proc/mounts', `${mounts.trimEnd()}\n${rest.at(-2)} ${rest.at(-1)} ext4 rw 0 0\n`);
    else if (program.startsWith('/etc/init.d/')) return this.script(program, rest[0] ?? '');
    return {};
  }

  private script(path: string, verb: string): { exitCode: number } {
    const flag = `/var/run/${path.split('/').pop()}.running`;
    if (verb === 'start') this.files.write(flag, '');
    if (verb === 'stop') this.files.remove(flag);
    return { exitCode: verb === 'status' && this.files.stat(flag) === null ? 3 : 0 };
  }
}

/** The first 4 KiB of an ext4 partition with that UUID and label. */
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
