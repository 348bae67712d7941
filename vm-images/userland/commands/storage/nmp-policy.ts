import { PSPS, SATPS } from '../../model/storage-claims.ts';
import type { CommandContext, Parameter } from '../framework/index.ts';

export const DEVICE: Parameter = {
  long: 'device',
  short: 'd',
  type: 'string',
  description: 'The device, by its name.',
};
export const PSP_NAMES = PSPS.map((one) => one.name);

/** The path selection a device has: its own, or the one its array type starts with. */
export function pspOf(ctx: CommandContext, own: string | undefined): string {
  return own ?? satpDefault(ctx, 'VMW_SATP_LOCAL');
}

export function satpKey(satp: string): string {
  return `storage/plugin/NMP/config[${satp}]/defaultpsp`;
}

export function satpDefault(ctx: CommandContext, satp: string): string {
  return ctx.host.config.extra[satpKey(satp)] ?? SATPS.find((one) => one.name === satp)?.defaultPsp ?? 'VMW_PSP_FIXED';
}
