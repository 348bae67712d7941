import { listVolumes } from '../../model/storage-mounts.ts';
import { resolveDatastorePath } from '../../model/vm-registry.ts';
import type { CommandContext } from '../framework/index.ts';

/** An argument as an absolute path: relative to the caller's folder, `[datastore] path` resolved, `.` and `..` taken out. */
export function absolutePath(ctx: CommandContext, argument: string): string {
  const given = argument.startsWith('[') ? resolveDatastorePath(listVolumes(ctx.system), argument) : argument;
  const joined = given.startsWith('/') ? given : `${ctx.cwd}/${given}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The same with links of the folder followed: `/vmfs/volumes/datastore1/x` names what is under the UUID. */
export function realPath(ctx: CommandContext, argument: string): string {
  let path = absolutePath(ctx, argument);
  for (let turns = 0; turns < 8; turns += 1) {
    const found = firstLink(ctx, path);
    if (found === null) return path;
    path = absolutePath(ctx, found);
  }
  return path;
}

function firstLink(ctx: CommandContext, path: string): string | null {
  const parts = path.split('/');
  for (let end = 2; end <= parts.length; end += 1) {
    const head = parts.slice(0, end).join('/');
    const target = ctx.system.files.readLink(head);
    if (target === null) continue;
    const base = target.startsWith('/') ? target : `${parts.slice(0, end - 1).join('/')}/${target}`;
    return [base, ...parts.slice(end)].join('/');
  }
  return null;
}
