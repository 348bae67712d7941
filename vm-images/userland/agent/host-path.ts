import * as os from 'os';
import { hostInitPid, NotReady } from './host-root.ts';

const MAX_LINKS = 40;
export const ENOENT = 2;
export const ELOOP = 40;

export class FileError extends Error {
  readonly errno: number;
  constructor(errno: number, message: string) {
    super(message);
    this.errno = errno;
  }
}

/**
 * The host's path as one that the agent can open: through the root of the host's init, so that mounts made inside the
 * host count, with symbolic links followed as they would be inside (an absolute one starts at the host's root again).
 * The last part need not exist.
 */
export function resolveHostPath(path: string, options: { followLast: boolean } = { followLast: true }): string {
  const pid = hostInitPid();
  if (pid === 0) throw new NotReady();
  const root = `/proc/${pid}/root`;
  const todo = split(path);
  const done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const part = todo.shift()!;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = `${root}/${[...done, part].join('/')}`;
    const [target, errno] = todo.length > 0 || options.followLast ? os.readlink(here) : ['', 1];
    if (errno !== 0) {
      done.push(part);
      continue;
    }
    if (++links > MAX_LINKS) throw new FileError(ELOOP, `${path}: too many symbolic links`);
    if (target.startsWith('/')) done.length = 0;
    todo.unshift(...split(target));
  }
  return `${root}/${done.join('/')}`;
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
