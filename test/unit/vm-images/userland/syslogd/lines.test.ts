import { describe, expect, it } from 'vitest';
import { formatLines, formatRemote } from '../../../../../vm-images/userland/syslogd/format.ts';
import { builtInLoggers, createRouter } from '../../../../../vm-images/userland/syslogd/loggers.ts';
import { parseMessage } from '../../../../../vm-images/userland/syslogd/message.ts';

const at = Date.UTC(2014, 5, 7, 10, 11, 12, 345);
const message = (datagram: string) => parseMessage(datagram, at);

describe('routing', () => {
  it.each([
    ['<30>hostd[1]: x', ['hostd']],
    ['<30>Hostd: x', ['hostd']],
    ['<166>shell[3]: ls', ['shell']],
    ['<30>ESXShell: login enabled', ['shell']],
    ['<86>login: failed', ['auth']],
    ['<86>anything: with the facility authpriv', ['auth']],
    ['<6>vmkernel: fine', ['vmkernel']],
    ['<4>vmkernel: not fine', ['vmkernel', 'vmkwarning']],
    ['<2>kernel: facility kern', ['vmkernel', 'vmkwarning']],
    ['<30>bootstop: Host has booted', ['vmksummary']],
    ['<30>vobd: x', ['vobd']],
    ['<30>mark: x', ['syslog']],
    ['<30>crond[4]: x', ['syslog']],
  ])('%s goes to %j', (datagram, ids) => {
    expect(createRouter(builtInLoggers)(message(datagram))).toEqual(ids);
  });

  it('falls back to the syslog logger when another is not there', () => {
    expect(createRouter(builtInLoggers.filter((each) => each.id !== 'auth'))(message('<86>x: y'))).toEqual(['syslog']);
  });
});

describe('lines', () => {
  it.each([
    ['syslog', '<30>init[1]: up', '2014-06-07T10:11:12Z init[1]: up\n'],
    ['syslog', '<30>mark: hello', '2014-06-07T10:11:12Z mark: hello\n'],
    ['syslog', '<30>mark[13]: hello', '2014-06-07T10:11:12Z mark: hello\n'],
    ['vmkernel', '<6>vmkernel: fine', '2014-06-07T10:11:12.345Z cpu0:32768)fine\n'],
    ['vmkernel', '<4>vmkernel: bad', '2014-06-07T10:11:12.345Z cpu0:32768)WARNING: bad\n'],
    ['vmkernel', '<4>vmkernel: WARNING: bad', '2014-06-07T10:11:12.345Z cpu0:32768)WARNING: bad\n'],
    ['vmkernel', '<1>vmkernel: worse', '2014-06-07T10:11:12.345Z cpu0:32768)ALERT: worse\n'],
    [
      'agent',
      "<30>hostd[258]: [FFAB6D20 info 'Hbrsvc'] text",
      "2014-06-07T10:11:12.345Z [FFAB6D20 info 'Hbrsvc'] text\n",
    ],
    ['agent', '<28>hostd[258]: text', "2014-06-07T10:11:12.345Z [FF000102 warning 'hostd'] text\n"],
    ['agent', '<30>hostd[1]: [x] a\nb', '2014-06-07T10:11:12.345Z [x] a\n--> b\n'],
    ['observation', '<30>vobd: [netCorrelator] up', '2014-06-07T10:11:12.345Z: [netCorrelator] up\n'],
  ] as const)('%s: %j', (format, datagram, lines) => {
    expect(formatLines(message(datagram), format)).toBe(lines);
  });

  it('sends one line to remote hosts', () => {
    expect(formatRemote(message('<166>shell[3]: a\nb'), 'esx01')).toBe(
      '<166>2014-06-07T10:11:12.345Z esx01 shell[3]: a b',
    );
  });
});
