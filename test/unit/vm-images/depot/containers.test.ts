import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installed } from '../../../helpers/installed.ts';
import { makeDepot, makeVib } from '../../../helpers/small-depot.ts';
import { createWorkbench, type Workbench } from '../userland/model/package/tools.ts';

let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.clear());

describe('other programs read', () => {
  it.skipIf(!installed('ar'))('a VIB: ar', () => {
    bench.put('acme.vib', makeVib());
    expect(bench.run('ar', 't', 'acme.vib').trim().split('\n')).toEqual(['descriptor.xml', 'sig.pkcs7', 'acme']);
    expect(bench.run('ar', 'p', 'acme.vib', 'descriptor.xml')).toContain('<name>acme</name>');
  });

  it.skipIf(!installed('unzip'))('a depot: unzip', () => {
    bench.put('depot.zip', makeDepot({ profiles: [{ name: 'p' }] }).zip);
    expect(bench.run('unzip', '-t', 'depot.zip')).toContain('No errors detected');
    bench.run('unzip', '-q', 'depot.zip', '-d', 'out');
    expect(bench.run('unzip', '-t', 'out/metadata.zip')).toContain('No errors detected');
  });

  it.skipIf(!installed('python3'))('a depot: Python', () => {
    bench.put('depot.zip', makeDepot().zip);
    const program = 'import zipfile; z = zipfile.ZipFile("depot.zip"); print(z.testzip(), *z.namelist())';
    expect(bench.run('python3', '-c', program).trim()).toBe(
      'None index.xml vendor-index.xml metadata.zip vib20/acme/Acme_bootbank_acme_1.0.0-1.vib',
    );
  });

  it.skipIf(!installed('tar') || !installed('ar'))('a payload: tar', () => {
    bench.put('acme.vib', makeVib({ files: [{ path: 'opt/acme/bin/tool', text: '#!/bin/sh\n', mode: '0755' }] }));
    bench.run('ar', 'x', 'acme.vib');
    const listed = bench.run('tar', '-tvzf', 'acme').trim().split('\n');
    expect(listed.map((line) => `${line.split(/\s+/)[0]} ${line.split(/\s+/).at(-1)}`)).toEqual([
      'drwxr-xr-x opt/',
      'drwxr-xr-x opt/acme/',
      'drwxr-xr-x opt/acme/bin/',
      '-rwxr-xr-x opt/acme/bin/tool',
    ]);
  });
});
