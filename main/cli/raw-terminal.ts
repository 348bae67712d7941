/** The terminal that the command line runs in, with every key handed on as it is pressed. */
export interface RawTerminal {
  readonly rows: number;
  readonly columns: number;
  write(text: string | Uint8Array): void;
}

interface Listeners {
  /** Bytes as Latin-1 text. */
  onInput(data: string): void;
  onResize(): void;
}

const LEAVE_KEY = '\x1d';
export const LEAVE_KEY_NAME = 'Ctrl+]';

/**
 * Lends the terminal out until the leave key is pressed or `use` is done with it.
 *
 * @param use Gets the terminal and what ends it; says what it wants to hear.
 */
export async function borrowTerminal(use: (terminal: RawTerminal, end: () => void) => Listeners): Promise<void> {
  const { stdin, stdout } = process;
  const terminal: RawTerminal = {
    get rows() {
      return stdout.rows || 24;
    },
    get columns() {
      return stdout.columns || 80;
    },
    write: (text) => void stdout.write(text),
  };
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { onInput, onResize } = use(terminal, end);
  const hear = (data: Buffer): void => {
    const text = data.toString('latin1');
    if (text.includes(LEAVE_KEY)) end();
    else onInput(text);
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', hear);
  stdin.once('end', end);
  stdout.on('resize', onResize);
  try {
    await ended;
  } finally {
    stdin.off('data', hear);
    stdin.off('end', end);
    stdout.off('resize', onResize);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
