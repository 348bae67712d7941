import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../../main/shared/advice.ts';
import { projectRoot } from '../../../helpers/session.ts';

/** Codes of every LabError that the sources make. */
function codesInSources(): string[] {
  const codes = new Set<string>();
  for (const folder of ['main', 'labs', 'vm-images/build']) {
    for (const name of readdirSync(path.join(projectRoot, folder), { recursive: true }).map(String)) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = readFileSync(path.join(projectRoot, folder, name), 'utf8');
      for (const [, code] of text.matchAll(/LabError\(\s*'([a-z]+\.[a-z-]+)'/g)) codes.add(code!);
    }
  }
  return [...codes].sort();
}

describe('advice', () => {
  it.each(codesInSources())('%s says what to do next, in both doors', (code) => {
    for (const door of ['cli', 'app'] as const) expect(adviceFor(code, door)).toMatch(/^[A-Z`].*\.$/);
  });

  it('sends nobody with a window to the command line', () => {
    for (const code of codesInSources()) {
      if (/^(cli|bench|image\.bundle)/.test(code)) continue;
      expect(adviceFor(code, 'app')).not.toContain('npm run');
    }
  });
});
