import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolvePaths } from '../../main/session/paths.ts';
import { createService, type Service } from '../../main/session/service.ts';
import { projectRoot } from '../helpers/session.ts';
import { labYaml, sampleFiles } from '../unit/labs/sample-lab.ts';

const LONG_SETUP = 'date +%s >/tmp/set-up; sleep 3';

describe('a kept session with a long set-up', () => {
  let folder: string;
  let service: Service;
  let session: string;
  const shell = async (command: string) =>
    (await service.call('host.exec', { session, host: 'esx01', command })).stdout.trim();
  const writeLab = (setup: string) =>
    writeFile(path.join(folder, 'labs/sample/lab.yaml'), labYaml.replace('run: "true"', `run: "${setup}"`));

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bootbank-kept-'));
    for (const [name, text] of sampleFiles()) {
      const file = path.join(folder, 'labs/sample', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await writeLab(LONG_SETUP);
    service = createService({
      paths: { ...resolvePaths(projectRoot), labs: path.join(folder, 'labs'), data: path.join(folder, 'data') },
    });
    ({ session } = await service.call('session.open', { lab: 'sample', keep: true, seed: '1' }));
  });
  afterAll(async () => {
    await service?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is reset to the end of its set-up, which is not done again', async () => {
    const setUp = await shell('cat /tmp/set-up');
    expect(setUp).toMatch(/^\d+$/);
    await shell('touch /tmp/mine /vmfs/volumes/datastore1/mine');
    await service.call('session.reset', { session });
    expect(await shell('cat /tmp/set-up')).toBe(setUp);
    expect(await shell('ls /tmp/mine /vmfs/volumes/datastore1/mine 2>/dev/null')).toBe('');
  });

  it('resets one host alone in the same way', async () => {
    const setUp = await shell('cat /tmp/set-up');
    await shell('rm /tmp/set-up');
    await service.call('session.reset', { session, host: 'esx01' });
    expect(await shell('cat /tmp/set-up')).toBe(setUp);
  });

  it('does the set-up again when what it went back to is damaged', async () => {
    const setUp = await shell('cat /tmp/set-up');
    await writeFile(path.join(folder, 'data/sessions/sample/start.bootbank'), 'something else');
    await service.call('session.reset', { session });
    expect(await shell('cat /tmp/set-up')).not.toBe(setUp);
  });

  it('does the set-up again when the author has changed it', async () => {
    await service.call('session.close', { session });
    await writeLab(`${LONG_SETUP}; echo changed >/tmp/set-up`);
    ({ session } = await service.call('session.open', { lab: 'sample', keep: true, seed: '1' }));
    expect(await shell('cat /tmp/set-up')).not.toBe('changed');
    await service.call('session.reset', { session });
    expect(await shell('cat /tmp/set-up')).toBe('changed');
  });
});
