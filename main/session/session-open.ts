import { rm } from 'node:fs/promises';
import path from 'node:path';
import { resumeState } from '../../labs/engine/index.ts';
import {
  completeTopology,
  instantiateLab,
  type LabInstance,
  parseTopology,
  type Topology,
  topologySchema,
} from '../../labs/schema/index.ts';
import type { ApiParsed } from '../shared/contracts/api.ts';
import { LabError } from '../shared/errors.ts';
import type { HostImage } from '../vm/types.ts';
import { newSeed } from './seed.ts';
import type { Service } from './service.ts';
import { LabSession, type SessionPlan } from './session.ts';
import { readSessionFile, type SessionFile } from './session-file.ts';
import { readSessionArchive } from './submission.ts';

type OpenRequest = ApiParsed<'session.open'>;

/**
 * Starts a session: a lab, a bare image or a topology. A kept session of the lab is continued where it was.
 *
 * @throws LabError `input.invalid` unless exactly one of the three is given.
 */
export async function openSession(service: Service, request: OpenRequest, signal: AbortSignal): Promise<LabSession> {
  const given = [request.lab, request.image, request.topology].filter((value) => value !== undefined);
  if (given.length !== 1) throw new LabError('input.invalid', 'session.open takes one of lab, image or topology');
  if (request.keep && request.lab === undefined) throw new LabError('input.invalid', 'only a lab can be kept');
  if (request.keep) return openKept(service, request.lab!, request.seed);
  const seed = request.seed ?? newSeed();
  const lab = request.lab === undefined ? null : instantiateLab(await service.labs.get(request.lab), seed);
  const topology = lab?.topology ?? bareTopology(request);
  signal.throwIfAborted();
  return startFresh(service, { lab, topology, seed, images: await imagesOf(service, topology), storageDir: undefined });
}

/** Grades somebody's handed-in machines: the lab and seed are those of the file. @throws LabError `submission.bad` */
export async function openSubmission(service: Service, file: string, expectedLab: string): Promise<LabSession> {
  const images = [await service.images.get('esxi')];
  const { about, snapshots } = await readSessionArchive(file, images);
  if (about.lab !== expectedLab)
    throw new LabError('submission.bad', `${file} is of lab ${about.lab}, not of ${expectedLab}`);
  const lab = instantiateLab(await service.labs.get(about.lab), about.seed);
  const plan = {
    lab,
    topology: lab.topology,
    seed: about.seed,
    images: await imagesOf(service, lab.topology),
    storageDir: undefined,
  };
  const session = new LabSession(service, plan);
  service.sessions.set(session.id, session);
  await orClose(service, session, () => session.adoptSnapshots(snapshots));
  return session;
}

async function openKept(service: Service, labId: string, seed: string | undefined): Promise<LabSession> {
  for (const open of service.sessions.values()) {
    if (open.plan.storageDir && open.plan.lab?.id === labId) return open;
  }
  const bundle = await service.labs.get(labId);
  const storageDir = path.join(service.paths.data, 'sessions', labId);
  const kept = await readSessionFile(storageDir);
  const wanted = kept?.complete && (seed === undefined || seed === kept.seed) ? kept : undefined;
  if (!wanted) {
    await rm(storageDir, { recursive: true, force: true });
    return startFresh(service, await planOf(service, instantiateLab(bundle, seed ?? newSeed()), storageDir));
  }
  const plan = await planOf(service, instantiateLab(bundle, wanted.seed), storageDir);
  return continueKept(service, plan, wanted);
}

async function planOf(service: Service, lab: LabInstance, storageDir: string): Promise<SessionPlan> {
  return { lab, topology: lab.topology, seed: lab.seed, images: await imagesOf(service, lab.topology), storageDir };
}

async function continueKept(service: Service, plan: SessionPlan, kept: SessionFile): Promise<LabSession> {
  const image = [...plan.images.values()][0];
  if (image && image.hash !== kept.imageHash) {
    throw new LabError(
      'session.image-gone',
      `the session of ${kept.lab} was made with another version of its host image`,
    );
  }
  const session = new LabSession(service, plan, resumeState(kept.engine, plan.lab!));
  service.sessions.set(session.id, session);
  progress(service, session, 'Continuing where you left', 1, 2);
  await orClose(service, session, async () => {
    await session.resume(kept.banks);
    for (const { host, nic, ...link } of kept.links) await session.setLink(host, nic, link);
  });
  progress(service, session, 'Ready', 2, 2);
  return session;
}

async function startFresh(service: Service, plan: SessionPlan): Promise<LabSession> {
  const session = new LabSession(service, plan);
  service.sessions.set(session.id, session);
  await orClose(service, session, () => session.startFresh());
  progress(service, session, 'Ready', 1, 1);
  return session;
}

function progress(service: Service, session: LabSession, text: string, step: number, steps: number): void {
  service.emit('session.progress', { session: session.id, operation: 'open', text, step, steps });
}

/** A session that could not be opened leaves nothing running. */
async function orClose(service: Service, session: LabSession, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    service.sessions.delete(session.id);
    await session.close();
    throw error;
  }
}

function bareTopology(request: OpenRequest): Topology {
  if (request.topology !== undefined) return parseTopology(request.topology);
  return completeTopology(topologySchema.parse({ hosts: [{ name: request.image, image: request.image }] }));
}

async function imagesOf(service: Service, topology: Topology): Promise<Map<string, HostImage>> {
  const images = new Map<string, HostImage>();
  for (const { image } of topology.hosts) if (!images.has(image)) images.set(image, await service.images.get(image));
  return images;
}
