import { listVms } from '../../model/vm-registry.ts';
import { usage } from '../esxcfg/text.ts';
import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { absolutePath } from './paths.ts';

const OPTIONS = [
  { usage: '-w <folder>', text: 'Write the bundle there; /var/tmp when not given.' },
  { usage: '-s', text: 'Write the bundle to standard output.' },
  { usage: '-V', text: 'List the virtual machines.' },
  { usage: '-v <vm>', text: 'Take the files of one machine only (path of its .vmx).' },
  { usage: '-l', text: 'List what is gathered.' },
  { usage: '-q', text: 'Say nothing.' },
  { usage: '-p -d -i', text: 'Performance snapshots.', unsupported: 'use esxtop -b' },
];

/** Files and folders that are copied, when they are there. */
const PATHS: readonly string[] = [
  '/etc',
  '/var/log',
  '/scratch/log',
  '/bootbank/boot.cfg',
  '/altbootbank/boot.cfg',
  '/var/db/esximg',
  '/var/run/boot-options',
  '/proc/cpuinfo',
  '/proc/meminfo',
  '/proc/mounts',
  '/proc/partitions',
  '/proc/diskstats',
  '/proc/net/dev',
  '/proc/cmdline',
];

/** Commands whose output is gathered; each becomes a file in `commands/`. */
const COMMANDS: readonly string[] = [
  'esxcfg-info -a',
  'esxcfg-vswitch -l',
  'esxcfg-vmknic -l',
  'esxcfg-nics -l',
  'esxcfg-route -l',
  'esxcfg-scsidevs -l',
  'esxcfg-mpath -b',
  'esxcli network firewall ruleset list',
  'esxcli network ip connection list',
  'esxcli network ip neighbor list',
  'esxcli software vib list',
  'esxcli software profile get',
  'esxcli storage core device list',
  'esxcli storage filesystem list',
  'esxcli system module list',
  'esxcli system settings advanced list -d',
  'esxcli vm process list',
  'vim-cmd vmsvc/getallvms',
  'vmware -v',
  'busybox dmesg',
  'busybox ps',
  'busybox df',
];

const COMMAND_MS = 60_000;

export const vmSupportTool: ToolCommand = {
  name: 'vm-support',
  summary: 'Gather logs and state of the host into one archive.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vm-support', argv, 'w:sVv:lqpd:i:h', {
      'working-dir=': 'w',
      stream: 's',
      listvms: 'V',
      'vm=': 'v',
      listmanifests: 'l',
      quiet: 'q',
      help: 'h',
    });
    if (given.has('h')) {
      await ctx.out(usage('vm-support [options]', OPTIONS));
      return 0;
    }
    if (given.has('p') || given.has('d') || given.has('i'))
      throw new CommandError('vm-support: performance snapshots are not supported: use esxtop -b');
    if (given.has('V')) {
      await ctx.out(
        listVms(ctx.system)
          .map((vm) => `${vm.vmxPath} (${vm.state.power === 'poweredOn' ? 'Running' : 'Registered'})\n`)
          .join(''),
      );
      return 0;
    }
    if (given.has('l')) {
      await ctx.out([...PATHS, ...COMMANDS.map((one) => `command: ${one}`)].map((line) => `${line}\n`).join(''));
      return 0;
    }
    const folder = given.has('w') ? absolutePath(ctx, given.value('w')!) : '/var/tmp';
    if (ctx.system.files.stat(folder)?.type !== 'directory') {
      if (given.has('w')) throw new CommandError(`vm-support: ${folder} is not a folder`);
      ctx.system.files.mkdir(folder, { parents: true });
    }
    return await collect(ctx, folder, {
      stream: given.has('s'),
      quiet: given.has('q') || given.has('s'),
      vm: given.value('v'),
    });
  },
};

async function collect(
  ctx: CommandContext,
  folder: string,
  options: { stream: boolean; quiet: boolean; vm: string | undefined },
): Promise<number> {
  const { files } = ctx.system;
  const say = async (text: string): Promise<void> => {
    if (!options.quiet) await ctx.out(text);
  };
  const { hostName, domain } = ctx.host.config;
  const now = new Date(ctx.system.clock.nowMs()).toISOString();
  const name = `esx-${domain === '' ? hostName : `${hostName}.${domain}`}-${now.slice(0, 10)}--${now.slice(11, 16).replace(':', '.')}`;
  const top = `${folder}/.vm-support-${ctx.system.clock.monotonicMs().toString(36).replace('.', '')}`;
  const root = `${top}/${name}`;
  await say(`${now.slice(11, 19)}: Creating ${folder}/${name}.tgz\n`);
  try {
    files.mkdir(`${root}/commands`, { parents: true });
    const failed = await runCommands(ctx, `${root}/commands`, say);
    await copyPaths(ctx, root, options.vm);
    files.write(
      `${root}/README`,
      `Support bundle of ${hostName}, ${now}.\nFiles are under their own paths, output of commands under commands/.\n${failed.map((one) => `Failed: ${one}\n`).join('')}`,
    );
    ctx.signal.throwIfAborted();
    const archive = `${folder}/${name}.tgz`;
    const packed = await ctx.system.processes.run(['/bin/busybox', 'tar', '-czf', archive, '-C', top, name], {
      timeoutMs: 600_000,
      signal: ctx.signal,
    });
    if (packed.exitCode !== 0) {
      files.remove(archive);
      throw new CommandError(`vm-support: the archive could not be written: ${packed.stderr.trim()}`);
    }
    if (options.stream) {
      const size = files.stat(archive)?.sizeBytes ?? 0;
      for (let at = 0; at < size; at += 65536) await ctx.out(files.readAt(archive, at, Math.min(65536, size - at)));
      files.remove(archive);
    } else {
      await say(
        `${new Date(ctx.system.clock.nowMs()).toISOString().slice(11, 19)}: Done.\nPlease attach this file when submitting an incident report.\n`,
      );
      await ctx.out(`To see the files collected, check '${archive}'\n`);
    }
    return 0;
  } finally {
    files.remove(top, { recursive: true });
  }
}

async function runCommands(
  ctx: CommandContext,
  folder: string,
  say: (text: string) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const [index, command] of COMMANDS.entries()) {
    ctx.signal.throwIfAborted();
    if (ctx.tty.isTty) {
      await say(
        `\rGathering output from ${command.slice(0, 48).padEnd(48)} ${String(index + 1).padStart(3)}/${COMMANDS.length}`,
      );
    }
    const file = `${folder}/${command.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}.txt`;
    try {
      const result = await ctx.system.processes.run(command.split(' '), { timeoutMs: COMMAND_MS });
      ctx.system.files.write(file, result.stdout + result.stderr);
      if (result.exitCode !== 0) failed.push(`${command} (exit status ${result.exitCode})`);
    } catch (error) {
      failed.push(`${command}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (ctx.tty.isTty) await say('\n');
  return failed;
}

/** Copies trees under their own paths. Secrets stay on the host: password hashes and private keys are taken out again. */
async function copyPaths(ctx: CommandContext, root: string, vm: string | undefined): Promise<void> {
  const { files } = ctx.system;
  const machines = vm === undefined ? listVms(ctx.system).map((one) => one.folder) : [vm.slice(0, vm.lastIndexOf('/'))];
  const machineFiles = machines.flatMap((folder) =>
    (files.list(folder) ?? []).filter((name) => /\.(vmx|vmsd|log|vmxf)$/.test(name)).map((name) => `${folder}/${name}`),
  );
  for (const path of [...PATHS, ...machineFiles]) {
    ctx.signal.throwIfAborted();
    if (files.stat(path) === null) continue;
    const target = `${root}${path.slice(0, path.lastIndexOf('/'))}`;
    files.mkdir(target, { parents: true });
    await ctx.system.processes.run(['/bin/busybox', 'cp', '-rL', path, `${target}/`], { timeoutMs: COMMAND_MS });
  }
  for (const secret of [
    '/etc/shadow',
    '/etc/vmware/ssl/rui.key',
    '/etc/ssh/ssh_host_rsa_key',
    '/etc/ssh/ssh_host_dsa_key',
  ])
    files.remove(`${root}${secret}`);
}
