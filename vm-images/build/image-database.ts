import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { ImageRecipe, ModuleRecipe } from '../recipes/types.ts';
import { databaseFiles, indexPayloads } from '../userland/model/software/database.ts';
import type { ImageProfile } from '../userland/model/software/profile.ts';
import { createVib, type Vib, vibId } from '../userland/model/software/vib.ts';
import type { ArchiveEntry } from './archive.ts';
import { encode, file, fill, type ModuleFile } from './modules.ts';

const VENDOR = 'Bootbank';

/** The files of imgdb.tgz: a descriptor for each VIB with the true size and checksums of its payloads, and the profile. */
export function imageDatabase(
  recipe: ImageRecipe,
  modules: readonly ModuleFile[],
  texts: Readonly<Record<string, string>>,
  builtSeconds: number,
): ArchiveEntry[] {
  const when = new Date(builtSeconds * 1000).toISOString().replace('.000Z', '.000000+00:00');
  const byFile = new Map(modules.map((module) => [module.file, module]));
  const vibs = recipe.vibs.map((vib): { vib: Vib; payloads: { payloadName: string; destName: string }[] } => {
    const own = recipe.modules.filter((module) => module.vib === vib.name);
    const constraint = (one: { name: string; relation?: string; version?: string }) => ({
      name: one.name,
      ...(one.relation === undefined ? {} : { relation: one.relation }),
      ...(one.version === undefined ? {} : { version: fill(one.version, texts) }),
    });
    return {
      vib: createVib({
        name: vib.name,
        version: fill(vib.version, texts),
        vendor: VENDOR,
        summary: vib.summary,
        description: vib.description,
        releaseDate: when,
        installDate: when,
        depends: vib.depends.map(constraint),
        provides: vib.provides.map(constraint),
        maintenanceModeRequired: vib.maintenanceModeRequired,
        liveInstallAllowed: vib.liveInstallAllowed,
        liveRemoveAllowed: vib.liveRemoveAllowed,
        statelessReady: true,
        files: own.flatMap((module) => byFile.get(module.file)!.paths),
        payloads: own.map((module) => describePayload(module, byFile.get(module.file)!.bytes, recipe.kernel)),
      }),
      payloads: own.map((module) => ({ payloadName: module.payload, destName: module.file })),
    };
  });
  const profile: ImageProfile = {
    name: `ESXi-${texts.version}-${texts.build}-standard`,
    creator: VENDOR,
    creationTime: when,
    modifiedTime: when,
    acceptanceLevel: 'partner',
    description: 'The image this lab host was made from.',
    readonly: true,
    statelessReady: true,
    vibs: vibs.map(({ vib, payloads }) => ({ id: vibId(vib), payloads })),
  };
  const index = indexPayloads(modules.map((one) => ({ name: one.file, bytes: one.bytes })));
  const files = databaseFiles(
    vibs.map(({ vib }) => vib),
    profile,
    index,
  );
  return files.map(({ path, text }) => file(path, encode(text), 0o644));
}

function describePayload(module: ModuleRecipe, packed: Uint8Array, kernel: string): Vib['payloads'][number] {
  const sum = (type: string, bytes: Uint8Array) => createHash(type).update(bytes).digest('hex');
  const plain = gunzipSync(packed);
  return {
    name: module.payload,
    type: module.file === kernel ? 'boot' : 'vgz',
    size: packed.length,
    checksums: [
      { type: 'sha-256', verifyProcess: '', sum: sum('sha256', packed) },
      { type: 'sha-1', verifyProcess: 'gunzip', sum: sum('sha1', plain) },
    ],
  };
}
