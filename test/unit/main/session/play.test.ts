import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../../main/session/play.ts';

describe('grading script', () => {
  it('sends bare lines to the first host and named ones to theirs', () => {
    const lines = parseScript('# set up\nesxcli system version get\n\nesx02: vmware -v\n', ['esx01', 'esx02']);
    expect(lines).toEqual([
      { host: 'esx01', command: 'esxcli system version get', line: 2 },
      { host: 'esx02', command: 'vmware -v', line: 4 },
    ]);
  });

  it('names the line of a host that is not there', () => {
    expect(() => parseScript('ok\nesx09: ls\n', ['esx01'])).toThrow('line 2');
  });

  it('takes a colon inside a command for what it is', () => {
    expect(parseScript('echo a:b', ['esx01'])).toEqual([{ host: 'esx01', command: 'echo a:b', line: 1 }]);
  });
});
