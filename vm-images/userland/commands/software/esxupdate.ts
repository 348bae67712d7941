import type { UpdateAnswer, UpdateRequest } from '../../model/software/request.ts';
import type { ChangeResult } from '../../model/software/transaction.ts';
import {
  type CommandArgs,
  type CommandContext,
  CommandError,
  list,
  type Output,
  type Row,
  text,
} from '../framework/index.ts';
import { readPlatform } from '../hardware/facts.ts';

const PROGRAM = ['/bin/bbjs', '/usr/lib/vmware/esxupdate.qbc'];
/** A base image over a slow network takes minutes. */
const TIMEOUT_MS = 1_800_000;

type Distributed<T> = T extends unknown ? Omit<T, 'host'> : never;
export type Asked = Distributed<UpdateRequest>;

/**
 * Has the program that changes images do something: it takes long, and hostd has others to answer.
 *
 * @throws CommandError as esxcli prints refusals.
 */
export async function askEsxupdate<T>(ctx: CommandContext, asked: Asked): Promise<T> {
  const { vendorName, productName } = readPlatform(ctx);
  const { acceptanceLevel, maintenanceMode } = ctx.host.config;
  const host = {
    acceptanceLevel,
    inMaintenanceMode: maintenanceMode,
    platform: { vendor: vendorName, model: productName },
  };
  const ended = await ctx.system.processes.run(PROGRAM, {
    stdin: JSON.stringify({ host, ...asked }),
    timeoutMs: TIMEOUT_MS,
    signal: ctx.signal,
  });
  ctx.signal.throwIfAborted();
  return readAnswer<T>(ended.stdout, ended.stderr);
}

function readAnswer<T>(stdout: string, stderr: string): T {
  let answer: UpdateAnswer;
  try {
    answer = JSON.parse(stdout) as UpdateAnswer;
  } catch {
    throw refusal('InstallationError', [`esxupdate ended without an answer: ${stderr.trim().split('\n')[0] ?? ''}`]);
  }
  if ('problem' in answer) throw refusal(answer.problem.kind, answer.problem.lines);
  return answer.result as T;
}

export function refusal(kind: string, lines: readonly string[]): CommandError {
  return new CommandError(
    [`[${kind}]`, ...lines, 'Please refer to the log file for more details.'].map((line) => ` ${line}`).join('\n'),
  );
}

/** What changing commands print: `Installation Result`, `Removal Result`, `Update Result`. */
export function changeOutput(title: string): Output {
  return {
    shape: 'simple',
    struct: 'InstallationResult',
    title,
    fields: [
      text('Message'),
      text('Reboot Required'),
      list('VIBs Installed'),
      list('VIBs Removed'),
      list('VIBs Skipped'),
    ],
  };
}

/** Carries a change out, and lets the running host take in what it brought. */
export async function change(ctx: CommandContext, asked: Asked): Promise<Row> {
  const result = await askEsxupdate<ChangeResult>(ctx, asked);
  const isLive = !result.rebootRequired && result.installed.length + result.removed.length > 0;
  // A package may bring firewall rulesets.
  if (isLive && !('dryRun' in asked && asked.dryRun)) await ctx.host.reapply();
  return {
    Message: result.message,
    'Reboot Required': String(result.rebootRequired),
    'VIBs Installed': result.installed,
    'VIBs Removed': result.removed,
    'VIBs Skipped': result.skipped,
  };
}

export function changeFlags(args: CommandArgs) {
  return {
    dryRun: args.bool('dry-run'),
    force: args.bool('force'),
    maintenanceMode: args.bool('maintenance-mode'),
    noLiveInstall: args.bool('no-live-install'),
    noSigCheck: args.bool('no-sig-check'),
    proxy: args.optionalString('proxy') ?? '',
  };
}
