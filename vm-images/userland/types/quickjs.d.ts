/** The parts of QuickJS's own modules that our programs use (quickjs.texi of release 2025-04-26, section 4.3). */

declare module 'os' {
  export const O_RDONLY: number;
  export const O_WRONLY: number;
  export const O_RDWR: number;
  export const O_APPEND: number;
  export const O_CREAT: number;
  export const O_EXCL: number;
  export const O_TRUNC: number;
  export const S_IFMT: number;
  export const S_IFIFO: number;
  export const S_IFCHR: number;
  export const S_IFDIR: number;
  export const S_IFBLK: number;
  export const S_IFREG: number;
  export const S_IFSOCK: number;
  export const S_IFLNK: number;
  export const SIGINT: number;
  export const SIGQUIT: number;
  export const SIGPIPE: number;
  export const SIGALRM: number;
  export const SIGTERM: number;
  export const SIGCHLD: number;

  export interface Stat {
    dev: number;
    ino: number;
    mode: number;
    nlink: number;
    uid: number;
    gid: number;
    rdev: number;
    size: number;
    blocks: number;
    /** Milliseconds since 1970. */
    atime: number;
    mtime: number;
    ctime: number;
  }
  export interface Timer {
    readonly timer: unique symbol;
  }

  /** Results below 0 are `-errno`; pairs carry the error number (0 = fine) second. */
  export function open(path: string, flags: number, mode?: number): number;
  export function close(fd: number): number;
  export function seek(fd: number, offset: number, whence: number): number;
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function write(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function isatty(fd: number): boolean;
  export function remove(path: string): number;
  export function rename(from: string, to: string): number;
  export function realpath(path: string): [string, number];
  export function getcwd(): [string, number];
  export function chdir(path: string): number;
  export function mkdir(path: string, mode?: number): number;
  export function stat(path: string): [Stat, number];
  export function lstat(path: string): [Stat, number];
  export function utimes(path: string, atimeMs: number, mtimeMs: number): number;
  export function symlink(target: string, path: string): number;
  export function readlink(path: string): [string, number];
  export function readdir(path: string): [string[], number];
  export function setReadHandler(fd: number, handler: (() => void) | null): void;
  export function setWriteHandler(fd: number, handler: (() => void) | null): void;
  export function signal(number: number, handler: (() => void) | null | undefined): void;
  export function kill(pid: number, number: number): number;
  /** Monotonic milliseconds with microseconds behind the point. */
  export function now(): number;
  export function sleep(ms: number): void;
  export function sleepAsync(ms: number): Promise<void>;
  export function setTimeout(handler: () => void, ms: number): Timer;
  export function clearTimeout(timer: Timer): void;
  export function dup(fd: number): number;
  export function dup2(from: number, to: number): number;
  export function pipe(): [number, number] | null;
  export function exec(args: string[], options?: Record<string, unknown>): number;
  export function waitpid(pid: number, options: number): [number, number];
  export const WNOHANG: number;
  export const platform: string;
}

declare module 'std' {
  export interface File {
    close(): number;
    puts(text: string): void;
    printf(format: string, ...args: unknown[]): number;
    flush(): void;
    eof(): boolean;
    fileno(): number;
    read(buffer: ArrayBuffer, position: number, length: number): number;
    write(buffer: ArrayBuffer, position: number, length: number): number;
    getline(): string | null;
    readAsString(max?: number): string;
  }
  export function exit(status: number): never;
  export function gc(): void;
  export function getenv(name: string): string | undefined;
  export function setenv(name: string, value: string): void;
  export function unsetenv(name: string): void;
  export function getenviron(): Record<string, string>;
  /** null when it can't be read. UTF-8. */
  export function loadFile(path: string): string | null;
  export function open(path: string, flags: string, error?: { errno: number }): File | null;
  export function fdopen(fd: number, flags: string): File | null;
  export function evalScript(source: string, options?: { backtrace_barrier?: boolean }): unknown;
  export function loadScript(path: string): unknown;
  export function strerror(errno: number): string;
  export const err: File;
  export const out: File;
  const stdin: File;

  export { stdin as in };
  export const Error: Record<string, number>;
}

/** Arguments of the program, its own path first. */
declare const scriptArgs: string[];
declare function print(...args: unknown[]): void;
declare const console: { log(...args: unknown[]): void };
