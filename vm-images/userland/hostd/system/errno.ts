import { SystemError } from '../../model/system.ts';

const NAMES: Record<number, string> = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  5: 'EIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  26: 'ETXTBSY',
  28: 'ENOSPC',
  30: 'EROFS',
  34: 'ERANGE',
  39: 'ENOTEMPTY',
  40: 'ELOOP',
  95: 'EOPNOTSUPP',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
  101: 'ENETUNREACH',
  110: 'ETIMEDOUT',
  113: 'EHOSTUNREACH',
};

const TEXTS: Record<string, string> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EIO: 'Input/output error',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  ENOTEMPTY: 'Directory not empty',
};

export function errnoName(errno: number): string {
  return NAMES[errno] ?? `E${errno}`;
}

/** Turns what `native` throws (and `os` returns) into a SystemError naming the subject. */
export function systemError(errno: number, subject: string): SystemError {
  const name = errnoName(errno);
  return new SystemError(name, `${subject}: ${TEXTS[name] ?? name}`);
}

export function rethrow(error: unknown, subject: string): never {
  const errno = (error as { errno?: unknown }).errno;
  if (typeof errno === 'number') throw systemError(errno, subject);
  throw error;
}
