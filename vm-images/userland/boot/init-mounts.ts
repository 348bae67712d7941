import * as native from 'native';
import * as os from 'os';
import { identifyVolume, VOLUME_HEAD_BYTES, type VolumeIdentity } from '../model/volume-uuid.ts';
import { attempt, exists, link, list, MS, makeDirectories, readAt, readText, writeFile } from './files.ts';

export const VOLUMES = '/vmfs/volumes';
const DISK = 'sda';
const BANKS = [5, 6];
const LOCKER = 8;
const SCRATCH = 2;
const DATASTORE = 3;
const FAT_OPTIONS = 'utf8=1,umask=0022,flush';
/**
 * What has been written to a bank or a datastore is on the disk: the host of a VMFS volume keeps nothing back either, and
 * people pull plugs. In a bank a name changes on the disk before the clusters of the file that had it are given up.
 */
const DURABLE = MS.synchronous | MS.dirsync;
const NOT_DURABLE = [LOCKER, SCRATCH];
const VOLUME_FLAGS = MS.noatime | MS.nosuid | MS.nodev;
const EXT4_OPTIONS = 'errors=remount-ro';
/** Logs the host keeps; each is a link from /var/log to the scratch volume. */
const LOGS = [
  'auth.log',
  'dhclient.log',
  'esxupdate.log',
  'hostd.log',
  'hostd-probe.log',
  'rhttpproxy.log',
  'shell.log',
  'sysboot.log',
  'syslog.log',
  'usb.log',
  'vmauthd.log',
  'vmkdevmgr.log',
  'vmkernel.log',
  'vmkeventd.log',
  'vmksummary.log',
  'vmkwarning.log',
  'vobd.log',
];

type Report = (message: string) => void;

export function mountKernelFileSystems(report: Report): void {
  const mount = (source: string, target: string, type: string, data = '') =>
    attempt(`mount ${target}`, report, () => {
      os.mkdir(target, 0o755);
      native.mount(source, target, type, MS.nosuid, data);
    });
  mount('proc', '/proc', 'proc');
  mount('sysfs', '/sys', 'sysfs');
  mount('devtmpfs', '/dev', 'devtmpfs');
  mount('devpts', '/dev/pts', 'devpts', 'mode=620,ptmxmode=666');
  link('/proc/self/fd', '/dev/fd');
  link('pts/ptmx', '/dev/ptmx');
  nameDisks();
}

/** `/dev/disks/mpx.vmhba0:C0:T0:L0[:N]`, called after the SCSI address of each disk. */
function nameDisks(): void {
  os.mkdir('/dev/disks', 0o755);
  for (const disk of list('/sys/block').filter((name) => /^sd[a-z]+$/.test(name))) {
    const address = os.readlink(`/sys/block/${disk}/device`)[0].split('/').pop() ?? '';
    const [host, channel, target, lun] = address.split(':');
    const name = `mpx.vmhba${host}:C${channel}:T${target}:L${lun}`;
    link(`../${disk}`, `/dev/disks/${name}`);
    for (const part of list(`/sys/block/${disk}`).filter((entry) => entry.startsWith(disk)))
      link(`../${part}`, `/dev/disks/${name}:${part.slice(disk.length)}`);
  }
  os.mkdir('/vmfs', 0o755);
  link('/dev', '/vmfs/devices');
}

/** Mounts the disk's volumes under their UUIDs and points the well-known names at them. */
export function mountVolumes(bootUuid: string, report: Report): void {
  makeDirectories(VOLUMES);
  const mounted = new Map<number, VolumeIdentity>();
  for (const partition of [...BANKS, LOCKER, SCRATCH, DATASTORE]) {
    const flags = NOT_DURABLE.includes(partition) ? 0 : DURABLE;
    const volume = mountVolume(`/dev/${DISK}${partition}`, report, flags);
    if (volume) mounted.set(partition, volume);
  }
  for (const node of furtherDatastores()) mountVolume(node, report);
  const pathOf = (partition: number | undefined, fallback: string) => {
    const volume = partition === undefined ? undefined : mounted.get(partition);
    return volume ? `${VOLUMES}/${volume.uuid}` : fallback;
  };
  const active = BANKS.find((partition) => mounted.get(partition)?.uuid === bootUuid);
  const other = BANKS.find((partition) => partition !== active && mounted.has(partition));
  link(pathOf(active, '/tmp/bootbank'), '/bootbank');
  link(pathOf(other, '/tmp/altbootbank'), '/altbootbank');
  link(pathOf(LOCKER, '/tmp/store'), '/store');
  link('/store', '/locker');
  link('/locker/packages/5.5.0/', '/productLocker');
  setUpScratch(pathOf(SCRATCH, ''), report);
}

/**
 * Runs `work` while a bank keeps back what is written to it; names still change on the disk at once. Cluster by cluster, each
 * with its place in both tables, a large file takes four times as long. `work` has to sync what it writes.
 */
export function whileBuffered(bank: string, work: () => void): void {
  const remount = (flags: number) => native.mount('', bank, '', MS.remount | VOLUME_FLAGS | flags, FAT_OPTIONS);
  remount(MS.dirsync);
  try {
    work();
  } finally {
    remount(DURABLE);
  }
}

/** Partitions an administrator made datastores of (vmkfstools -C), on any disk. */
function furtherDatastores(): string[] {
  const own = [...BANKS, LOCKER, SCRATCH, DATASTORE].map((partition) => `${DISK}${partition}`);
  return list('/sys/block')
    .filter((disk) => /^sd[a-z]+$/.test(disk))
    .flatMap((disk) => list(`/sys/block/${disk}`).filter((entry) => entry.startsWith(disk) && !own.includes(entry)))
    .map((entry) => `/dev/${entry}`)
    .filter((node) => {
      const head = readAt(node, 0, VOLUME_HEAD_BYTES);
      return head !== null && identifyVolume(head)?.type === 'ext4';
    });
}

/** `esxcli storage filesystem unmount` holds over a restart: hostd notes it in esx.conf. */
function staysUnmounted(volume: VolumeIdentity): boolean {
  const noted = `/storage/volume[${volume.uuid}]/mounted = "false"`;
  return volume.type === 'ext4' && (readText('/etc/vmware/esx.conf') ?? '').includes(noted);
}

function mountVolume(node: string, report: Report, flags = DURABLE): VolumeIdentity | null {
  const head = readAt(node, 0, VOLUME_HEAD_BYTES);
  const volume = head && identifyVolume(head);
  if (!volume) {
    report(`${node}: no volume that this host knows`);
    return null;
  }
  if (staysUnmounted(volume)) return null;
  const target = `${VOLUMES}/${volume.uuid}`;
  os.mkdir(target, 0o755);
  const options = volume.type === 'vfat' ? FAT_OPTIONS : EXT4_OPTIONS;
  const mounted = attempt(`mount ${target}`, report, () =>
    native.mount(node, target, volume.type, VOLUME_FLAGS | flags, options),
  );
  if (!mounted) {
    os.remove(target);
    return null;
  }
  if (volume.label !== '') link(volume.uuid, `${VOLUMES}/${volume.label}`);
  return volume;
}

/** The configured place (locker.conf), else the scratch volume, else RAM, which a restart clears. */
function setUpScratch(volume: string, report: Report): void {
  const configured = (readText('/etc/vmware/locker.conf') ?? '').trim().split(/\s+/)[0] ?? '';
  const usable = (path: string) => path.startsWith(`${VOLUMES}/`) && exists(path);
  const target = usable(configured) ? configured : volume || '/tmp/scratch';
  if (configured !== '' && configured !== target) report(`scratch ${configured} is not there; using ${target}`);
  makeDirectories(target);
  link(target, '/scratch');
  for (const folder of ['log', 'core', 'var', 'downloads']) os.mkdir(`${target}/${folder}`, 0o755);
  os.mkdir('/var/log', 0o755);
  for (const name of LOGS) link(`/scratch/log/${name}`, `/var/log/${name}`);
  link('/scratch/log', '/var/run/log');
  writeFile('/var/run/scratch', `${target}\n`);
}

/** At the end of a host: what can't be unmounted has at least been written. */
export function unmountVolumes(): void {
  native.sync();
  for (const name of list(VOLUMES)) {
    try {
      native.umount(`${VOLUMES}/${name}`, 0);
    } catch {
      // A link, or busy.
    }
  }
}
