import { defaultServiceXml, FIREWALL_FOLDER, parseRulesets, type Ruleset } from './rulesets.ts';
import type { System } from './system.ts';

/** Rulesets of every `*.xml` in the folder, `service.xml` first; of two with one name the first counts. */
export function loadRulesets(system: System): Ruleset[] {
  const names = (system.files.list(FIREWALL_FOLDER) ?? []).filter((name) => name.endsWith('.xml'));
  const ordered = ['service.xml', ...names.filter((name) => name !== 'service.xml')].filter((name) =>
    names.includes(name),
  );
  const rulesets: Ruleset[] = [];
  const known = new Set<string>();
  for (const name of ordered) {
    const parsed = parseRulesets(system.files.readText(`${FIREWALL_FOLDER}/${name}`) ?? '');
    for (const problem of parsed.problems) system.log('hostd', 'warning', `firewall: ${name}: ${problem}`);
    for (const ruleset of parsed.rulesets) {
      if (known.has(ruleset.id)) continue;
      known.add(ruleset.id);
      rulesets.push(ruleset);
    }
  }
  return rulesets;
}

/** A host whose image lacks the file gets it. */
export function ensureServiceXml(system: System): void {
  const path = `${FIREWALL_FOLDER}/service.xml`;
  if (system.files.lstat(path) !== null) return;
  system.files.mkdir(FIREWALL_FOLDER, { parents: true });
  system.files.write(path, defaultServiceXml(), { mode: 0o444 });
}
