/**
 * A controller that is aborted with `signal`, too. Abort it when the work is over: nothing stays behind at `signal` then. What
 * `AbortSignal.any` does, which the Node of older Electron releases does not have.
 */
export function linkedController(signal: AbortSignal | undefined): AbortController {
  const controller = new AbortController();
  if (signal?.aborted) controller.abort(signal.reason);
  const follow = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', follow, { once: true, signal: controller.signal });
  return controller;
}
