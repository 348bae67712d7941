import { LOADER_FACILITY } from '../model/kernel-log.ts';
import { readConfig, type SyslogConfig } from './config.ts';
import { type FileLimits, FileOutput, type LogFiles } from './file-output.ts';
import { formatLines, formatRemote, timestamp } from './format.ts';
import { chooseFolder, type FolderFiles, linkLogs } from './log-folder.ts';
import { createRouter, defaultLoggerId, type LineFormat } from './loggers.ts';
import { type Message, parseKernelRecord, parseMessage } from './message.ts';
import { type RemoteClock, RemoteOutput, type Transport } from './remote-output.ts';
import { type RemoteTarget, targetName } from './remote-target.ts';

export interface DaemonEdge extends RemoteClock {
  files: LogFiles & FolderFiles;
  nowMs(): number;
  /** Since the kernel started, on the clock of /dev/kmsg. */
  uptimeMs(): number;
  hostname(): string;
  pid: number;
  readConfig(): { main: string | null; parts: Record<string, string> };
  transport(target: RemoteTarget): Transport;
  /** The console that shows the VMkernel log (Alt+F12), if there is one. */
  showKernelLines(lines: string): void;
  /** A short note for `/var/log/.vmsyslogd.err`, which is kept small. */
  note(line: string): void;
  /** There is something to flush: call `flush` soon. */
  wake(): void;
}

/** Files in memory are kept this small, for all of them together must fit. */
const inMemory: FileLimits = { sizeBytes: 256 * 1024, rotations: 1 };

/** Takes messages, writes files and remote hosts. Lines are gathered until `flush`, which `wake` asks for. */
export class SyslogDaemon {
  readonly #edge: DaemonEdge;
  #config: SyslogConfig;
  #hostname: string;
  #namedAtMs = 0;
  #startMs = 0;
  #route: ReturnType<typeof createRouter>;
  #files = new Map<string, { output: FileOutput; format: LineFormat }>();
  #kernelLines: string[] = [];
  #remotes: RemoteOutput[] = [];
  /** Own messages in the making must not lead to more of them. */
  #complained = new Map<string, number>();

  constructor(edge: DaemonEdge) {
    this.#edge = edge;
    this.#hostname = edge.hostname();
    this.#config = this.#readConfig();
    this.#route = createRouter(this.#config.loggers);
  }

  start(): void {
    this.#openOutputs();
    this.flush();
  }

  /** SIGHUP: configuration read anew, every file and connection opened anew. */
  reload(): void {
    this.flush();
    this.#close();
    this.#config = this.#readConfig();
    this.#route = createRouter(this.#config.loggers);
    this.#hostname = this.#edge.hostname();
    this.#openOutputs();
    this.say('reloaded', 6);
    this.flush();
  }

  stop(): void {
    this.say('stopped', 6);
    this.flush();
    this.#close();
  }

  /** A datagram of /dev/log. */
  local(datagram: string): void {
    this.#take(parseMessage(datagram, this.#edge.nowMs()));
  }

  /** A record of /dev/kmsg. @returns its sequence number; null for what is no record. */
  kernel(record: string): number | null {
    const parsed = parseKernelRecord(record);
    if (parsed === null) return null;
    // What programs write into the kernel's log is not the kernel's.
    if (parsed.facility !== 0 && parsed.facility !== LOADER_FACILITY) return parsed.sequence;
    const timeMs = Math.round(this.#kernelStartMs() + parsed.microseconds / 1000);
    const { severity, text } = parsed;
    this.#take({ facility: 0, severity, ident: 'vmkernel', pid: null, text, more: [], timeMs });
    return parsed.sequence;
  }

  /** A line of our own. */
  say(text: string, severity = 5): void {
    const timeMs = this.#edge.nowMs();
    this.#take({ facility: 5, severity, ident: 'vmsyslogd', pid: this.#edge.pid, text, more: [], timeMs });
    if (severity < 6) this.#edge.note(`${timestamp(timeMs, false)} ${text}\n`);
  }

  flush(): void {
    const nowMs = this.#edge.nowMs();
    const note = (count: number) => `${timestamp(nowMs, false)} vmsyslogd[${this.#edge.pid}]: ${count} messages lost\n`;
    if (this.#kernelLines.length > 0) this.#edge.showKernelLines(this.#kernelLines.join(''));
    this.#kernelLines = [];
    for (const { output } of this.#files.values()) {
      const problem = output.flush(nowMs, note);
      if (problem !== '') this.#complain(problem, nowMs);
    }
  }

  get remotes(): readonly RemoteOutput[] {
    return this.#remotes;
  }

  #take(message: Message): void {
    for (const id of this.#route(message)) {
      const file = this.#files.get(id);
      if (file === undefined) continue;
      const lines = formatLines(message, file.format);
      file.output.add(lines);
      if (id === 'vmkernel') this.#kernelLines.push(lines);
    }
    this.#edge.wake();
    if (this.#remotes.length === 0) return;
    const line = formatRemote(message, this.#name(message.timeMs));
    for (const remote of this.#remotes) remote.add(line);
  }

  /** Wall clock at the start of the kernel. It moves when the clock is set, not with the reading error of two clocks. */
  #kernelStartMs(): number {
    const startMs = this.#edge.nowMs() - this.#edge.uptimeMs();
    if (Math.abs(startMs - this.#startMs) > 20) this.#startMs = startMs;
    return this.#startMs;
  }

  /** The host's name can change while we run. */
  #name(nowMs: number): string {
    if (Math.abs(nowMs - this.#namedAtMs) > 10_000) {
      this.#hostname = this.#edge.hostname();
      this.#namedAtMs = nowMs;
    }
    return this.#hostname;
  }

  #readConfig(): SyslogConfig {
    const { main, parts } = this.#edge.readConfig();
    return readConfig(main, parts);
  }

  #openOutputs(): void {
    const config = this.#config;
    const place = chooseFolder(this.#edge.files, config.folder, config.uniqueFolder, this.#hostname);
    linkLogs(
      this.#edge.files,
      place.folder,
      config.loggers.map((logger) => logger.file),
    );
    for (const logger of config.loggers) {
      const rotations = logger.rotations ?? config.rotations;
      const sizeBytes = (logger.sizeKiB ?? config.sizeKiB) * 1024;
      const limits = place.temporary
        ? { rotations: Math.min(rotations, inMemory.rotations), sizeBytes: Math.min(sizeBytes, inMemory.sizeBytes) }
        : { rotations, sizeBytes };
      const output = new FileOutput(this.#edge.files, `${place.folder}/${logger.file}`, limits);
      output.create();
      this.#files.set(logger.id, { output, format: logger.format });
    }
    for (const problem of [...config.problems, ...place.problems]) this.say(problem);
    this.#openRemotes();
  }

  #openRemotes(): void {
    for (const target of this.#config.targets) {
      const name = targetName(target);
      if (target.scheme === 'ssl') {
        this.say(`${name}: encrypted connections are not supported on this host yet; nothing is sent there`);
        continue;
      }
      const say = (text: string) => this.say(text);
      const transport = this.#edge.transport(target);
      this.#remotes.push(new RemoteOutput(name, transport, this.#edge, this.#config.retrySeconds, say));
    }
    for (const remote of this.#remotes) remote.start();
  }

  #close(): void {
    for (const remote of this.#remotes) remote.stop();
    for (const { output } of this.#files.values()) output.close();
    this.#remotes = [];
    this.#files = new Map();
  }

  /** The file that fails may be the one we would complain in: at most once a minute, and to the notes in any case. */
  #complain(problem: string, nowMs: number): void {
    if (nowMs - (this.#complained.get(problem) ?? -Infinity) < 60_000) return;
    if (this.#complained.size > 64) this.#complained.clear();
    this.#complained.set(problem, nowMs);
    this.#edge.note(`${timestamp(nowMs, false)} ${problem}\n`);
    const fallback = this.#files.get(defaultLoggerId)?.output;
    if (fallback === undefined || problem.startsWith(fallback.path)) return;
    fallback.add(`${timestamp(nowMs, false)} vmsyslogd[${this.#edge.pid}]: ${problem}\n`);
  }
}
