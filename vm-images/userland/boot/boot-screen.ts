import * as native from 'native';
import * as os from 'os';
import { readText, writeAll } from './files.ts';

const COLUMNS = 80;
const UPPER_ROWS = 14;
const ROWS = 25;
const NAME_ROW = 19;
const BAR_ROW = 21;
const BAR_COLUMNS = 64;
/** The DCUI's colours, so that nothing flashes when it takes over: blue shown as dark grey, brown as yellow. */
const PALETTE = '\x1b]P4404040\x1b]P3f5b82e';
const UPPER = '\x1b[0;37;44m';
const PRODUCT = '\x1b[0;1;37;44m';
const LOWER = '\x1b[0;30;43m';
const VT_ACTIVATE = 0x5606;
const SCREEN_TTY = 2;
const SCREEN = `/dev/tty${SCREEN_TTY}`;
const SERIAL = '/dev/ttyS0';

/** The console while the host starts or stops: what it is, what it does now, how far it has come. com1 gets the same as lines. */
export class BootScreen {
  private screen = -1;
  private serial = -1;

  /** Takes the second console and shows it. */
  open(product: string): void {
    this.close();
    this.screen = os.open(SCREEN, os.O_WRONLY);
    this.serial = os.open(SERIAL, os.O_WRONLY);
    let out = `${PALETTE}\x1b[?25l\x1b[0m\x1b[2J`;
    for (let row = 1; row <= ROWS; row++)
      out += `\x1b[${row};1H${row <= UPPER_ROWS ? UPPER : LOWER}${' '.repeat(COLUMNS - (row === ROWS ? 1 : 0))}`;
    out += `\x1b[3;5H${PRODUCT}${product}${UPPER}`;
    for (const [index, line] of hardwareLines().entries()) out += `\x1b[${6 + index};5H${line}`;
    this.write(this.screen, out);
    this.show();
    this.write(this.serial, `\r\n${product}\r\n`);
  }

  /** @param progress 0 to 1. */
  step(text: string, progress: number): void {
    const filled = Math.round(Math.min(1, progress) * BAR_COLUMNS);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)}`;
    const name = text.slice(0, COLUMNS - 16).padEnd(COLUMNS - 16);
    this.write(this.screen, `\x1b[${NAME_ROW};9H${LOWER}${name}\x1b[${BAR_ROW};9H${bar}`);
    this.write(this.serial, `${text}\r\n`);
  }

  /** A line for com1, where the boot is read afterwards. */
  note(text: string): void {
    this.write(this.serial, `${text}\r\n`);
  }

  /** Somebody else draws on the screen from now on; com1 goes on. */
  release(): void {
    if (this.screen >= 0) os.close(this.screen);
    this.screen = -1;
  }

  close(): void {
    this.release();
    if (this.serial >= 0) os.close(this.serial);
    this.serial = -1;
  }

  private show(): void {
    if (this.screen < 0) return;
    try {
      native.ioctl(this.screen, VT_ACTIVATE, SCREEN_TTY);
    } catch {
      // No VT to switch: com1 is all there is.
    }
  }

  private write(fd: number, text: string): void {
    if (fd < 0) return;
    try {
      writeAll(fd, new Uint8Array(native.utf8Encode(text)));
    } catch {
      this.reopen(fd, text);
    }
  }

  /** A login that ends hangs its terminal up, and every descriptor of it is dead from then on. */
  private reopen(fd: number, text: string): void {
    os.close(fd);
    const again = os.open(fd === this.screen ? SCREEN : SERIAL, os.O_WRONLY);
    if (fd === this.screen) this.screen = again;
    else this.serial = again;
    if (again < 0) return;
    const bytes = native.utf8Encode(text);
    os.write(again, bytes, 0, bytes.byteLength);
  }
}

function hardwareLines(): string[] {
  const model = /^model name\s*:\s*(.+)$/m.exec(readText('/proc/cpuinfo') ?? '')?.[1] ?? 'Unknown processor';
  const kilobytes = Number(/^MemTotal:\s*(\d+)/m.exec(readText('/proc/meminfo') ?? '')?.[1] ?? 0);
  return [`1 x ${model}`, `${Math.round(kilobytes / 1024)} MiB Memory`];
}
