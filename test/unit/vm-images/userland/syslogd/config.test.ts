import { describe, expect, it } from 'vitest';
import { parseIni, readConfig } from '../../../../../vm-images/userland/syslogd/config.ts';
import { parseTargets, targetName } from '../../../../../vm-images/userland/syslogd/remote-target.ts';

describe('INI', () => {
  it('reads sections, comments and blanks around the equals sign', () => {
    expect(parseIni('# c\n[vmsyslog]\n Rotate = 8 \nloghost=a=b\n\n; c\n[other section]\nx : 1\nnoise\n')).toEqual({
      '': {},
      vmsyslog: { rotate: '8', loghost: 'a=b' },
      'other section': { x: '1' },
    });
  });
});

describe('configuration', () => {
  it('is at its defaults without a file', () => {
    expect(readConfig(null, {})).toMatchObject({
      rotations: 8,
      sizeKiB: 1024,
      folder: '',
      uniqueFolder: false,
      targets: [],
      retrySeconds: 180,
      problems: [],
    });
  });

  it('reads the keys esxcli writes', () => {
    const text =
      '[vmsyslog]\nrotate = 4\nsize = 512\nloghost = udp://a:514,tcp://10.0.0.9:1514\nlogdir = [ds1] logs/esx\nlogdir_unique = true\ndefault_timeout = 60\n';
    expect(readConfig(text, {})).toMatchObject({
      rotations: 4,
      sizeKiB: 512,
      folder: '/vmfs/volumes/ds1/logs/esx',
      uniqueFolder: true,
      retrySeconds: 60,
      targets: [
        { scheme: 'udp', host: 'a', port: 514 },
        { scheme: 'tcp', host: '10.0.0.9', port: 1514 },
      ],
    });
  });

  it('takes <none> for nothing and keeps the default where a value is wrong, with a word about it', () => {
    const config = readConfig('[vmsyslog]\nloghost = <none>\nlogdir = <none>\nrotate = many\nsize = 99999999\n', {});
    expect(config).toMatchObject({ rotations: 8, sizeKiB: 1024, folder: '', targets: [] });
    expect(config.problems).toHaveLength(2);
  });

  it('changes a logger and adds one', () => {
    const { loggers } = readConfig(null, {
      'hostd.conf': '[vmsyslog-logger]\nsize = 2048\nrotate = 2\n',
      'mine.conf': '[vmsyslog-logger]\nid = mine\ndescr = My own\nidents = one, Two\nfile = <logdir>/my.log\n',
    });
    expect(loggers.find((each) => each.id === 'hostd')).toMatchObject({
      sizeKiB: 2048,
      rotations: 2,
      idents: ['hostd'],
    });
    expect(loggers.find((each) => each.id === 'mine')).toEqual({
      id: 'mine',
      description: 'My own',
      file: 'my.log',
      idents: ['one', 'two'],
      format: 'syslog',
    });
  });
});

describe('remote hosts', () => {
  it.each([
    ['loghost', 'udp://loghost:514'],
    ['tcp://loghost', 'tcp://loghost:514'],
    ['ssl://loghost', 'ssl://loghost:1514'],
    ['udp://[fd00::1]:5514', 'udp://[fd00::1]:5514'],
    ['10.0.0.9:1000', 'udp://10.0.0.9:1000'],
  ])('%s is %s', (text, name) => {
    expect(parseTargets(text).targets.map(targetName)).toEqual([name]);
  });

  it.each(['http://x', 'udp://', 'x:0', 'x:99999', 'a b'])('says that %j cannot be understood', (text) => {
    expect(parseTargets(text)).toMatchObject({ targets: [], problems: [expect.stringContaining(text.trim())] });
  });
});
