/** What finding a place for the logs needs of a file system. */
export interface FolderFiles {
  /** Makes it and its parents, and tries to write there. @returns why it cannot be used, empty when it can. */
  prepare(folder: string): string;
  /** Where the folder is in truth, links followed. */
  realPath(folder: string): string;
  /** Makes `path` a symbolic link to `target`; what a plain file of that name holds is moved there first. */
  link(target: string, path: string): void;
}

export interface LogFolder {
  folder: string;
  /** In memory: gone with the next start, so files are kept small. */
  temporary: boolean;
  /** Why it is not the configured one. */
  problems: string[];
}

const usual = '/scratch/log';
const inMemory = '/tmp/scratch/log';

/**
 * The configured folder; where that cannot be used, the scratch partition's; where there is none, memory. Each step down
 * is told.
 *
 * @param configured empty for the usual one.
 * @param hostname name of the folder below it when each host has its own.
 */
export function chooseFolder(files: FolderFiles, configured: string, unique: boolean, hostname: string): LogFolder {
  const problems: string[] = [];
  const wanted = configured === '' ? [] : [unique ? `${configured}/${hostname}` : configured];
  for (const folder of [...wanted, usual]) {
    const problem = files.prepare(folder);
    if (problem === '' && files.realPath(folder).startsWith('/tmp/')) {
      problems.push(`${folder} is in memory: logs are lost when the host restarts`);
      return { folder, temporary: true, problems };
    }
    if (problem === '') return { folder, temporary: false, problems };
    problems.push(`logs cannot be kept in ${folder} (${problem})`);
  }
  const problem = files.prepare(inMemory);
  problems.push(`logs are kept in ${inMemory}, in memory: they are lost when the host restarts`);
  if (problem !== '') problems.push(`not even there: ${problem}`);
  return { folder: inMemory, temporary: true, problems };
}

/** `/var/log/x.log` → the file. A link that cannot be made is left out: the log itself goes on. */
export function linkLogs(files: FolderFiles, folder: string, names: string[]): void {
  for (const name of names) {
    try {
      files.link(`${folder}/${name}`, `/var/log/${name}`);
    } catch {
      // A folder of that name, or no /var/log at all.
    }
  }
}
