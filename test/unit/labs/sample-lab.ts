/** A small correct lab that tests change in one place at a time. */
import { assembleLab, instantiateLab, type LabInstance } from '../../../labs/schema/index.ts';

export const labYaml = `version: 1
id: sample
title: A sample
course: networking
minutes: 10
objectives: [Do a thing]
requires: []
variables:
  vlan: { pick: integer, from: 100, to: 199 }
networks:
  - { name: mgmt, mtu: 1500 }
  - { name: storage, mtu: 9000, vlans: trunk }
hosts:
  - { name: esx01, memoryMiB: 128, nics: [{ network: mgmt }, { network: storage }] }
setup:
  - { host: esx01, run: "true" }
tasks:
  - id: first
    title: First
    points: 2
    hints:
      - { text: "Look at {{vlan}}", cost: 0 }
      - { text: More, cost: 1 }
    checks:
      - { host: esx01, probe: esxcli, args: { command: network vswitch standard list, select: vSwitch1.MTU }, expect: { equals: "9000" } }
  - id: second
    title: Second
    requires: [first]
    checks:
      - { host: esx01, probe: exec, args: { command: hostname }, expect: { matches: "^esx" } }
      - { host: esx01, probe: file, args: { path: /etc/motd }, expect: { contains: "{{vlan}}" }, after: power-cycle, message: "motd says {{found}}" }
`;

export const instructionsMd = `# Sample

The situation.

## first

Do it on {{vlan}}.

### After

Well done.

## second

Do more.

## outro

The end.
`;

export function sampleFiles(changes: Record<string, string | null> = {}): Map<string, string> {
  const files = new Map([
    ['lab.yaml', labYaml],
    ['instructions.md', instructionsMd],
    ['solution/esx01.sh', '# one\nesxcli network vswitch standard add -v vSwitch1\n\nhostname esx01\n'],
  ]);
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) files.delete(path);
    else files.set(path, text);
  }
  return files;
}

/** @param edit Applied to lab.yaml. */
export function sampleLab(seed = '1', edit: (yaml: string) => string = (yaml) => yaml): LabInstance {
  const { bundle, problems } = assembleLab(sampleFiles({ 'lab.yaml': edit(labYaml) }));
  if (!bundle || problems.length > 0) throw new Error(JSON.stringify(problems));
  return instantiateLab(bundle, seed);
}
