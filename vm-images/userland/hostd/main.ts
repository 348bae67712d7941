import * as native from 'native';
import { createCommandTree } from '../commands/index.ts';
import { freshConfig } from '../model/defaults.ts';
import { ensureServiceXml } from '../model/rulesets-files.ts';
import type { System } from '../model/system.ts';
import { DhcpManager } from './dhcp/manager.ts';
import { HostService } from './host-service.ts';
import { prepareKernel, publishKernelSettings } from './prepare.ts';
import { CommandSession } from './server/command-session.ts';
import { LabSession } from './server/lab.ts';
import { listen } from './server/listener.ts';
import { ShellTimeout } from './shell-timeout.ts';
import { createSystem } from './system/index.ts';

const COMMAND_SOCKET = '/var/run/hostd.sock';
const LAB_SOCKET = '/var/run/hostd-lab.sock';
const PID_FILE = '/var/run/vmware/vmware-hostd.PID';

/** Applies the configuration, then answers on both sockets: a client that can connect finds the host as configured. */
async function main(): Promise<void> {
  const started = native.monotonicMs();
  const system = createSystem();
  native.setUncaughtHandler((error) => {
    system.log(
      'hostd',
      'err',
      `uncaught: ${error instanceof Error ? `${error.message}\n${error.stack}` : String(error)}`,
    );
  });
  nameProcess(system);
  writePid(system);
  ensureServiceXml(system);
  const nics = await prepareKernel(system);
  const host = new HostService({
    system,
    fallback: () => freshConfig({ systemUuid: newUuid(), nics }),
    dhcp: (service) =>
      new DhcpManager({
        system,
        hostName: () => service.config.hostName,
        onLease: (vmknic, lease) => service.leaseChanged(vmknic, lease),
      }),
  });
  const services = { tree: createCommandTree(), host, system };
  try {
    await host.reapply();
  } catch (error) {
    // A configuration the system will not take must not leave the host without its agent.
    system.log('hostd', 'err', `applying the configuration failed: ${error instanceof Error ? error.message : error}`);
  }
  host.persist();
  publishKernelSettings(system, host.runtime);
  listen(LAB_SOCKET, 0o600, (fd) => new LabSession(fd, host, system));
  listen(COMMAND_SOCKET, 0o600, (fd) => new CommandSession(fd, services));
  watchShell(new ShellTimeout(host, system), system);
  system.log('hostd', 'info', `ready after ${Math.round(native.monotonicMs() - started)} ms`);
}

/** A system UUID in ESXi's grouping; the lab gives a fresh machine its own later, so it need not be unguessable. */
function newUuid(): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
}

const SHELL_CHECK_MS = 10_000;

function watchShell(shell: ShellTimeout, system: System): void {
  void shell.tick().then(() => system.clock.sleep(SHELL_CHECK_MS).then(() => watchShell(shell, system)));
}

/** The name `ps` and `network ip connection list` show. */
function nameProcess(system: System): void {
  system.files.write('/proc/self/comm', 'hostd-worker');
}

function writePid(system: System): void {
  system.files.mkdir('/var/run/vmware', { parents: true });
  system.files.write(PID_FILE, `${native.getpid()}\n`);
}

void main();
