import type { Bank } from '../model/bank-choice.ts';
import { type BootConfig, bankPath } from '../model/boot-config.ts';

/** A file that the loader unpacks. */
export interface ModuleFile {
  /** Below the bank's mount point: `/s.v00`. */
  readonly path: string;
  readonly isKernel: boolean;
}

/** What a bank's boot.cfg names, in the order of loading. */
export function moduleFiles({ config }: { config: Pick<BootConfig, 'kernel' | 'modules' | 'prefix'> }): ModuleFile[] {
  return [
    { path: bankPath(config, config.kernel), isKernel: true },
    ...config.modules.map(({ file }) => ({ path: bankPath(config, file), isKernel: false })),
  ];
}

/** What the kernel is told: the bank's own options, whether an update was given up, and where it comes from. */
export function bootOptions({ config, uuid }: Pick<Bank, 'config' | 'uuid'>, rollback: boolean): string {
  return [config.kernelopt, rollback ? 'rollback' : '', `bootUUID=${uuid}`].filter((part) => part !== '').join(' ');
}

/** @param failure `status` is number and name of the error: `33 (Inconsistent data)`. */
export function failureLines(failure: ModuleFile & { status: string }): string[] {
  const what = failure.isKernel ? 'kernel' : 'module';
  return [`Error ${failure.status} while loading ${what}: ${failure.path}`, `Fatal error: ${failure.status}`];
}

/** @returns the value of one option of a line of them; empty when it is not there. */
export function bootOption(options: string, name: string): string {
  const found = options.split(/\s+/).find((part) => part.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? '';
}

/**
 * Kernel settings that were configured count as if given at this start, unless this start says otherwise.
 *
 * @param settings Text of esx.conf.
 * @returns `NAME=VALUE` each.
 */
export function keptSettings(settings: string, options: string): string[] {
  const lines = settings.match(/^\/vmkernel\/setting\/\w+ = "[^"]*"$/gm) ?? [];
  return lines
    .map((line) => /\/(\w+) = "([^"]*)"$/.exec(line)!)
    .filter(([, name = '']) => bootOption(options, name) === '')
    .map(([, name = '', value = '']) => `${name}=${value}`);
}

/**
 * Services in the order of starting. Scripts that `/etc/chkconfig.db` does not know, of packages, have their turn before the
 * direct console when they say `# chkconfig: on`.
 *
 * @param table `NAME on|off` a line.
 * @param names Of the scripts in /etc/init.d.
 */
export function startOrder(
  table: string,
  names: readonly string[],
  readScript: (name: string) => string,
  directConsole: string,
): string[] {
  const known = table.split('\n').map((line) => line.trim().split(/\s+/));
  const on = known.filter(([, state]) => state === 'on').map(([name = '']) => name);
  const others = names.filter(
    (name) => !known.some(([other]) => other === name) && /^# chkconfig: on\b/m.test(readScript(name)),
  );
  const at = on.includes(directConsole) ? on.indexOf(directConsole) : on.length;
  return [...on.slice(0, at), ...others, ...on.slice(at)].filter((name) => names.includes(name));
}
