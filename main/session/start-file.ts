import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SetupAction } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';
import { checkImage, parseSnapshot, serializeSnapshot } from '../vm/index.ts';
import type { HostImage, MachineSnapshot } from '../vm/types.ts';
import { readArchive, writeArchive } from './archive.ts';

/** The machines of a kept session as they were when its set-up was done: what a reset goes back to, in a blink. */
export class StartFile {
  private readonly file: string;

  constructor(storageDir: string) {
    this.file = path.join(storageDir, 'start.bootbank');
  }

  async write(setup: readonly SetupAction[], snapshots: ReadonlyMap<string, MachineSnapshot>): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    const parts = new Map<string, Uint8Array>();
    for (const [host, snapshot] of snapshots) parts.set(host, await serializeSnapshot(snapshot));
    await writeArchive(this.file, { about: { kind: 'start', setup: digest(setup) }, parts });
  }

  /** @returns null when there is none, or it is of another set-up, image or engine: the set-up has to be done again. */
  async read(
    setup: readonly SetupAction[],
    hosts: readonly { readonly name: string; readonly image: HostImage }[],
  ): Promise<ReadonlyMap<string, MachineSnapshot> | null> {
    try {
      const { about, parts } = await readArchive(this.file);
      if (about.setup !== digest(setup)) return null;
      const snapshots = new Map<string, MachineSnapshot>();
      for (const { name, image } of hosts) {
        const snapshot = await parseSnapshot(parts.get(name) ?? new Uint8Array());
        checkImage(snapshot.header, image);
        snapshots.set(name, snapshot);
      }
      return snapshots;
    } catch (error) {
      if (error instanceof LabError) return null;
      throw error;
    }
  }
}

/** Of all that the set-up does: an author who changes it wants to see the change. */
function digest(setup: readonly SetupAction[]): string {
  const text = JSON.stringify(setup, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
