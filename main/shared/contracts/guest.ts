/** The JSON that desktop and agent exchange inside the frames of guest-frames.ts. The agent imports the types only. */
import * as z from 'zod/mini';

export const guestProtocol = 1;

const bytesAsHex = z.string();

/** `announce`: sent when the agent starts, before any conversation. */
export const announceMessage = z.object({ protocol: z.number() });
export type AnnounceMessage = z.infer<typeof announceMessage>;

/** `hello`: conversation number, the desktop's clock (ms since 1970) and bytes for the guest's random pool. */
export const helloMessage = z.strictObject({ protocol: z.number(), timeMs: z.number(), entropy: bytesAsHex });
export type HelloMessage = z.infer<typeof helloMessage>;

/**
 * `welcome` and `event`: what the agent knows of the host. `ready`: hostd says that start-up is finished. `problem`: the
 * agent caught an error of its own that no call will tell.
 */
export const hostStateMessage = z.object({ ready: z.boolean(), agent: z.string(), problem: z.optional(z.string()) });
export type HostStateMessage = z.infer<typeof hostStateMessage>;

/** `call`: one question, one answer. */
export const callMessage = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('clock'), timeMs: z.number() }),
  z.strictObject({ method: z.literal('host'), name: z.string(), params: z.unknown(), timeoutMs: z.number() }),
  z.strictObject({ method: z.literal('list'), path: z.string() }),
  z.strictObject({ method: z.literal('power'), action: z.enum(['reboot', 'shutdown']) }),
]);
export type CallMessage = z.infer<typeof callMessage>;

export const guestError = z.object({ code: z.string(), message: z.string() });
export type GuestError = z.infer<typeof guestError>;

/** `result` */
export const resultMessage = z.object({ value: z.optional(z.unknown()), error: z.optional(guestError) });
export type ResultMessage = z.infer<typeof resultMessage>;

/** `open`: what a channel is for. */
export const openMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exec'),
    command: z.string(),
    stdin: z.boolean(),
    /** 0: none. The whole process group is killed when it is over. */
    timeoutMs: z.number(),
  }),
  z.strictObject({ kind: z.literal('shell'), rows: z.number(), columns: z.number() }),
  z.strictObject({ kind: z.literal('read'), path: z.string() }),
  z.strictObject({ kind: z.literal('write'), path: z.string() }),
  z.strictObject({ kind: z.literal('dial'), protocol: z.enum(['tcp', 'udp']), host: z.string(), port: z.number() }),
]);
export type OpenMessage = z.infer<typeof openMessage>;

/** `close` from the agent: how it ended. `exitCode` of exec and shell; 128 + signal as a shell counts. */
export const closeMessage = z.object({
  exitCode: z.optional(z.number()),
  timedOut: z.optional(z.boolean()),
  missing: z.optional(z.boolean()),
  error: z.optional(guestError),
});
export type CloseMessage = z.infer<typeof closeMessage>;

/** Value of the call `list`. */
export const listResult = z.array(
  z.object({
    name: z.string(),
    type: z.enum(['file', 'directory', 'link', 'other']),
    size: z.number(),
    /** Seconds since 1970. */
    modified: z.number(),
    mode: z.number(),
  }),
);
export type ListResult = z.infer<typeof listResult>;
