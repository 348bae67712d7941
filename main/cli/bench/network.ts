import { performance } from 'node:perf_hooks';
import { LabError } from '../../shared/errors.ts';
import { summarize, timeRuns } from './measure.ts';
import type { BenchContext, BenchResult } from './types.ts';

const COMMAND_TIMEOUT_MS = 120_000;
const TRANSFER_BYTES = 32 * 1000 * 1000;
const PORT = 5001;
const IDLE_MS = 15_000;
/** Start-up's last work, and what the first minute of a host brings. */
const SETTLE_MS = 20_000;

/** A session of bare hosts on one network, their firewalls open, with the addresses 10.9.0.1, 10.9.0.2, … */
class BenchHosts {
  private readonly context: BenchContext;
  private session = '';

  constructor(context: BenchContext) {
    this.context = context;
  }

  /** Until each has answered a command. */
  async open(count: number): Promise<void> {
    const hosts = Array.from({ length: count }, (_, at) => ({ name: `esx0${at + 1}` }));
    const opened = await this.context.service.call('session.open', { topology: { hosts }, seed: 'bench' });
    this.session = opened.session;
    await Promise.all(hosts.map(({ name }) => this.run(name, 'true')));
  }

  async address(): Promise<void> {
    for (const { name } of this.context.service.session(this.session).hosts()) {
      const last = Number(name.slice(-1));
      await this.run(name, `esxcli network ip interface ipv4 set -i vmk0 -t static -I 10.9.0.${last} -N 255.255.255.0`);
      await this.run(name, 'esxcli network firewall set --enabled=false');
    }
  }

  /** @throws LabError `bench.command-failed` with what it said. */
  async run(host: string, command: string): Promise<string> {
    const { session } = this;
    const options = { session, host, command, timeoutMs: COMMAND_TIMEOUT_MS };
    const { exitCode, stdout, stderr } = await this.context.service.call('host.exec', options);
    if (exitCode === 0) return stdout;
    throw new LabError('bench.command-failed', `${command} ended with ${exitCode}: ${stderr}${stdout}`);
  }

  async close(): Promise<void> {
    if (this.session !== '') await this.context.service.call('session.close', { session: this.session });
  }
}

async function withHosts<T>(context: BenchContext, count: number, work: (hosts: BenchHosts) => Promise<T>): Promise<T> {
  const hosts = new BenchHosts(context);
  try {
    await hosts.open(count);
    return await work(hosts);
  } finally {
    await hosts.close();
  }
}

/** A stream of zeros from one host to another over TCP, both with a worker of their own, seen from the sender. */
export function tcp(context: BenchContext): Promise<BenchResult[]> {
  return withHosts(context, 2, async (hosts) => {
    await hosts.address();
    const blocks = Math.ceil(TRANSFER_BYTES / 65_536);
    const send = `dd if=/dev/zero bs=65536 count=${blocks} 2>/dev/null | nc 10.9.0.2 ${PORT}`;
    const values = await timeRuns(Math.min(context.runs, 3), async () => {
      await hosts.run('esx02', `(nc -l -p ${PORT} >/dev/null 2>&1 </dev/null &) ; sleep 1`);
      const started = performance.now();
      await hosts.run('esx01', send);
      return (blocks * 65_536) / 1000 / (performance.now() - started);
    });
    return [summarize('net.tcp', 'MB/s', values)];
  });
}

/** Round trips of 56 bytes of data, as vmkping tells them. */
export function ping(context: BenchContext): Promise<BenchResult[]> {
  return withHosts(context, 2, async (hosts) => {
    await hosts.address();
    await hosts.run('esx01', 'vmkping -c 3 -i 0.2 10.9.0.2');
    const told = await hosts.run('esx01', 'vmkping -c 20 -i 0.1 10.9.0.2');
    const values = [...told.matchAll(/time=([\d.]+) ms/g)].map(([, value]) => Number(value));
    return [summarize('net.ping', 'ms', values)];
  });
}

/** A lab of four machines, from nothing until each of them has answered. */
export async function restoreFour(context: BenchContext): Promise<BenchResult[]> {
  const values = await timeRuns(context.runs, async () => {
    const hosts = new BenchHosts(context);
    const started = performance.now();
    await hosts.open(4);
    const took = performance.now() - started;
    await hosts.close();
    return took;
  });
  return [summarize('topology.restore', 'ms', values)];
}

/** Processor time of eight hosts that nobody uses, in hundredths of one core. */
export function idleEight(context: BenchContext): Promise<BenchResult[]> {
  return withHosts(context, 8, async () => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const values = await timeRuns(2, async () => {
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      const { user, system } = process.cpuUsage(before);
      return ((user + system) / 1000 / IDLE_MS) * 100;
    });
    return [summarize('idle.eight', '%', values)];
  });
}
