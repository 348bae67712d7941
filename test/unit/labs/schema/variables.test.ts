import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawVariables,
  substitute,
  substituteDeep,
  type Variable,
  variable,
} from '../../../../labs/schema/variables.ts';

const parse = (definitions: Record<string, unknown>): Record<string, Variable> =>
  Object.fromEntries(Object.entries(definitions).map(([name, value]) => [name, variable.parse(value)]));

describe('drawVariables', () => {
  const all = parse({
    vlan: { pick: 'integer', from: 100, to: 199 },
    even: { pick: 'integer', from: 2, to: 20, step: 2 },
    ip: { pick: 'ipv4', in: '192.168.50.0/24' },
    host: { pick: 'name', prefix: 'esx-' },
    password: { pick: 'password', length: 14 },
    color: { pick: 'choice', from: ['red', 'green', 3] },
  });

  it('gives the same values for the same seed, in every release', () => {
    expect(drawVariables(all, '42')).toEqual(drawVariables(all, '42'));
    expect(drawVariables(all, '42')).toMatchInlineSnapshot(`
      {
        "color": "red",
        "even": "16",
        "host": "esx-basalt",
        "ip": "192.168.50.120",
        "password": "c655gXwbt.ip2A",
        "vlan": "135",
      }
    `);
  });

  it('keeps the values of the others when a variable is added', () => {
    const { vlan, host } = drawVariables(all, 'seed');
    const { vlan: _vlan, host: _host, ...rest } = all;
    expect(drawVariables({ vlan: all.vlan!, host: all.host! }, 'seed')).toEqual({ vlan, host });
    expect(drawVariables({ extra: variable.parse({ pick: 'password' }), ...rest, vlan: all.vlan! }, 'seed').vlan).toBe(
      vlan,
    );
  });

  it('stays inside each range for any seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const values = drawVariables(all, seed);
        expect(Number(values.vlan)).toBeGreaterThanOrEqual(100);
        expect(Number(values.vlan)).toBeLessThanOrEqual(199);
        expect(Number(values.even) % 2).toBe(0);
        const last = Number(/^192\.168\.50\.(\d+)$/.exec(values.ip!)?.[1]);
        expect(last).toBeGreaterThanOrEqual(2);
        expect(last).toBeLessThanOrEqual(254);
        expect(values.host).toMatch(/^esx-[a-z]+$/);
        expect(values.password).toMatch(/^[A-Za-z][\w.-]{13}$/);
        expect(['red', 'green', '3']).toContain(values.color);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('never gives two variables of one range the same value, even when it is all used up', () => {
    const tight = parse(
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { pick: 'ipv4', in: '10.0.0.0/29' }])),
    );
    for (let seed = 0; seed < 50; seed++) {
      const values = Object.values(drawVariables(tight, String(seed)));
      expect(new Set(values)).toEqual(new Set(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']));
    }
  });

  it('refuses a range that is used up', () => {
    const two = parse({ a: { pick: 'name', from: ['x'] }, b: { pick: 'name', from: ['x'] } });
    expect(() => drawVariables(two, '1')).toThrow(expect.objectContaining({ code: 'lab.variables-exhausted' }));
  });

  it('leaves out addresses that something else has', () => {
    const one = parse({
      a: { pick: 'ipv4', in: '10.0.0.0/29', except: ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.6'] },
    });
    expect(drawVariables(one, 'any')).toEqual({ a: '10.0.0.5' });
  });

  it('gives a password every class of character and a letter first', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { p } = drawVariables(parse({ p: { pick: 'password', length: 8 } }), String(seed));
      expect(p).toHaveLength(8);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[._-]/, /^[A-Za-z]/]) expect(p).toMatch(kind);
    }
  });
});

describe('substitute', () => {
  it('fills in known names and leaves the others and shell syntax alone', () => {
    expect(substitute('v={{vlan}} {{ vlan }} {{found}} $(vlan) {{', { vlan: '142' })).toBe(
      'v=142 142 {{found}} $(vlan) {{',
    );
  });

  it('does not fill in what a value brings along', () => {
    expect(substitute('{{a}}', { a: '{{b}}', b: 'x' })).toBe('{{b}}');
  });

  it('is not fooled by names every object has', () => {
    expect(substitute('{{constructor}}{{toString}}', {})).toBe('{{constructor}}{{toString}}');
  });

  it('reaches every string of a structure, keys too', () => {
    expect(substituteDeep({ 'k{{a}}': ['{{a}}', 1, null, { b: '{{a}}' }] }, { a: 'z' })).toEqual({
      kz: ['z', 1, null, { b: 'z' }],
    });
  });
});
