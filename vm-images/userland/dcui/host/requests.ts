import { KEYBOARD_LAYOUTS } from '../../model/keyboards.ts';
import type { Answer, Done, Request } from '../state.ts';
import { changePassword, logIn } from './accounts.ts';
import { type Argv, applyCommands, restartCommands, restoreCommands } from './network-commands.ts';
import { testNetwork } from './network-test.ts';
import { readConfig, readFacts } from './readers.ts';
import { problemOf } from './text.ts';
import type { HostClient } from './types.ts';

/** As much of a log as the viewer takes: one file's full size by default. */
const logBytes = 1024 * 1024;
const agentWaitMs = 120_000;
const agentPollMs = 1_000;

/** Does what the view-model asks for. Throws only when the edge itself breaks. */
export async function serve(host: HostClient, request: Request, progress: (lines: string[]) => void): Promise<Answer> {
  const { name } = request;
  switch (name) {
    case 'facts.read':
      return { name, output: { facts: await readFacts(host, request.input.groups) } };
    case 'login':
      return { name, output: logIn(host, readConfig(host), request.input) };
    case 'password.set':
      return { name, output: changePassword(host, request.input) };
    case 'lockdown.set': {
      const verb = request.input.enabled ? 'lockdown_mode_enter' : 'lockdown_mode_exit';
      return { name, output: await runAll(host, [['vim-cmd', '-U', 'dcui', `vimsvc/auth/${verb}`]]) };
    }
    case 'network.apply': {
      const { before, after } = request.input;
      return { name, output: await runAll(host, applyCommands(before, after)) };
    }
    case 'network.restart': {
      const vmknic = readConfig(host).network.vmknics.find((each) => each.tags.includes('Management'));
      if (vmknic === undefined) return { name, output: { problem: 'This host has no management interface.' } };
      return { name, output: await runAll(host, restartCommands(vmknic.name)) };
    }
    case 'network.test':
      return { name, output: { lines: await testNetwork(host, request.input, progress) } };
    case 'network.restore':
      return { name, output: await restoreNetwork(host, request.input.what) };
    case 'service.set':
      return { name, output: await setService(host, request.input) };
    case 'timeouts.set':
      return { name, output: await setTimeouts(host, request.input) };
    case 'agents.restart':
      return { name, output: await restartAgents(host, progress) };
    case 'keyboard.list':
      return { name, output: { layouts: [...KEYBOARD_LAYOUTS] } };
    case 'keyboard.set': {
      const set = ['esxcli', 'system', 'settings', 'keyboard', 'layout', 'set', '-l', request.input.layout];
      return { name, output: await runAll(host, [set]) };
    }
    case 'log.read': {
      const text = host.readTail(request.input.path, logBytes);
      const lines = (text ?? '').split('\n');
      if (lines.at(-1) === '') lines.pop();
      return { name, output: { lines, missing: text === null } };
    }
    case 'system.reset':
      return { name, output: await resetSystem(host) };
    case 'power':
      host.log(
        'notice',
        'daemon',
        `${request.input.action === 'reboot' ? 'Restart' : 'Shut down'} asked for at the console`,
      );
      return { name, output: await runLocal(host, [`/sbin/${request.input.action}`], 60_000) };
  }
}

/** In order, up to the first that fails. */
async function runAll(host: HostClient, commands: Argv[]): Promise<Done> {
  for (const argv of commands) {
    host.log('info', 'daemon', `running ${argv.join(' ')}`);
    const problem = problemOf(await host.run(...argv));
    if (problem !== '') {
      host.log('warning', 'daemon', `${argv.join(' ')}: ${problem}`);
      return { problem };
    }
  }
  return { problem: '' };
}

async function runLocal(host: HostClient, argv: string[], timeoutMs: number): Promise<Done> {
  const result = await host.exec(argv, timeoutMs);
  return { problem: result === null ? `${argv[0]} could not be started.` : problemOf(result) };
}

/** The script is done before hostd answers: what the operator does next should find it there. */
async function restartAgents(host: HostClient, progress: (lines: string[]) => void): Promise<Done> {
  const done = await runLocal(host, ['/sbin/services.sh', 'restart'], 300_000);
  if (done.problem !== '') return done;
  progress(['Waiting for the host agent.']);
  for (let waitedMs = 0; waitedMs < agentWaitMs; waitedMs += agentPollMs) {
    if ((await host.ask('esxcli', 'system', 'version', 'get')).status === 0) return done;
    await host.pause(agentPollMs);
  }
  return { problem: 'The agents have been started, but the host agent (hostd) does not answer yet.' };
}

async function restoreNetwork(host: HostClient, what: 'settings' | 'switch'): Promise<Done> {
  const config = readConfig(host);
  if (what === 'settings') return await runAll(host, restoreCommands(config));
  const vmknic = config.network.vmknics.find((each) => each.tags.includes('Management'));
  const onSwitch = config.network.vswitches.some((each) =>
    each.portgroups.some((group) => group.name === vmknic?.portgroup),
  );
  if (onSwitch) return { problem: 'The management network is on a standard switch already.' };
  return { problem: 'The management interface has no port group: restore the network settings instead.' };
}

/** What the DCUI calls enabled is running now, and after a restart of the host. */
async function setService(host: HostClient, input: { service: 'shell' | 'ssh'; enabled: boolean }): Promise<Done> {
  const name = input.service === 'shell' ? 'esx_shell' : 'ssh';
  const verbs = input.enabled ? ['enable', 'start'] : ['stop', 'disable'];
  return await runAll(
    host,
    verbs.map((verb) => ['vim-cmd', `hostsvc/${verb}_${name}`]),
  );
}

async function setTimeouts(host: HostClient, input: { availability: number; idle: number }): Promise<Done> {
  const set = (option: string, seconds: number) => [
    ...['esxcli', 'system', 'settings', 'advanced', 'set'],
    ...['-o', `/UserVars/${option}`, '-i', String(seconds)],
  ];
  const idle = set('ESXiShellInteractiveTimeOut', input.idle);
  return await runAll(host, [set('ESXiShellTimeOut', input.availability), idle]);
}

async function resetSystem(host: HostClient): Promise<Done> {
  host.log('notice', 'daemon', 'Reset of the system configuration asked for at the console');
  return await runAll(host, [['vim-cmd', 'hostsvc/firmware/reset_config']]);
}
