import { createHash } from 'node:crypto';
import { type DepotDescription, type DepotVib, sizeBytes } from '../../labs/schema/depot.ts';
import { LabError } from '../../main/shared/errors.ts';
import { type ArchiveEntry, writeTar } from '../build/archive.ts';
import { gzip, withFolders } from '../build/modules.ts';
import { serializeZip } from '../userland/model/package/index.ts';
import {
  DEPOT_INDEX,
  METADATA_ZIP,
  serializeBulletin,
  serializeDepotIndex,
  serializeVendorIndex,
  VENDOR_INDEX,
  vibPath,
} from '../userland/model/software/depot-index.ts';
import { type ImageProfile, serializeProfile } from '../userland/model/software/profile.ts';
import { selectVibs } from '../userland/model/software/select.ts';
import {
  createVib,
  databaseFileName,
  serializeVib,
  type Vib,
  type VibConstraint,
  vibId,
} from '../userland/model/software/vib.ts';
import { releaseBase } from './base-release.ts';
import type { ImageModules } from './image-modules.ts';
import { nodeCodec } from './node-codec.ts';
import type { SignDescriptor } from './signers.ts';
import { describeVib, type NewVib, sealVib } from './vib-writer.ts';

const PRODUCT_ID = 'embeddedEsx';

export interface DepotInputs {
  readonly description: DepotDescription;
  /** The image whose base a release is made of, and whose VIBs profiles may name. */
  readonly image: ImageModules;
  readonly sign: SignDescriptor;
}

export interface BuiltDepot {
  /** The offline bundle. */
  readonly zip: Uint8Array;
  /** Each VIB as a file of its own, by name. */
  readonly vibs: ReadonlyMap<string, Uint8Array>;
}

interface Package {
  vib: Vib;
  file: Uint8Array;
}

/**
 * Makes a depot: the same bytes for the same description, image and keys.
 *
 * @throws LabError `depot.unknown-vib` when a profile or bulletin names what is not there.
 */
export function buildDepot({ description, image, sign }: DepotInputs): BuiltDepot {
  const releasedMs = Date.parse(`${description.released}T00:00:00Z`);
  const packages = describePackages(description, image, releasedMs).map(({ made, signer, damage }): Package => {
    const vib = describeVib(made);
    return { vib, file: sealVib(vib, made.payloads, { signer, sign, releasedMs, damage }) };
  });
  const metadata = metadataZip(description, packages, image, releasedMs);
  const seconds = Math.floor(releasedMs / 1000);
  const zip = serializeZip(
    [
      { name: DEPOT_INDEX, data: encode(serializeDepotIndex([vendorOf(description)])) },
      { name: VENDOR_INDEX, data: encode(vendorIndex()) },
      { name: METADATA_ZIP, data: metadata },
      ...packages.map(({ vib, file }) => ({ name: vibPath(vib), data: file })),
    ],
    nodeCodec,
    seconds,
  );
  return { zip, vibs: new Map(packages.map(({ vib, file }) => [vib.name, file])) };
}

interface Described {
  made: NewVib;
  signer: 'certified' | 'accepted' | 'partner' | 'stranger' | 'expired' | 'nobody';
  damage: DepotVib['damage'];
}

function describePackages({ base, vibs }: DepotDescription, image: ImageModules, releasedMs: number): Described[] {
  const own = vibs.map(
    (vib): Described => ({
      made: newVib(vib, releasedMs),
      signer: vib.signedBy ?? (vib.level === 'community' ? 'nobody' : vib.level),
      damage: vib.damage,
    }),
  );
  if (base === undefined) return own;
  const made = releaseBase(image, base, withFolders(base.files.map(entryOf)), gzip);
  const vib = { ...made.vib, releaseDate: isoDate(releasedMs) };
  return [{ made: { ...made, vib }, signer: 'certified', damage: undefined }, ...own];
}

function newVib(vib: DepotVib, releasedMs: number): NewVib {
  const entries = withFolders(vib.files.map(entryOf));
  const described = createVib({
    name: vib.name,
    version: vib.version,
    vendor: vib.vendor,
    summary: vib.summary,
    description: vib.description ?? vib.summary,
    releaseDate: isoDate(releasedMs),
    depends: vib.depends.map(constraint),
    conflicts: vib.conflicts.map(constraint),
    replaces: vib.replaces.map(constraint),
    provides: vib.provides.map(constraint),
    tags: vib.tags,
    maintenanceModeRequired: vib.maintenanceMode,
    hardwarePlatforms: vib.hardware,
    files: vib.files.map((file) => file.path),
    acceptanceLevel: vib.level,
    liveInstallAllowed: vib.liveInstall,
    liveRemoveAllowed: vib.liveRemove,
    overlay: vib.overlay,
  });
  const name =
    vib.payload ??
    (vib.name
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .slice(0, 15) ||
      'payload');
  const packed = gzip(writeTar(entries, Math.floor(releasedMs / 1000)));
  return { vib: described, payloads: [{ name, type: 'vgz', packed }] };
}

function metadataZip(
  description: DepotDescription,
  packages: readonly Package[],
  image: ImageModules,
  releasedMs: number,
): Uint8Array {
  const own = packages.map(({ vib }) => vib);
  // An image has one version of a VIB; the depot may have several.
  const newest = selectVibs(own, []);
  const files = [
    ...packages.map(({ vib }) => ({ name: `vibs/${databaseFileName(vibId(vib))}`, text: serializeVib(vib) })),
    ...description.profiles.map((profile) => ({
      name: `profiles/${databaseFileName(profile.name)}`,
      text: serializeProfile(profileOf(profile, description, newest, image.vibs, releasedMs)),
    })),
    ...description.bulletins.map(({ vibs, ...bulletin }) => ({
      name: `bulletins/${databaseFileName(bulletin.id)}`,
      text: serializeBulletin({
        ...bulletin,
        vendor: description.vendor.name,
        kbUrl: '',
        releaseDate: isoDate(releasedMs),
        vibIds: namedVibs(vibs, own, own).map(vibId),
      }),
    })),
    { name: VENDOR_INDEX, text: vendorIndex() },
  ];
  return serializeZip(
    files.map(({ name, text }) => ({ name, data: encode(text) })),
    nodeCodec,
    Math.floor(releasedMs / 1000),
  );
}

function profileOf(
  profile: DepotDescription['profiles'][number],
  { vendor }: DepotDescription,
  own: readonly Vib[],
  present: readonly Vib[],
  releasedMs: number,
): ImageProfile {
  const when = isoDate(releasedMs);
  return {
    name: profile.name,
    creator: vendor.name,
    creationTime: when,
    modifiedTime: when,
    acceptanceLevel: profile.level,
    description: profile.description,
    readonly: true,
    statelessReady: true,
    vibs: namedVibs(profile.vibs, [...own, ...present], own).map((vib) => ({ id: vibId(vib), payloads: [] })),
  };
}

/** `all`: what the depot brings, and what of the image it does not replace. */
function namedVibs(names: 'all' | readonly string[], known: readonly Vib[], own: readonly Vib[]): Vib[] {
  if (names === 'all') return [...own, ...known.filter((vib) => !own.some((other) => other.name === vib.name))];
  return names.map((name) => {
    const vib = known.find((one) => one.name === name);
    if (!vib)
      throw new LabError('depot.unknown-vib', `no VIB ${name}; there are ${known.map((one) => one.name).join(', ')}`);
    return vib;
  });
}

function vendorOf({ vendor }: DepotDescription) {
  return { name: vendor.name, code: vendor.code, indexFile: VENDOR_INDEX, relativePath: '' };
}

function vendorIndex(): string {
  return serializeVendorIndex([{ productId: PRODUCT_ID, version: '5.*', locale: '', url: METADATA_ZIP }]);
}

function entryOf(file: DepotVib['files'][number]): ArchiveEntry {
  const data = file.text === undefined ? filler(file.path, file.size!) : encode(file.text);
  return { kind: 'file', path: file.path, mode: Number.parseInt(file.mode, 8), data };
}

/** Bytes that do not compress, the same for a path each time. */
function filler(path: string, size: string): Uint8Array {
  const bytes = sizeBytes(size);
  const out = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 32)
    out.set(
      createHash('sha256')
        .update(`${path} ${at}`)
        .digest()
        .subarray(0, Math.min(32, bytes - at)),
      at,
    );
  return out;
}

function constraint(text: string): VibConstraint {
  const [name = '', relation, version] = text.split(' ');
  return relation === undefined || version === undefined ? { name } : { name, relation, version };
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', '.000000+00:00');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
