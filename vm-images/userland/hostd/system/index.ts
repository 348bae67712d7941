import * as native from 'native';
import * as os from 'os';
import type { Clock, KernelEffects, LogPriority, System } from '../../model/system.ts';
import { realFiles } from './files.ts';
import { SystemLog } from './log.ts';
import { RealNetwork, setSysctl } from './network.ts';
import { RealProcesses } from './processes.ts';

const clock: Clock = {
  nowMs: () => Date.now(),
  setNowMs: (value) => native.setTime(Math.floor(value / 1000), Math.floor((value % 1000) * 1000)),
  monotonicMs: () => native.monotonicMs(),
  uptimeMs: () => Math.floor(Number((realFiles.readText('/proc/uptime') ?? '0').split(' ', 1)[0]) * 1000),
  sleep: (ms) => new Promise((resolve) => os.setTimeout(resolve, ms)),
};

/** init ends the host in an orderly way on these signals, as BusyBox's init does. */
const SIGTERM = 15;
const SIGUSR2 = 12;

const kernel: KernelEffects = {
  setHostName: (name) => native.setHostname(name),
  sysctl: (name) => realFiles.readText(`/proc/sys/${name}`)?.trimEnd() ?? null,
  setSysctl,
  power: (action) => native.kill(1, action === 'reboot' ? SIGTERM : SIGUSR2),
};

/** The real thing: create one a process, it takes SIGCHLD for itself. */
export function createSystem(): System {
  const log = new SystemLog();
  const processes = new RealProcesses();
  return {
    clock,
    files: realFiles,
    processes,
    network: new RealNetwork(processes),
    kernel,
    log: (ident: string, priority: LogPriority, message: string) => log.write(ident, priority, message),
  };
}
