/**
 * What travels over the MessagePort between a window and the session service. The window asks with a number of its own
 * choosing, the service answers with the same number; events come unasked. Bytes in strings are Latin-1, as in the API.
 */
import { z } from 'zod';

export const doorRequest = z.strictObject({
  id: z.int().nonnegative().describe('Chosen by the asker, unique while the request is open.'),
  method: z.string().min(1).describe('A name of the session API.'),
  input: z.unknown().describe('Parsed by the service.'),
});
export type DoorRequest = z.infer<typeof doorRequest>;

export const doorCancel = z.strictObject({ cancel: z.int().nonnegative().describe('Id of the request to give up.') });
export type DoorCancel = z.infer<typeof doorCancel>;

export const doorMessage = z.union([doorRequest, doorCancel]);
export type DoorMessage = z.infer<typeof doorMessage>;

const errorData = z.strictObject({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});

export const doorAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: errorData }),
]);
export type DoorAnswer = z.infer<typeof doorAnswer>;

export const doorEvent = z.strictObject({ event: z.string(), data: z.unknown() });
export type DoorEvent = z.infer<typeof doorEvent>;

/** Control messages from the main process to the service over its parent port. */
export const serviceControl = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('port') }).describe('One MessagePort is attached: a window to serve.'),
  z.strictObject({ type: z.literal('close') }).describe('Save every session, then exit.'),
]);
export type ServiceControl = z.infer<typeof serviceControl>;

/** How the service is, as the main process sees it. */
export type ServiceStatus =
  | { state: 'starting' }
  | { state: 'ready' }
  | { state: 'stopped'; code: number; restarts: number; message: string };
