import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';
import { versionCommands } from './version.ts';

export const systemNamespaces: EsxcliNamespace[] = [
  { path: 'system', summary: 'The host itself: settings, logs, time, services.' },
  { path: 'system version', summary: 'Product version.' },
];

export const systemCommands: EsxcliCommand[] = [...versionCommands];

export const systemTools: ToolCommand[] = [];
