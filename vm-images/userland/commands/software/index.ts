import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';
import { acceptanceCommands } from './acceptance.ts';
import { profileCommands } from './profile.ts';
import { sourcesCommands } from './sources.ts';
import { vibCommands } from './vib.ts';

export const softwareCommands: EsxcliCommand[] = [
  ...vibCommands,
  ...profileCommands,
  ...acceptanceCommands,
  ...sourcesCommands,
];

export const softwareNamespaces: EsxcliNamespace[] = [
  { path: 'software', summary: 'The image the host runs.' },
  { path: 'software acceptance', summary: 'Acceptance level of the host.' },
  { path: 'software profile', summary: 'Image profiles.' },
  { path: 'software sources', summary: 'Depots.' },
  { path: 'software sources profile', summary: 'Image profiles in depots.' },
  { path: 'software sources vib', summary: 'VIBs in depots.' },
  { path: 'software vib', summary: 'VIBs, the packages of the image.' },
];

export const softwareTools: ToolCommand[] = [];
