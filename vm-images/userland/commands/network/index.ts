import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';

export const networkNamespaces: EsxcliNamespace[] = [
  { path: 'network', summary: 'Adapters, switches, VMkernel interfaces, firewall.' },
];

export const networkCommands: EsxcliCommand[] = [];

export const networkTools: ToolCommand[] = [];
