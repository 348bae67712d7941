/** A command refused or failed; `message` is what the user reads, without a trailing newline. */
export class CommandError extends Error {
  readonly exitCode: number;
  /** Print the command's usage below the message (bad or missing options). */
  readonly showUsage: boolean;

  constructor(message: string, options: { exitCode?: number; showUsage?: boolean } = {}) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = options.exitCode ?? 1;
    this.showUsage = options.showUsage ?? false;
  }
}

/** Thrown when the user interrupted the command; printed as nothing, exit status 130. */
export class CancelledError extends CommandError {
  constructor() {
    super('', { exitCode: 130 });
    this.name = 'CancelledError';
  }
}
