import { defaultServiceXml, FIREWALL_FOLDER, parseRulesets, type Ruleset } from './rulesets.ts';
import type { System } from './system.ts';

/** What a file held when it was last read: parsing is slow, comparing is not. */
const parsedFiles = new Map<string, { content: string; rulesets: readonly Ruleset[] }>();

/** Rulesets of every `*.xml` in the folder, `service.xml` first; of two with one name the first counts. */
export function loadRulesets(system: System): Ruleset[] {
  const names = (system.files.list(FIREWALL_FOLDER) ?? []).filter((name) => name.endsWith('.xml'));
  const ordered = ['service.xml', ...names.filter((name) => name !== 'service.xml')].filter((name) =>
    names.includes(name),
  );
  const rulesets: Ruleset[] = [];
  const known = new Set<string>();
  for (const name of ordered) {
    for (const ruleset of readFile(system, `${FIREWALL_FOLDER}/${name}`)) {
      if (known.has(ruleset.id)) continue;
      known.add(ruleset.id);
      rulesets.push(ruleset);
    }
  }
  return rulesets;
}

function readFile(system: System, path: string): readonly Ruleset[] {
  const content = system.files.readText(path) ?? '';
  const known = parsedFiles.get(path);
  if (known?.content === content) return known.rulesets;
  const { rulesets, problems } = parseRulesets(content);
  for (const problem of problems) system.log('hostd', 'warning', `${path}: ${problem}`);
  parsedFiles.set(path, { content, rulesets });
  return rulesets;
}

/** A host whose image lacks the file gets it. */
export function ensureServiceXml(system: System): void {
  const path = `${FIREWALL_FOLDER}/service.xml`;
  if (system.files.lstat(path) !== null) return;
  system.files.mkdir(FIREWALL_FOLDER, { parents: true });
  system.files.write(path, defaultServiceXml(), { mode: 0o444 });
}
