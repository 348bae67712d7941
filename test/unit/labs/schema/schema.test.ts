import { describe, expect, it } from 'vitest';
import { parseInstructions, parseTopology, patternProblem, solutionSteps } from '../../../../labs/schema/index.ts';
import { migrate } from '../../../../labs/schema/migrations.ts';
import { sampleLab } from '../sample-lab.ts';

describe('instantiateLab', () => {
  it('fills the values of the seed in everywhere', () => {
    const lab = sampleLab('7');
    const { vlan } = lab.values;
    expect(Number(vlan)).toBeGreaterThanOrEqual(100);
    expect(lab.tasks[0]!.hints[0]!.text).toBe(`Look at ${vlan}`);
    expect(lab.instructions.tasks.first!.text).toBe(`Do it on ${vlan}.`);
    expect(lab.tasks[1]!.checks[1]!.expect).toEqual({ contains: vlan });
    expect(JSON.stringify(lab)).not.toContain('{{vlan}}');
    expect(JSON.stringify(lab)).toContain('{{found}}');
  });

  it('runs the set-up first and the faults of the seed after it', () => {
    const faults =
      'faults:\n  - { id: a, host: esx01, run: break a, reveal: a was broken, oneOf: x }\n  - { id: b, host: esx01, run: break b, reveal: b was broken, oneOf: x }\n  - { id: c, host: esx01, run: break c, reveal: c was broken }\ntasks:';
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const lab = sampleLab(String(seed), (yaml) => yaml.replace('tasks:', faults));
      const commands = lab.setup.map((action) => (action.kind === 'run' ? action.command : ''));
      expect(commands).toHaveLength(3);
      expect(commands[0]).toBe('true');
      expect(commands[2]).toBe('break c');
      seen.add(commands[1]!);
    }
    expect(seen).toEqual(new Set(['break a', 'break b']));
  });

  it('has the instructions in parts', () => {
    const lab = sampleLab();
    expect(lab.instructions.intro).toBe('The situation.');
    expect(lab.instructions.tasks.first!.after).toBe('Well done.');
    expect(lab.instructions.tasks.second!.after).toBeNull();
    expect(lab.instructions.outro).toBe('The end.');
  });
});

describe('parseInstructions', () => {
  it('keeps other headings and headings of level one inside the text', () => {
    const { instructions, problems } = parseInstructions(
      '# T\n\nIntro\n\n# More\n\n## a\n\n### Facts\n\n- x\n\n### After\n\ny\n',
      'i.md',
      ['a'],
    );
    expect(problems).toEqual([]);
    expect(instructions.intro).toBe('Intro\n\n# More');
    expect(instructions.tasks.a).toEqual({ text: '### Facts\n\n- x', after: 'y' });
  });
});

describe('solutionSteps', () => {
  it('are the blocks between blank lines, comments alone are none', () => {
    expect(solutionSteps('#!/bin/sh\n# head\n\n# why\na\nb\n\n\nc\n')).toEqual([
      { line: 4, text: '# why\na\nb\n' },
      { line: 9, text: 'c\n' },
    ]);
  });
});

describe('parseTopology', () => {
  it('fills in image, memory, a NIC and the network it needs', () => {
    expect(parseTopology({ hosts: [{ name: 'esx01' }] })).toEqual({
      networks: [{ name: 'mgmt', mtu: 1500 }],
      hosts: [{ name: 'esx01', image: 'esxi', memoryMiB: 128, nics: [{ network: 'mgmt', up: true }] }],
    });
  });

  it('keeps networks as they are given', () => {
    const topology = parseTopology({
      networks: [
        { name: 'mgmt', mtu: 9000 },
        { name: 'x', vlans: [5] },
      ],
      hosts: [{ name: 'a', nics: [{ network: 'x' }] }, { name: 'b' }],
    });
    expect(topology.networks).toEqual([
      { name: 'mgmt', mtu: 9000 },
      { name: 'x', mtu: 1500, vlans: [5] },
    ]);
  });

  it.each([
    [{}, '"hosts" is missing'],
    [{ hosts: [] }, 'hosts: needs at least one entry'],
    [{ hosts: [{ name: 'a' }, { name: 'a' }] }, 'hosts[1].name: host "a" is there twice'],
    [{ hosts: [{ name: 'a', nics: [{ network: 'far' }] }] }, 'network "far" is not declared'],
    [{ hosts: [{ name: 'a', cpus: 2 }] }, 'hosts[0]: unknown key "cpus"'],
    [null, 'expected a map, found nothing'],
  ])('refuses %j', (value, text) => {
    expect(() => parseTopology(value)).toThrow(
      expect.objectContaining({ code: 'topology.invalid', message: expect.stringContaining(text) }),
    );
  });
});

describe('patternProblem', () => {
  it.each([
    '^esx\\d+$',
    '(?:a|b)',
    '(?:ab)+',
    '^\\s*server\\s+10\\.0\\.0\\.1\\b',
    '[^)(+*]+x',
    '(a|b)?',
    '\\(+',
    'a{2,5}',
  ])('allows %s', (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    '(a+)+',
    '((a)*)*',
    '(a|b)+',
    '(?:x{2,})*',
    '(a)\\1',
    '(?<=a)b',
    '(',
    'a'.repeat(300),
    '.*.*.*',
    '.{0,99}a.{0,99}b.{0,99}',
    '(?:(?:a+))+',
  ])('refuses %s', (pattern) => {
    expect(patternProblem(pattern)).not.toBeNull();
  });
});

describe('migrate', () => {
  const steps = {
    1: (lab: Record<string, unknown>) => ({ ...lab, length: lab.minutes }),
    2: (lab: Record<string, unknown>) => ({ ...lab, renamed: true }),
  };

  it('walks one version at a time up to the present one', () => {
    expect(migrate({ version: 1, minutes: 5 }, steps, 3)).toEqual({
      ok: true,
      value: { version: 3, minutes: 5, length: 5, renamed: true },
    });
    expect(migrate({ version: 3, minutes: 5 }, steps, 3)).toEqual({ ok: true, value: { version: 3, minutes: 5 } });
  });

  it('says when a version is too new or too old', () => {
    expect(migrate({ version: 4 }, steps, 3)).toMatchObject({ ok: false, message: expect.stringContaining('newer') });
    expect(migrate({ version: 1 }, {}, 3)).toMatchObject({ ok: false, message: expect.stringContaining('no longer') });
  });

  it('passes on what is no lab at all, for the schema to judge', () => {
    for (const value of [null, 3, [], { version: 'x' }, {}]) expect(migrate(value)).toEqual({ ok: true, value });
  });
});
