import * as native from 'native';
import * as os from 'os';
import { writeAll } from './files.ts';
import { type Key, parseKeys } from './line-editor.ts';
import { type DrawnRows, drawLoader, type LoaderView, layOutLoader } from './loader-screen.ts';

const READ_BYTES = 256;
const BAUD = 115200;

/** The loader's two faces: the whole screen on the VGA console, a running text on com1. Keys come from both. */
export class LoaderConsole {
  private readonly screen: number;
  private readonly serial: number;
  private drawn: DrawnRows = new Map();
  private lastCountdown = '';
  private onKey: (key: Key) => void = () => {};

  constructor() {
    this.screen = os.open('/dev/tty1', os.O_RDWR);
    this.serial = os.open('/dev/ttyS0', os.O_RDWR);
    for (const fd of this.terminals()) {
      native.setRaw(fd);
      native.setNonblocking(fd, true);
    }
    if (this.serial >= 0) native.setSpeed(this.serial, BAUD);
    this.write(this.screen, '\x1b[2J');
  }

  listen(onKey: (key: Key) => void): void {
    this.onKey = onKey;
    for (const fd of this.terminals()) os.setReadHandler(fd, () => this.readable(fd));
  }

  stopListening(): void {
    for (const fd of this.terminals()) os.setReadHandler(fd, null);
  }

  draw(view: LoaderView): void {
    const rows = layOutLoader(view);
    this.write(this.screen, drawLoader(view, this.drawn, rows));
    this.drawn = rows;
  }

  /** A line for com1 alone: the screen shows its own. */
  line(text: string): void {
    this.write(this.serial, `${this.lastCountdown === '' ? '' : '\r\n'}${text}\r\n`);
    this.lastCountdown = '';
  }

  /** A line on com1 that replaces the one before: countdowns, the option being typed. */
  status(text: string): void {
    if (text === this.lastCountdown) return;
    this.write(this.serial, `\r\x1b[K${text}`);
    this.lastCountdown = text;
  }

  close(): void {
    this.stopListening();
    this.write(this.screen, '\x1b[0m\x1b[2J\x1b[H\x1b[?25h');
    for (const fd of this.terminals()) os.close(fd);
  }

  private terminals(): number[] {
    return [this.screen, this.serial].filter((fd) => fd >= 0);
  }

  private readable(fd: number): void {
    const buffer = new ArrayBuffer(READ_BYTES);
    const count = native.read(fd, buffer, 0, READ_BYTES);
    if (count === 0) os.setReadHandler(fd, null);
    if (!count) return;
    for (const key of parseKeys(native.utf8Decode(buffer, 0, count))) this.onKey(key);
  }

  private write(fd: number, text: string): void {
    if (fd < 0) return;
    native.setNonblocking(fd, false);
    writeAll(fd, new Uint8Array(native.utf8Encode(text)));
    native.setNonblocking(fd, true);
  }
}
