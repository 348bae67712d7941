/** A file below /etc as it is now. */
export interface StateFile {
  /** `etc/ntp.conf` */
  readonly path: string;
  readonly mode: number;
  readonly crc: number;
}

/** New files of these folders are configuration by themselves; elsewhere under /etc the sticky bit marks one. */
const KEPT_FOLDERS = [
  'etc/vmware/',
  'etc/ssh/',
  'etc/rc.local.d/',
  'etc/vmsyslog.conf.d/',
  'etc/pam.d/',
  'etc/likewise/',
  'etc/sfcb/',
  'etc/opt/',
];
const KEPT_FILES = [
  'etc/krb5.conf',
  'etc/krb5.keytab',
  'etc/ntp.drift',
  'etc/adjtime',
  'etc/localtime',
  'etc/rc.local',
];
/** New files here are not kept although their folder's are: custom firewall rulesets vanish at a restart, as on ESXi. */
const FORGOTTEN_FOLDERS = ['etc/vmware/firewall/'];
const STICKY = 0o1000;

/**
 * Which files a backup holds: those that came with a module and are not as it brought them, and new ones that are
 * configuration. An ordinary new file (`touch /etc/notes`) is not, and is gone after a restart.
 */
export function selectState<F extends StateFile>(files: readonly F[], fromModules: ReadonlyMap<string, number>): F[] {
  return files.filter((file) => {
    if (isTemporary(file.path)) return false;
    const original = fromModules.get(file.path);
    if (original !== undefined) return original !== file.crc;
    if ((file.mode & STICKY) !== 0) return true;
    if (FORGOTTEN_FOLDERS.some((folder) => file.path.startsWith(folder))) return false;
    return KEPT_FILES.includes(file.path) || KEPT_FOLDERS.some((folder) => file.path.startsWith(folder));
  });
}

/** Lines `crc path` that the loader leaves: what each module's files under /etc were. */
export function parseModuleSums(text: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank > 0) sums.set(line.slice(blank + 1), Number.parseInt(line.slice(0, blank), 16));
  }
  return sums;
}

function isTemporary(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith('.#') || name.endsWith('.tmp') || name.endsWith('.lock') || name.endsWith('~');
}
