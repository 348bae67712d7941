import { freshConfig } from '../../model/defaults.ts';
import { serializeEsxConf } from '../../model/esx-conf/index.ts';
import { isPoweredOn, listVms, VmError } from '../../model/vm-registry.ts';
import { type CommandContext, CommandError } from '../framework/index.ts';
import { required, type VimCall, type VimCommand } from './types.ts';

const BACKUP_MS = 120_000;
const DOWNLOADS = '/scratch/downloads';
const STATE = '/bootbank/state.tgz';
/** Its presence tells backup.sh that the state in the bank is final: the end of the host must not save over it. */
const FINAL_STATE = '/var/run/vmware/state-is-final';

async function run(ctx: CommandContext, argv: readonly string[], cwd?: string): Promise<string> {
  const result = await ctx.system.processes.run(argv, { timeoutMs: BACKUP_MS, ...(cwd === undefined ? {} : { cwd }) });
  if (result.exitCode !== 0)
    throw new CommandError(
      `${argv[0]}: ${`${result.stdout}${result.stderr}`.trim() || `exit status ${result.exitCode}`}`,
    );
  return result.stdout;
}

/** Writes the configuration into the bank the host booted from. */
async function syncConfig(ctx: CommandContext): Promise<void> {
  await run(ctx, ['/sbin/backup.sh', '0']);
}

function hostLabel(ctx: CommandContext): string {
  const { hostName, domain } = ctx.host.config;
  return domain === '' ? hostName : `${hostName}.${domain}`;
}

async function backupConfig(ctx: CommandContext): Promise<string> {
  await syncConfig(ctx);
  const name = `configBundle-${hostLabel(ctx)}.tgz`;
  const work = '/tmp/configBundle';
  const { files } = ctx.system;
  files.remove(work, { recursive: true });
  files.mkdir(work, { parents: true });
  files.mkdir(DOWNLOADS, { parents: true });
  files.write(`${work}/Manifest.txt`, manifest(ctx));
  const state = files.readBytes(STATE);
  if (state === null) throw new CommandError(`${STATE} was not written.`);
  files.write(`${work}/state.tgz`, state);
  await run(ctx, ['/bin/busybox', 'tar', '-czf', `${DOWNLOADS}/${name}`, 'Manifest.txt', 'state.tgz'], work);
  files.remove(work, { recursive: true });
  await ctx.err(`The host has no web server yet: the bundle is ${DOWNLOADS}/${name}\n`);
  return `Bundle can be downloaded at : http://*/downloads/${name}\n`;
}

function manifest(ctx: CommandContext): string {
  return `UUID: ${ctx.host.config.systemUuid}\nBuild: ${build(ctx)}\nName: ${hostLabel(ctx)}\n`;
}

async function restoreConfig(call: VimCall): Promise<string> {
  const { ctx } = call;
  const path = required(call, 0, 'the bundle, /tmp/configBundle.tgz');
  const force = call.args.includes('1') || call.options.has('force');
  const bundle = path === '1' ? (call.args[1] ?? '/tmp/configBundle.tgz') : path;
  if (!ctx.host.config.maintenanceMode)
    throw new VmError(
      'vim.fault.InvalidState',
      'The operation is not allowed in the current state: the host must be in maintenance mode.',
    );
  const { files } = ctx.system;
  if (files.stat(bundle) === null) throw new VmError('vim.fault.FileFault', `The bundle ${bundle} does not exist.`);
  const work = '/tmp/restoreBundle';
  files.remove(work, { recursive: true });
  files.mkdir(work, { parents: true });
  await run(ctx, ['/bin/busybox', 'tar', '-xzf', bundle, '-C', work]);
  const text = files.readText(`${work}/Manifest.txt`) ?? '';
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const state = files.readBytes(`${work}/state.tgz`);
  files.remove(work, { recursive: true });
  if (state === null) throw new VmError('vim.fault.InvalidBundle', 'The bundle holds no state.tgz.');
  if (!force && field('Build') !== build(ctx)) {
    throw new VmError(
      'vim.fault.MismatchedBundle',
      `The bundle is of build ${field('Build')}, the host runs ${build(ctx)}. 1 as a second argument forces it.`,
    );
  }
  if (!force && field('UUID') !== ctx.host.config.systemUuid) {
    throw new VmError(
      'vim.fault.MismatchedBundle',
      `The bundle is of host ${field('UUID')}, this one is ${ctx.host.config.systemUuid}. 1 as a second argument forces it.`,
    );
  }
  files.write(STATE, state, { atomic: true });
  return restart(ctx, 'Configuration restored');
}

/**
 * The next boot starts as after an installation: the configuration of a fresh host that keeps its identity, root without
 * a password. The bank must go on holding a state.tgz, which the loader wants.
 */
async function resetConfig(ctx: CommandContext): Promise<string> {
  const running = listVms(ctx.system).find(isPoweredOn);
  if (running !== undefined) {
    throw new VmError(
      'vim.fault.InvalidState',
      `Virtual machine ${running.config.name} is running: power it off first.`,
    );
  }
  const config = freshConfig({ systemUuid: ctx.host.config.systemUuid, nics: ctx.host.runtime.nics });
  const work = '/tmp/resetState';
  const { files } = ctx.system;
  files.remove(work, { recursive: true });
  files.mkdir(`${work}/etc/vmware`, { parents: true });
  files.write(`${work}/etc/vmware/esx.conf`, serializeEsxConf(config), { mode: 0o600 });
  await run(ctx, ['/bin/busybox', 'tar', '-czf', 'local.tgz', 'etc'], work);
  await run(ctx, ['/bin/busybox', 'tar', '-czf', `${STATE}.new`, 'local.tgz'], work);
  files.rename(`${STATE}.new`, STATE);
  files.remove(work, { recursive: true });
  return restart(ctx, 'Configuration reset');
}

function restart(ctx: CommandContext, what: string): string {
  ctx.system.files.mkdir('/var/run/vmware', { parents: true });
  ctx.system.files.write(FINAL_STATE, '');
  ctx.system.log('hostd', 'notice', `${what}; the host restarts`);
  ctx.system.kernel.power('reboot');
  return '';
}

export const firmwareCommands: VimCommand[] = [
  {
    path: 'hostsvc/firmware/sync_config',
    usage: '',
    summary: 'Save the configuration to the boot bank.',
    async run({ ctx }) {
      await syncConfig(ctx);
      return undefined;
    },
  },
  {
    path: 'hostsvc/firmware/backup_config',
    usage: '',
    summary: 'Make a bundle of the configuration.',
    run: ({ ctx }) => backupConfig(ctx),
  },
  {
    path: 'hostsvc/firmware/restore_config',
    usage: 'bundle [1]',
    summary: 'Put a bundle in force and restart; needs maintenance mode. 1 takes bundles of another build or host.',
    run: restoreConfig,
  },
  {
    path: 'hostsvc/firmware/reset_config',
    usage: '',
    summary: 'Throw the configuration away and restart.',
    run: ({ ctx }) => resetConfig(ctx),
  },
];

/** Of the running image: `5.5.0-1500500`. */
function build({ host: { product } }: CommandContext): string {
  return `${product.version}-${product.build}`;
}
