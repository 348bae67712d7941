import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LabError } from '../shared/errors.ts';
import { checkImage, parseSnapshot, serializeSnapshot } from '../vm/index.ts';
import type { HostImage, MachineSnapshot } from '../vm/types.ts';
import { readArchive, writeArchive } from './archive.ts';
import type { LabSession } from './session.ts';

/** A session's machines in one file: handed in to be graded, or kept to come back to. */
export type SessionArchiveKind = 'submission' | 'snapshot';

const aboutSession = z.looseObject({
  kind: z.enum(['submission', 'snapshot']),
  lab: z.string(),
  seed: z.string(),
  takenAt: z.string(),
});

export interface SessionArchive {
  about: z.infer<typeof aboutSession>;
  snapshots: Map<string, MachineSnapshot>;
}

export function defaultSubmissionFile(dataDir: string, lab: string): string {
  const when = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return path.join(dataDir, 'submissions', `${lab}-${when}.bootbank`);
}

export async function writeSessionArchive(
  file: string,
  kind: SessionArchiveKind,
  session: LabSession,
  snapshots: ReadonlyMap<string, MachineSnapshot>,
): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  const parts = new Map<string, Uint8Array>();
  for (const [host, snapshot] of snapshots) parts.set(host, await serializeSnapshot(snapshot));
  const { plan, engineState } = session;
  const about = {
    kind,
    lab: plan.lab?.id ?? '',
    seed: plan.seed,
    takenAt: new Date().toISOString(),
    engine: engineState,
  };
  await writeArchive(file, { about, parts });
}

/** @throws LabError `submission.bad`, and `snapshot.*` when a machine in it does not fit the images here. */
export async function readSessionArchive(file: string, images: readonly HostImage[]): Promise<SessionArchive> {
  const archive = await readArchive(file);
  const about = aboutSession.safeParse(archive.about);
  if (!about.success) throw new LabError('submission.bad', `${file} does not say what it is of`);
  const snapshots = new Map<string, MachineSnapshot>();
  for (const [host, bytes] of archive.parts) snapshots.set(host, await decodeForAny(bytes, images));
  return { about: about.data, snapshots };
}

async function decodeForAny(bytes: Uint8Array, images: readonly HostImage[]): Promise<MachineSnapshot> {
  const snapshot = await parseSnapshot(bytes);
  const image = images.find((one) => one.id === snapshot.header.imageId) ?? images[0];
  if (image) checkImage(snapshot.header, image);
  return snapshot;
}
