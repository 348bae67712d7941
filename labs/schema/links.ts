/** Cables of NICs: what set-ups, faults and checks do to them. */
import { z } from 'zod';
import { hostName } from './topology.ts';

export const nicName = z
  .string()
  .regex(/^(?:vmnic\d|\{\{\w+\}\})$/, 'is a NIC of the host such as "vmnic0", or a variable');

export const linkChange = {
  up: z.boolean().optional().describe('false: pulled, and the host sees it.'),
  lossPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Of the frames, each way; the host sees a good link. 100: cut somewhere on the way.'),
  delayMs: z.int().min(0).max(5_000).optional().describe('Of each frame on its way to the host.'),
};
export interface LinkChange {
  readonly up?: boolean | undefined;
  readonly lossPercent?: number | undefined;
  readonly delayMs?: number | undefined;
}

/** A cable: plugged in or not, which the host sees, and what becomes of frames on it, which it does not. */
export interface LinkState {
  readonly up: boolean;
  /** Part of the frames that is lost, each way, 0 to 1. */
  readonly lossRate: number;
  /** How long a frame takes to the host. */
  readonly delayMs: number;
}

/** What is not said is as with a good cable. */
export function linkState({ up = true, lossPercent = 0, delayMs = 0 }: LinkChange): LinkState {
  return { up, lossRate: lossPercent / 100, delayMs };
}

export function changesLink({ up, lossPercent, delayMs }: LinkChange): boolean {
  return up !== undefined || lossPercent !== undefined || delayMs !== undefined;
}
export const NO_LINK_CHANGE = 'needs up, lossPercent or delayMs';

/** A cable of a fork, by host and NIC. */
export const checkLink = z
  .strictObject({ host: hostName, nic: nicName, ...linkChange })
  .refine(changesLink, NO_LINK_CHANGE);
export type CheckLink = z.infer<typeof checkLink>;
