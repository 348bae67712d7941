import { describe, expect, it } from 'vitest';
import { fidelityRows, renderFidelity } from '../../../../../../vm-images/userland/commands/framework/fidelity.ts';
import { createCommandTree } from '../../../../../../vm-images/userland/commands/index.ts';
import { CommandBench } from '../../../../../helpers/command-bench.ts';

const bench = new CommandBench();

describe('esxcli', () => {
  it('names what it does not know, with exit status 1', async () => {
    expect(await bench.run('esxcli network foo')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'Error: Unknown command or namespace network foo\n',
    });
  });

  it('prints usage below a missing parameter', async () => {
    const { status, stderr } = await bench.run('esxcli network vswitch standard add');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error: Missing required parameter -v\|--vswitch-name\n\nUsage: esxcli network vswitch standard add \[cmd options\]\n/,
    );
    expect(stderr).toContain('  -v|--vswitch-name=<str>\n');
    expect(stderr).toContain('(required)');
  });

  it('lists a bare namespace and exits 1, with --help 0', async () => {
    const bare = await bench.run('esxcli network vswitch standard');
    expect(bare.status).toBe(1);
    expect(bare.stdout).toContain('Usage: esxcli network vswitch standard {cmd} [cmd options]');
    expect(bare.stdout).toContain('Available Namespaces:\n  policy ');
    expect(bare.stdout).toContain('Available Commands:\n  add ');
    expect(await bench.run('esxcli network vswitch standard --help')).toEqual({ ...bare, status: 0 });
  });

  it('has help at the top and for a command', async () => {
    const top = await bench.run('esxcli');
    expect(top.status).toBe(1);
    for (const name of ['esxcli', 'hardware', 'network', 'software', 'storage', 'system', 'vm']) {
      expect(top.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    const help = await bench.run('esxcli system hostname set -?');
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('Usage: esxcli system hostname set [cmd options]');
  });

  it('takes formatter options in both spellings and refuses unknown formatters', async () => {
    const csv = await bench.ok('esxcli --formatter csv system version get');
    expect(csv).toBe(await bench.ok('esxcli --formatter=csv system version get'));
    expect(csv.split('\n')[0]).toBe('Build,Product,Update,Version,');
    expect(await bench.refused('esxcli --formatter=json system version get')).toContain("Unknown formatter 'json'");
    expect(await bench.ok('esxcli --formatter=csv --format-param=fields="Version,Build" system version get')).toMatch(
      /^Version,Build,\n5\.5\.0,Releasebuild-\d+,\n$/,
    );
  });

  it('lists every command of the tree', async () => {
    const lines = (await bench.ok('esxcli esxcli command list')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^Namespace +Command$/);
    expect(lines.length).toBe(createCommandTree().commands.length + 2);
    expect(lines.some((line) => /^network\.vswitch\.standard +add *$/.test(line))).toBe(true);
  });

  it('says plainly what is not supported, and still has help for it', async () => {
    const { status, stderr } = await bench.run('esxcli system snmp get');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: 'system snmp get' is not supported on this host: /);
    expect((await bench.run('esxcli system snmp get --help')).status).toBe(0);
  });
});

describe('the command tables', () => {
  const tree = createCommandTree();

  it('name every path and tool once', () => {
    const paths = tree.commands.map((command) => command.path);
    expect(new Set(paths).size).toBe(paths.length);
    const tools = tree.tools.map((tool) => tool.name);
    expect(new Set(tools).size).toBe(tools.length);
  });

  it.each(tree.commands.map((command) => [command.path, command] as const))('%s is sound', (_path, command) => {
    const parameters = command.parameters ?? [];
    const shorts = parameters.flatMap((parameter) => (parameter.short === undefined ? [] : [parameter.short]));
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(new Set(parameters.map((parameter) => parameter.long)).size).toBe(parameters.length);
    expect(command.summary).not.toBe('');
    expect((command.run === undefined) === (command.unsupported !== undefined)).toBe(true);
    for (const parameter of parameters) {
      expect(parameter.description).not.toBe('');
      if (parameter.type === 'enum') expect(parameter.values?.length).toBeGreaterThan(0);
    }
    expect(tree.isNamespace(command.path)).toBe(false);
  });

  it.each(['esxcli', 'network', 'system'])('describe every namespace of %s', (top) => {
    const known = new Set<string>();
    for (const { path } of tree.commands) {
      const words = path.split(' ');
      for (let length = 1; length < words.length; length++) known.add(words.slice(0, length).join(' '));
    }
    const silent = [...known].filter((path) => {
      if (path.split(' ')[0] !== top) return false;
      const parent = path.includes(' ') ? path.slice(0, path.lastIndexOf(' ')) : '';
      const name = path.slice(path.lastIndexOf(' ') + 1);
      return tree.children(parent).namespaces.find((entry) => entry.name === name)?.summary === '';
    });
    expect(silent).toEqual([]);
  });

  it('make FIDELITY.md rows with every option and why it is missing', () => {
    const rows = fidelityRows(tree);
    const add = rows.find((row) => row.command === 'esxcli network ip interface add');
    expect(add?.unsupported).toBeUndefined();
    expect(add?.options.find((option) => option.usage.includes('dvs-name'))?.unsupported).toContain('vCenter');
    const text = renderFidelity(rows);
    expect(text).toContain('| `esxcli network vswitch standard list` | `-v\\|--vswitch-name` | works |');
    expect(text).toMatch(/\| `esxcli system snmp get` \| {2}\| not supported: /);
  });
});
