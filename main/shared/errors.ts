/** Every failure that crosses a boundary is one of these; `code` is stable, dotted, and has an advice line in `advice.ts`. */
export class LabError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { details?: Record<string, unknown> | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LabError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Plain data of an error, to cross a worker, process or RPC boundary. */
export interface ErrorData {
  code: string;
  message: string;
  details: Record<string, unknown>;
}

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof LabError) return { code: error.code, message: error.message, details: { ...error.details } };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal.unexpected', message, details: {} };
}

export function fromErrorData(data: ErrorData): LabError {
  return new LabError(data.code, data.message, { details: data.details });
}
