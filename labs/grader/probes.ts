/** How each probe is asked: most of them by a command, so that all of a host's go in one batch. */
import type { BankView } from '../../main/shared/contracts/banks.ts';
import type { LabCheck, ProbeArgs } from '../schema/index.ts';
import { type BatchCommand, type BatchOutcome, quote, reason } from './batch.ts';
import { parseEsxcli, select } from './esxcli-output.ts';
import { found, keyValue, type Reading, skipped, textFact, unreadable } from './facts.ts';
import { type HostProbe, type Limits, systemClock, type TopologyProbe } from './probe.ts';

/** Checks with the same command share one reading. */
export type Plan =
  | { readonly by: 'command'; readonly command: BatchCommand; readonly read: (outcome: BatchOutcome) => Reading }
  | { readonly by: 'disk'; readonly read: (host: HostProbe, signal: AbortSignal | undefined) => Promise<Reading> }
  | { readonly by: 'console'; readonly read: (host: HostProbe, signal: AbortSignal | undefined) => Promise<Reading> }
  | {
      readonly by: 'wire';
      readonly read: (host: HostProbe, fork: TopologyProbe, signal: AbortSignal | undefined) => Promise<Reading>;
    };

/** Exit status of our own little scripts for "there is no such file". */
const absent = 44;

export function planCheck(check: LabCheck): Plan {
  switch (check.probe) {
    case 'exec':
      return planExec(check.args);
    case 'file':
      return planFile(check.args);
    case 'esxcli':
      return planEsxcli(check.args);
    case 'bootbank':
      return planBootbank(check.args);
    case 'disk':
      return planDisk(check.args);
    case 'console':
      return planConsole(check.args);
    case 'wire':
      return planWire(check.args);
  }
}

/** Host, what is read and where in it: for the report's `where`. */
export function describeWhere(check: LabCheck): string {
  const parts = [check.host, check.about ?? whatIsRead(check)];
  for (const { host, nic, up } of check.links ?? [])
    parts.push(`${host}'s ${nic} ${up === false ? 'pulled' : 'spoiled'}`);
  if (check.after !== 'now') parts.push(`after ${check.after}`);
  const keys = check.boot?.flatMap((step) => step.keys ?? []) ?? [];
  if (keys.length > 0) parts.push(`with ${keys.join(' ')} at the boot loader`);
  return parts.join(', ');
}

function whatIsRead(check: LabCheck): string {
  switch (check.probe) {
    case 'exec':
      return check.args.select === 'stdout'
        ? firstLine(check.args.command)
        : `${firstLine(check.args.command)} (${check.args.select})`;
    case 'file':
      return [check.args.path, check.args.key, check.args.select === 'text' ? undefined : check.args.select]
        .filter(Boolean)
        .join(', ');
    case 'esxcli': {
      const { command, select: path, where } = check.args;
      const rows = Object.entries(where ?? {}).map(([name, value]) => `${name} ${value}`);
      return [`esxcli ${command}`, ...rows, typeof path === 'string' ? path : path?.join('.')]
        .filter(Boolean)
        .join(', ');
    }
    case 'bootbank':
      return describeBank(check.args);
    case 'disk':
      return [`partition ${check.args.partition}`, check.args.path, check.args.key].filter(Boolean).join(', ');
    case 'console':
      return `${check.args.console} console`;
    case 'wire':
      return [`frames on ${check.args.network}`, check.args.protocol, check.args.run && firstLine(check.args.run)]
        .filter(Boolean)
        .join(', ');
  }
}

function firstLine(command: string): string {
  const lines = command.trim().split('\n');
  return lines.length > 1 ? `${lines[0]} …` : (lines[0] ?? '');
}

const seconds = (value: number): number => value * 1000;

function byCommand(
  command: string,
  timeoutSeconds: number,
  read: (outcome: Exclude<BatchOutcome, { failed: string }>) => Reading,
  stdin?: string,
): Plan {
  return {
    by: 'command',
    command: { command, timeoutMs: seconds(timeoutSeconds), ...(stdin === undefined ? {} : { stdin }) },
    read: (outcome) => ('failed' in outcome ? unreadable(outcome.failed) : read(outcome)),
  };
}

function planExec(args: ProbeArgs<'exec'>): Plan {
  const read: Parameters<typeof byCommand>[2] = (outcome) =>
    found(
      args.select === 'exitCode'
        ? String(outcome.exitCode)
        : textFact(args.select === 'stderr' ? outcome.stderr : outcome.stdout),
    );
  return byCommand(args.command, args.timeoutSeconds, read, args.stdin);
}

function planFile(args: ProbeArgs<'file'>): Plan {
  const path = quote(args.path);
  const commands = {
    text: `cat ${path}`,
    exists: 'echo true',
    mode: `stat -c %a ${path}`,
    size: `wc -c <${path}`,
    type: `if [ -L ${path} ]; then echo link; elif [ -d ${path} ]; then echo directory; else echo file; fi`,
  };
  const command = `if [ ! -e ${path} ] && [ ! -L ${path} ]; then exit ${absent}; fi; ${commands[args.select]}`;
  return byCommand(command, args.timeoutSeconds, (outcome) => {
    if (outcome.exitCode === absent) return found(null);
    if (outcome.exitCode !== 0) return unreadable(complaint(outcome, `cannot read ${args.path}`));
    return fromText(outcome.stdout, args.key);
  });
}

function fromText(text: string, key: string | undefined): Reading {
  return found(key === undefined ? textFact(text) : keyValue(text, key));
}

/** What bbclient says when hostd does not answer: see vm-images/userland/README.md. */
const agentIsGone = /Connect to localhost failed|Connection to the host agent was lost/;

function planEsxcli(args: ProbeArgs<'esxcli'>): Plan {
  return byCommand(`esxcli --formatter=xml ${args.command}`, args.timeoutSeconds, (outcome) => {
    if (outcome.exitCode !== 0) {
      const isThere = !agentIsGone.test(outcome.stderr + outcome.stdout);
      if (args.absentIfFails && isThere) return found(null);
      return unreadable(complaint(outcome, `esxcli ${args.command} failed`));
    }
    try {
      return found(select(parseEsxcli(outcome.stdout), args.select, args.where));
    } catch (error) {
      return unreadable(reason(error));
    }
  });
}

function complaint(outcome: { exitCode: number; stdout: string; stderr: string }, fallback: string): string {
  const said = `${outcome.stderr}\n${outcome.stdout}`.trim().split('\n')[0]?.trim();
  return said ? `${fallback}: ${said}` : `${fallback} with status ${outcome.exitCode}`;
}

function describeBank({ bank, key, saved, savedKey, vib, modules }: ProbeArgs<'bootbank'>): string {
  const folder = bankNames[bank];
  if (key !== undefined) return `${folder}/boot.cfg, ${key}`;
  if (saved !== undefined) return [`${folder}/state.tgz`, saved, savedKey].filter(Boolean).join(', ');
  return vib === undefined ? `${folder}, ${modules} modules` : `${folder}, VIB ${vib}`;
}

/** What the guest does not know of, or what takes more than a file to read, comes from the disk. */
function planBootbank(args: ProbeArgs<'bootbank'>): Plan {
  const isOfGuest = args.bank === 'active' || args.bank === 'other';
  if (!isOfGuest || args.vib !== undefined || args.modules !== undefined) return planBankOnDisk(args);
  const folder = bankNames[args.bank];
  if (args.key !== undefined) {
    const file = {
      path: `${folder}/boot.cfg`,
      select: 'text' as const,
      key: args.key,
      timeoutSeconds: args.timeoutSeconds,
    };
    return planFile(file);
  }
  const member = quote(args.saved!.slice(1));
  const archive = `tar -xzOf ${folder}/state.tgz local.tgz`;
  const command =
    `[ -e ${folder}/state.tgz ] || exit ${absent}; name=$(${archive} | tar -tzf - | sed 's#^\\./##' | grep -Fx ${member}) || exit ${absent}; ` +
    `${archive} | tar -xzOf - "$name" 2>/dev/null || ${archive} | tar -xzOf - "./$name"`;
  return byCommand(command, args.timeoutSeconds, (outcome) => {
    if (outcome.exitCode === absent) return found(null);
    if (outcome.exitCode !== 0)
      return unreadable(complaint(outcome, `cannot read ${args.saved} in ${folder}/state.tgz`));
    return fromText(outcome.stdout, args.savedKey);
  });
}

const bankNames: Readonly<Record<ProbeArgs<'bootbank'>['bank'], string>> = {
  active: '/bootbank',
  other: '/altbootbank',
  next: 'the bank that starts next',
  spare: 'the bank that does not start next',
  bank5: 'boot bank 5',
  bank6: 'boot bank 6',
};

function planBankOnDisk(args: ProbeArgs<'bootbank'>): Plan {
  return byDisk(args.timeoutSeconds, async (host, limits) => {
    const bank = pickBank(await host.banks(limits), args.bank);
    if (bank === null) return skipped(`${host.name} does not run, so that no bank is the ${args.bank} one`);
    if (bank === undefined) return found(null);
    if (args.vib !== undefined) return found(bank.vibs.find(({ name }) => name === args.vib)?.version ?? null);
    if (args.modules !== undefined)
      return found(bank.modules.filter(({ state }) => state === args.modules).map(({ file }) => file));
    const bytes =
      args.saved === undefined
        ? await host.readDiskFile(bank.partition, '/boot.cfg', limits)
        : await host.savedFile(bank.partition, args.saved, limits);
    return bytes === null ? found(null) : fromText(new TextDecoder().decode(bytes), args.key ?? args.savedKey);
  });
}

/** @returns null when it takes a running host to tell; undefined when there is no such bank. */
function pickBank(banks: readonly BankView[], name: ProbeArgs<'bootbank'>['bank']): BankView | null | undefined {
  switch (name) {
    case 'bank5':
    case 'bank6':
      return banks.find(({ partition }) => `bank${partition}` === name);
    case 'next':
      return banks.find(({ isNext }) => isNext);
    case 'spare':
      return banks.find(({ isNext }) => !isNext);
    default:
      if (banks.every(({ isRunning }) => isRunning !== true)) return null;
      return banks.find(({ isRunning }) => isRunning === (name === 'active'));
  }
}

function planDisk(args: ProbeArgs<'disk'>): Plan {
  return byDisk(args.timeoutSeconds, async (host, limits) => {
    const bytes = await host.readDiskFile(args.partition, args.path, limits);
    if (bytes === null) return found(null);
    if (args.select === 'exists') return found('true');
    if (args.select === 'size') return found(String(bytes.length));
    return fromText(new TextDecoder().decode(bytes), args.key);
  });
}

function byDisk(timeoutSeconds: number, read: (host: HostProbe, limits: Limits) => Promise<Reading>): Plan {
  return {
    by: 'disk',
    async read(host, signal) {
      try {
        return await read(host, { timeoutMs: seconds(timeoutSeconds), signal });
      } catch (error) {
        return unreadable(reason(error));
      }
    },
  };
}

const maxFrames = 2000;

function planWire(args: ProbeArgs<'wire'>): Plan {
  return {
    by: 'wire',
    async read(host, fork, signal) {
      const end = fork.listen(args.network);
      try {
        const limits = { timeoutMs: seconds(args.timeoutSeconds), signal };
        if (args.run !== undefined) await host.exec(args.run, limits);
        await new Promise<void>((resolve) => systemClock.after(seconds(args.seconds), resolve));
        const frames = end().filter(({ protocol }) => args.protocol === undefined || protocol === args.protocol);
        return found(frames.slice(0, maxFrames).map(({ line }) => line));
      } catch (error) {
        end();
        return unreadable(reason(error));
      }
    },
  };
}

function planConsole(args: ProbeArgs<'console'>): Plan {
  return {
    by: 'console',
    async read(host, signal) {
      try {
        if (args.keys !== undefined) await host.type(args.console, args.keys);
        const limits = { timeoutMs: seconds(args.timeoutSeconds), signal };
        const screen =
          args.wait === undefined
            ? await host.screen(args.console)
            : await waitOrLook(host, args.console, args.wait, limits);
        return found(textFact(screen.rows.join('\n')));
      } catch (error) {
        return unreadable(reason(error));
      }
    },
  };
}

/** A text that does not come is a wrong answer, not a broken reading: what stands there instead is the fact. */
async function waitOrLook(
  host: HostProbe,
  console: ProbeArgs<'console'>['console'],
  text: string,
  limits: Parameters<HostProbe['waitForText']>[2],
) {
  try {
    return await host.waitForText(console, text, limits);
  } catch {
    limits.signal?.throwIfAborted();
    return host.screen(console);
  }
}
