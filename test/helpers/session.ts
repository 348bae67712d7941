import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolvePaths } from '../../main/session/paths.ts';
import { createService, type Service } from '../../main/session/service.ts';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The session service in this process, on the bundled worker, with a data folder of its own that goes with it. */
export async function startService(options: { dataDir?: string } = {}): Promise<Service> {
  const own = options.dataDir === undefined;
  const data = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'bootbank-data-')));
  const service = createService({ paths: { ...resolvePaths(projectRoot), data } });
  const close = service.close.bind(service);
  service.close = async () => {
    await close();
    if (own) await rm(data, { recursive: true, force: true });
  };
  return service;
}

export interface OpenedLab {
  client: Service;
  session: string;
  hosts: string[];
  close(): Promise<void>;
}

/** A lab of the catalogue, freshly started. */
export async function openLab(lab: string, seed: string): Promise<OpenedLab> {
  const service = await startService();
  const opened = await service.call('session.open', { lab, seed });
  return {
    client: service,
    session: opened.session,
    hosts: opened.hosts.map((host) => host.name),
    close: () => service.close(),
  };
}
