import { describe, expect, it } from 'vitest';
import { parseArgs } from '../../../../../../vm-images/userland/commands/framework/args.ts';
import type { Parameter } from '../../../../../../vm-images/userland/commands/framework/types.ts';

const parameters: Parameter[] = [
  { long: 'vswitch-name', short: 'v', type: 'string', required: true, description: '' },
  { long: 'mtu', short: 'm', type: 'int', min: 1280, max: 9000, description: '' },
  { long: 'enabled', short: 'e', type: 'bool', description: '' },
  { long: 'all', short: 'a', type: 'flag', description: '' },
  { long: 'type', short: 't', type: 'enum', values: ['tcp', 'UDP'], description: '' },
  { long: 'uplinks', short: 'u', type: 'list', description: '' },
  { long: 'dvs', short: 'd', type: 'string', description: '', unsupported: 'no vCenter' },
];
const parse = (...argv: string[]) => parseArgs(parameters, argv);

describe('esxcli options', () => {
  it.each([['-v foo'], ['-v=foo'], ['-vfoo'], ['--vswitch-name foo'], ['--vswitch-name=foo']])(
    'are read spelled %s',
    (line) => {
      expect(parse(...line.split(' ')).string('vswitch-name')).toBe('foo');
    },
  );

  it('take values that look like options', () => {
    expect(parse('-v', '-x').string('vswitch-name')).toBe('-x');
  });

  it.each([
    ['true', true],
    ['YES', true],
    ['1', true],
    ['false', false],
    ['no', false],
    ['0', false],
  ])('of type bool take %s', (raw, expected) => {
    expect(parse('-v', 'x', '-e', raw).bool('enabled')).toBe(expected);
  });

  it('of type flag take no value', () => {
    expect(parse('-a', '-v', 'x').bool('all')).toBe(true);
    expect(parse('-v', 'x').bool('all')).toBe(false);
  });

  it('of type list are split at commas and may be repeated', () => {
    expect(parse('-v', 'x', '-u', 'vmnic0,vmnic1', '--uplinks=vmnic2').list('uplinks')).toEqual([
      'vmnic0',
      'vmnic1',
      'vmnic2',
    ]);
  });

  it('of type enum ignore case and reach the command in the spelling of the table', () => {
    expect(parse('-v', 'x', '-t', 'udp').string('type')).toBe('UDP');
  });

  it.each([
    ['-m 1500', 'Error: Missing required parameter -v|--vswitch-name'],
    ['-v x -q', 'Error: Invalid option -q'],
    ['-v x --quite=1', 'Error: Invalid option --quite'],
    ['-v x -t icmp', "Invalid data constraint for parameter 'type'."],
    ['-v x -m 100', "Invalid data constraint for parameter 'mtu'."],
    ['-v x -m 9001', "Invalid data constraint for parameter 'mtu'."],
    ['-v x -m many', "Error: Invalid value 'many' for -m|--mtu: expected a whole number"],
    ['-v x -e maybe', "Error: Invalid value 'maybe' for -e|--enabled: expected true or false"],
    ['-v', 'Error: Option -v|--vswitch-name needs a value'],
    ['-v x -d y', 'Error: Option -d|--dvs is not supported here: no vCenter'],
  ])('refuse %s', (line, message) => {
    expect(() => parse(...line.split(' '))).toThrow(message);
  });
});
