/**
 * What `bbjs`, the guest's JavaScript runner (QuickJS plus our C module), offers beyond QuickJS's own `std` and `os`.
 * Failing calls throw an Error with `errno` (number, positive) and `syscall`; EAGAIN is a value (`null` or `false`),
 * not a throw. Every descriptor made here is close-on-exec; sockets are non-blocking: wait with `os.setReadHandler` /
 * `os.setWriteHandler`, close with `os.close`.
 */
declare module 'native' {
  export type SocketDomain = 'unix' | 'inet' | 'inet6' | 'netlink' | 'packet';
  export type SocketType = 'stream' | 'dgram' | 'raw' | 'seqpacket';
  /** unix: path. inet/inet6: host (numeric) and port. netlink: groups bit mask (pid 0). packet: interface index, etherType. */
  export type SocketAddress =
    | { path: string }
    | { host: string; port: number }
    | { groups: number }
    | { ifindex: number; etherType: number };

  export function socket(domain: SocketDomain, type: SocketType, protocol?: number): number;
  export function bind(fd: number, address: SocketAddress): void;
  /** @returns true when connected at once, false when in progress (then wait for writable and read `socketError`). */
  export function connect(fd: number, address: SocketAddress): boolean;
  export function listen(fd: number, backlog: number): void;
  export function accept(fd: number): { fd: number; address: SocketAddress | null } | null;
  /** @returns bytes sent, or null when it would block. */
  export function send(
    fd: number,
    buffer: ArrayBuffer,
    offset: number,
    length: number,
    to?: SocketAddress,
  ): number | null;
  /** @returns null when it would block; `length` 0 is end of stream. */
  export function recv(
    fd: number,
    buffer: ArrayBuffer,
    offset: number,
    length: number,
  ): { length: number; from: SocketAddress | null } | null;
  export function shutdown(fd: number, how: 'read' | 'write' | 'both'): void;
  export function socketError(fd: number): number;
  export function socketName(fd: number): SocketAddress | null;
  export function peerName(fd: number): SocketAddress | null;
  export function peerCredentials(fd: number): { pid: number; uid: number; gid: number };
  /** level and option by number; value a number (int) or raw bytes (SO_BINDTODEVICE). */
  export function setSocketOption(fd: number, level: number, option: number, value: number | ArrayBuffer): void;
  export function getSocketOption(fd: number, level: number, option: number): number;

  export function setNonblocking(fd: number, on: boolean): void;
  export function setCloseOnExec(fd: number, on: boolean): void;
  /** Bytes read at most `length`; null when it would block; 0 at end. Plain read(2)/write(2)/pread(2)/pwrite(2). */
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number | null;
  export function write(fd: number, buffer: ArrayBuffer, offset: number, length: number): number | null;
  export function pread(fd: number, buffer: ArrayBuffer, offset: number, length: number, position: number): number;
  export function pwrite(fd: number, buffer: ArrayBuffer, offset: number, length: number, position: number): number;
  export function fsync(fd: number): void;
  export function ftruncate(fd: number, length: number): void;
  export function pipe(): { read: number; write: number };

  export function openPty(): { master: number; slave: string };
  export function isTty(fd: number): boolean;
  export function getWindowSize(fd: number): { rows: number; columns: number };
  export function setWindowSize(fd: number, rows: number, columns: number): void;
  /** Raw mode; the returned opaque bytes restore the former mode with `setTermios`. */
  export function setRaw(fd: number): ArrayBuffer;
  export function setTermios(fd: number, saved: ArrayBuffer): void;
  export function setSpeed(fd: number, baud: number): void;

  export interface SpawnOptions {
    argv: string[];
    /** KEY=value lines; the whole environment. */
    env?: string[];
    cwd?: string;
    /** Path handed to chroot(2) before cwd and exec. */
    chroot?: string;
    /** Descriptors for 0, 1, 2; default: /dev/null. All others are closed; signals are set to default. */
    stdin?: number;
    stdout?: number;
    stderr?: number;
    /** New session; descriptor 0 becomes the controlling terminal when it is one. */
    session?: boolean;
    /** Namespaces to create, before chroot. With 'pid' the child is PID 1 of the new one. */
    unshare?: ('mnt' | 'pid' | 'uts' | 'ipc' | 'net')[];
    /** Namespaces to enter: the PID whose they are, and which. With 'mnt', root and cwd are those of that namespace, not of the process. */
    enter?: { pid: number; kinds: ('mnt' | 'pid' | 'uts' | 'ipc' | 'net')[] };
    uid?: number;
    gid?: number;
  }
  /** Searches env PATH when argv[0] has no slash. @returns PID as seen from the caller. Throws when exec fails (errno of exec). */
  export function spawn(options: SpawnOptions): number;
  /** @returns null when noHang and nothing ended or no child is left. pid -1 is any child. */
  export function waitpid(
    pid: number,
    noHang: boolean,
  ): { pid: number; exitCode: number | null; signal: number | null } | null;
  /** The current process becomes argv (execve), environment given or kept. */
  export function execReplace(argv: string[], env?: string[]): never;
  export function kill(pid: number, signal: number): void;
  export function getpid(): number;
  export function umask(mask: number): number;

  export function mount(source: string, target: string, type: string, flags: number, data: string): void;
  export function umount(target: string, flags: number): void;
  export function chroot(path: string): void;
  export function unshare(kinds: ('mnt' | 'pid' | 'uts' | 'ipc' | 'net')[]): void;
  export function setns(pid: number, kinds: ('mnt' | 'pid' | 'uts' | 'ipc' | 'net')[]): void;
  export function mknod(path: string, mode: number, major: number, minor: number): void;
  export function chmod(path: string, mode: number): void;
  export function chown(path: string, uid: number, gid: number): void;
  export function link(from: string, to: string): void;
  export function statfs(path: string): {
    type: number;
    blockSize: number;
    blocks: number;
    free: number;
    available: number;
    files: number;
    filesFree: number;
  };
  export function sync(): void;
  export function reboot(action: 'restart' | 'poweroff' | 'halt'): void;
  export function setHostname(name: string): void;
  /** Sets the wall clock. */
  export function setTime(seconds: number, microseconds: number): void;
  export function monotonicMs(): number;
  /** ioctl(2); an ArrayBuffer argument is passed by address and may be changed. */
  export function ioctl(fd: number, request: number, argument: ArrayBuffer | number): number;
  export function ifIndex(name: string): number;

  export function random(length: number): ArrayBuffer;
  export function sha256(data: ArrayBuffer): string;
  export function sha1(data: ArrayBuffer): string;
  export function crc32(data: ArrayBuffer, start?: number): number;
  /** crypt(3): `$6$salt` etc. */
  export function crypt(password: string, salt: string): string;
  export function gzip(data: ArrayBuffer, level?: number): ArrayBuffer;
  /** Throws with errno EINVAL on damaged input. Accepts concatenated members. */
  export function gunzip(data: ArrayBuffer): ArrayBuffer;
  /** raw deflate, as in zip archives */
  export function inflateRaw(data: ArrayBuffer, expectedLength?: number): ArrayBuffer;
  export function base64Encode(data: ArrayBuffer): string;
  export function base64Decode(text: string): ArrayBuffer;
  /** UTF-8; invalid bytes become U+FFFD. */
  export function utf8Decode(data: ArrayBuffer, offset?: number, length?: number): string;
  export function utf8Encode(text: string): ArrayBuffer;

  /** Compiles an ES module source to this engine's bytecode: the content of a `.qbc` file, header included (`bbjs -c out.qbc in.js` writes one). */
  export function compile(source: string, filename: string): ArrayBuffer;

  /**
   * Called with each error that nobody caught, thrown by a handler or timer or in a rejected promise, instead of printing
   * its stack to stderr and ending the program with 1; null restores that. An error in the module's own body reaches it too.
   */
  export function setUncaughtHandler(handler: ((error: unknown) => void) | null): void;
}
