import { describe, expect, it } from 'vitest';
import { SerialConsole } from '../../../../main/vm/console.ts';
import { waitForText } from '../../../../main/vm/console-wait.ts';

describe('the console on com1', () => {
  it('has on its screen what it tells of, so that nobody waits for the last words of a boot', async () => {
    const serial = new SerialConsole(async () => undefined);
    const screens: string[] = [];
    serial.onOutput(() => screens.push(serial.screen().rows[0] ?? ''));
    const seen = waitForText(serial, 'login:', 5000);
    serial.receive(Buffer.from('localhost login: '));
    expect((await seen).rows[0]).toBe('localhost login: ');
    expect(screens).toEqual(['localhost login: ']);
    serial.dispose();
  });

  it('tells everything in the order it came', async () => {
    const serial = new SerialConsole(async () => undefined);
    let told = '';
    serial.onOutput((text) => {
      told += text;
    });
    const seen = waitForText(serial, 'end', 5000);
    for (const part of ['one\r\n', 'two\r\n', 'end']) serial.receive(Buffer.from(part));
    await seen;
    expect(told).toBe('one\r\ntwo\r\nend');
    serial.dispose();
  });
});
