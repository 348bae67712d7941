import { type BootConfig, MAX_COUNTER } from '../boot-config.ts';
import type { PackageCodec } from '../package/index.ts';
import { gzipTrailer, type PayloadSum, parsePayloadIndex } from '../payload-index.ts';
import { type BankFile, type BankVolume, changeRunningBank, type NewImage, stageImage } from './bank.ts';
import { loadOrder, nameVibs } from './bank-names.ts';
import { databaseFiles } from './database.ts';
import type { Depot } from './depot.ts';
import { type ImagePlan, type PlanRequest, planImage } from './plan.ts';
import { SoftwareProblem } from './problem.ts';
import type { ImageProfile } from './profile.ts';
import { isCalled, selectVibs } from './select.ts';
import { type AcceptanceLevel, type Vib, vibId } from './vib.ts';
import { checkDescriptor, checkSignature, readPayload, type Trust, type VibArchive } from './vib-archive.ts';

/** An image that is there: the one that runs, or the one that waits for its first start. */
export interface PresentImage {
  profile: ImageProfile;
  vibs: Vib[];
  /** Text of the payload index. */
  index: string;
  config: BootConfig;
  bank: BankVolume;
}

export interface LiveChange {
  added: readonly { vib: Vib; payloads: readonly Uint8Array[] }[];
  removed: readonly Vib[];
  /** Files of the database below the root. */
  database: readonly { path: string; text: string }[];
  /** Paths that are still some VIB's. */
  kept: ReadonlySet<string>;
}

/** What a change of the image needs of the host. */
export interface SoftwareHost {
  readonly codec: PackageCodec;
  readonly trust: Trust;
  readonly running: PresentImage;
  /** The image written to the other bank that has not been started yet. */
  readonly pending: PresentImage | null;
  readonly otherBank: BankVolume;
  readonly hostLevel: AcceptanceLevel;
  readonly inMaintenanceMode: boolean;
  readonly platform: { vendor: string; model: string };
  /** ISO 8601 UTC. */
  readonly now: string;
  openDepot(where: string): Promise<Depot>;
  openVib(where: string): Promise<VibArchive>;
  /** Saves the configuration. @returns state.tgz as it is then. */
  saveState(): Promise<Uint8Array>;
  pack(files: readonly { path: string; text: string }[]): Uint8Array;
  applyLive(change: LiveChange): Promise<void>;
  log(text: string): void;
}

export interface ChangeFlags {
  dryRun: boolean;
  force: boolean;
  /** Act as if the host were in maintenance mode. */
  maintenanceMode: boolean;
  noLiveInstall: boolean;
  noSigCheck: boolean;
}

export type ChangeRequest = ChangeFlags &
  (
    | { operation: 'vib.install' | 'vib.update'; depots: string[]; viburls: string[]; names: string[] }
    | { operation: 'vib.remove'; names: string[] }
    | { operation: 'profile.install'; depots: string[]; profile: string; okToRemove: boolean }
    | { operation: 'profile.update'; depots: string[]; profile: string; allowDowngrades: boolean }
  );

export interface ChangeResult {
  message: string;
  rebootRequired: boolean;
  installed: string[];
  removed: string[];
  skipped: string[];
}

const DONE_LIVE = 'Operation finished successfully.';
const DONE_REBOOT =
  'The update completed successfully, but the system needs to be rebooted for the changes to be effective.';
const UNCHANGED = 'Host is not changed.';

/**
 * Changes the image of a host: in the other bank for the next start, or at once where the packages allow it.
 *
 * @throws SoftwareProblem that names VIB and reason; nothing has been changed then.
 */
export async function changeImage(host: SoftwareHost, request: ChangeRequest): Promise<ChangeResult> {
  const base = host.pending ?? host.running;
  const { candidates, archives, profile } = await gather(host, base, request);
  const plan = planImage(planRequest(host, base, request, candidates));
  const result = (message: string, rebootRequired: boolean): ChangeResult => ({
    message,
    rebootRequired,
    installed: plan.added.map(vibId),
    removed: plan.removed.map(vibId),
    skipped: plan.skipped.map(vibId),
  });
  if (plan.added.length === 0 && plan.removed.length === 0) return result(UNCHANGED, false);
  checkBase(plan);
  checkPlatform(host, plan.added, request.force);
  const live = !request.noLiveInstall && host.pending === null && canBeLive(host.running, plan);
  if (live) checkMaintenance(host, plan, request.maintenanceMode);
  const opened = await openAll(host, plan.added, archives, request.noSigCheck);
  if (request.dryRun)
    return result(
      `Dry run: the host is not changed. ${live ? 'It would take effect at once.' : 'It would take effect at the next reboot.'}`,
      !live,
    );
  const fresh = readAll(host, opened);
  const image = await compose(host, base, plan, fresh, nextProfile(host, base, plan, profile, request), live);
  if (live) {
    changeRunningBank(host.running.bank, image.files);
    await host.applyLive({ ...image.live, added: [...fresh.values()] });
  } else {
    stageImage(host.otherBank, image.files, host.pending ? image.kept : new Set());
  }
  for (const vib of plan.added) host.log(`installed ${vibId(vib)}${live ? '' : ' for the next start'}`);
  for (const vib of plan.removed) host.log(`removed ${vibId(vib)}${live ? '' : ' for the next start'}`);
  return result(live ? DONE_LIVE : DONE_REBOOT, !live);
}

interface Gathered {
  candidates: Vib[];
  archives: (vib: Vib) => Promise<VibArchive>;
  profile: ImageProfile | null;
}

async function gather(host: SoftwareHost, base: PresentImage, request: ChangeRequest): Promise<Gathered> {
  const nothing: Gathered = { candidates: [], archives: () => Promise.reject(new Error('no archive')), profile: null };
  if (request.operation === 'vib.remove') return nothing;
  const depots = await openDepots(host, request.depots);
  if ('viburls' in request) {
    const files: VibArchive[] = [];
    for (const where of request.viburls) files.push(await host.openVib(where));
    const all = [...files.map(({ vib }) => vib), ...depots.flatMap(({ vibs }) => vibs)];
    const candidates = selectVibs(all, request.names);
    return { ...nothing, candidates, archives: opener(depots, files) };
  }
  const profile = findProfile(depots, request.profile);
  const known = depots.flatMap(({ vibs }) => vibs);
  const candidates = profile.vibs.map(({ id }) => {
    const vib = known.find((one) => vibId(one) === id) ?? base.vibs.find((one) => vibId(one) === id);
    if (!vib) throw new SoftwareProblem('NoMatchError', `Profile ${profile.name} names VIB ${id}, which no depot has.`);
    return vib;
  });
  return { candidates, archives: opener(depots, []), profile };
}

export async function openDepots(host: Pick<SoftwareHost, 'openDepot'>, where: readonly string[]): Promise<Depot[]> {
  const depots: Depot[] = [];
  for (const one of where) depots.push(await host.openDepot(one));
  return depots;
}

/** @throws SoftwareProblem `NoMatchError` with the profiles there are. */
export function findProfile(depots: readonly Depot[], name: string): ImageProfile {
  const profiles = depots.flatMap((depot) => depot.profiles);
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  const names = profiles.map((profile) => profile.name).join(', ') || 'none';
  throw new SoftwareProblem('NoMatchError', `No profile is called '${name}'; the depot has ${names}.`);
}

function opener(depots: readonly Depot[], files: readonly VibArchive[]): (vib: Vib) => Promise<VibArchive> {
  return async (vib) => {
    const id = vibId(vib);
    const file = files.find((one) => vibId(one.vib) === id);
    if (file) return file;
    const depot = depots.find(({ vibs }) => vibs.some((one) => vibId(one) === id));
    if (!depot) throw new SoftwareProblem('VibDownloadError', `No depot has VIB ${id}.`);
    return depot.openVib(vib);
  };
}

function planRequest(host: SoftwareHost, base: PresentImage, request: ChangeRequest, candidates: Vib[]): PlanRequest {
  const common = {
    installed: base.vibs,
    candidates,
    remove: [],
    hostLevel: host.hostLevel,
    force: request.force,
    checkAcceptance: !request.noSigCheck,
  };
  switch (request.operation) {
    case 'vib.install':
      return { ...common, mode: 'install' };
    case 'vib.update':
      return { ...common, mode: 'update' };
    case 'vib.remove':
      return { ...common, mode: 'remove', remove: removable(base, request.names) };
    case 'profile.install':
      return { ...common, mode: 'profile-install', okToRemove: request.okToRemove };
    case 'profile.update':
      return { ...common, mode: 'profile-update', allowDowngrades: request.allowDowngrades };
  }
}

function removable({ vibs }: PresentImage, names: readonly string[]): string[] {
  return names.map((name) => {
    const vib = vibs.find((one) => isCalled(one, name));
    if (!vib) throw new SoftwareProblem('NoMatchError', `No installed VIB matches '${name}'.`);
    if (isBase(vib))
      throw new SoftwareProblem(
        'InstallationError',
        `VIB ${vibId(vib)} is the base of the image and can't be removed.`,
      );
    return vibId(vib);
  });
}

/** What lies over files of others takes its place, or gives it back, only when a root is made anew. */
function canBeLive({ config }: PresentImage, { added, removed }: ImagePlan): boolean {
  // Nobody will boot from a bank whose boot.cfg is not believed: the image goes to the other one.
  if (config.problem !== '' || [...added, ...removed].some((vib) => vib.overlay)) return false;
  return added.every((vib) => vib.liveInstallAllowed) && removed.every((vib) => vib.liveRemoveAllowed);
}

/** Without its base an image does not start: nothing else has a kernel. */
function checkBase({ vibs, removed }: ImagePlan): void {
  if (vibs.some(isBase)) return;
  const lost = removed.filter(isBase).map(vibId);
  throw new SoftwareProblem(
    'InstallationError',
    `VIB ${lost.join(', ') || 'with a kernel'} is the base of the image and can't be removed.`,
  );
}

function isBase(vib: Vib): boolean {
  return vib.payloads.some((payload) => payload.type === 'boot');
}

function checkMaintenance(host: SoftwareHost, { added, removed }: ImagePlan, pretended: boolean): void {
  if (host.inMaintenanceMode || pretended) return;
  const needing = [...added, ...removed].filter((vib) => vib.maintenanceModeRequired);
  if (needing.length === 0) return;
  throw new SoftwareProblem(
    'MaintenanceModeError',
    ...needing.map((vib) => `VIB ${vibId(vib)} changes the running host only in maintenance mode.`),
    "Enter it with 'esxcli system maintenanceMode set --enable true', or give --no-live-install.",
  );
}

function checkPlatform({ platform }: SoftwareHost, added: readonly Vib[], force: boolean): void {
  if (force) return;
  for (const vib of added) {
    const wanted = vib.hardwarePlatforms;
    const fits = ({ vendor, model }: { vendor: string; model: string }) =>
      vendor === platform.vendor && (model === '' || model === platform.model);
    if (wanted.length === 0 || wanted.some(fits)) continue;
    const list = wanted.map(({ vendor, model }) => `${vendor} ${model}`.trim()).join(', ');
    throw new SoftwareProblem(
      'DependencyError',
      `VIB ${vibId(vib)} is for the hardware ${list}; this host is a ${platform.vendor} ${platform.model}.`,
    );
  }
}

async function openAll(
  { codec, trust }: SoftwareHost,
  added: readonly Vib[],
  archives: Gathered['archives'],
  noSigCheck: boolean,
): Promise<VibArchive[]> {
  const opened: VibArchive[] = [];
  for (const vib of added) {
    const archive = await archives(vib);
    if (!noSigCheck) checkSignature(archive, trust, codec);
    checkDescriptor(archive, vib);
    opened.push(archive);
  }
  return opened;
}

interface NewPackage {
  /** As its own descriptor has it. */
  vib: Vib;
  /** Packed, in the order of the descriptor, each checked against its sums. */
  payloads: Uint8Array[];
}

/** By VIB id. */
function readAll({ codec }: SoftwareHost, archives: readonly VibArchive[]): Map<string, NewPackage> {
  return new Map(
    archives.map((archive) => {
      const { vib } = archive;
      return [vibId(vib), { vib, payloads: vib.payloads.map((payload) => readPayload(archive, payload, codec)) }];
    }),
  );
}

function nextProfile(
  { now }: SoftwareHost,
  base: PresentImage,
  plan: ImagePlan,
  given: ImageProfile | null,
  request: ChangeRequest,
): ImageProfile {
  const template = given ?? base.profile;
  const ids = new Set(plan.vibs.map(vibId));
  const isExact = given !== null && given.vibs.length === ids.size && given.vibs.every(({ id }) => ids.has(id));
  const plain = template.name.replace(/^\(Updated\) /, '');
  return {
    ...template,
    name: isExact || request.operation === 'profile.install' ? plain : `(Updated) ${plain}`,
    modifiedTime: now,
    vibs: [],
  };
}

interface Composed {
  files: NewImage;
  kept: Set<string>;
  live: Omit<LiveChange, 'added'>;
}

async function compose(
  host: SoftwareHost,
  base: PresentImage,
  plan: ImagePlan,
  packages: ReadonlyMap<string, NewPackage>,
  profile: ImageProfile,
  live: boolean,
): Promise<Composed> {
  const taken = live ? base.bank.list().map(({ name }) => name) : [];
  const named = nameVibs(plan.vibs, base.profile, taken);
  const index = new Map<string, PayloadSum>();
  const files: BankFile[] = [];
  const kept = new Set<string>();
  const known = parsePayloadIndex(base.index);
  for (const vib of plan.vibs) {
    const fresh = packages.get(vibId(vib));
    const names = named.find(({ id }) => id === vibId(vib))!.payloads;
    for (const [at, { destName }] of names.entries()) {
      const bytes = fresh?.payloads[at];
      const file = bytes ? { name: destName, sizeBytes: bytes.length, read: () => bytes } : present(base, destName);
      if (!bytes) kept.add(destName);
      files.push(file);
      // A host without an index has lost it: what the loader is not told of it would leave out.
      const sum = (bytes ? undefined : known.get(destName)) ?? gzipTrailer(file.read());
      if (sum) index.set(destName, sum);
    }
  }
  const stamped = plan.vibs.map((vib) => {
    const fresh = packages.get(vibId(vib));
    return fresh ? { ...fresh.vib, installDate: host.now } : vib;
  });
  const database = databaseFiles(stamped, { ...profile, vibs: named }, index);
  const { kernel, modules } = loadOrder(plan.vibs, named);
  const { title, kernelopt, updated } = host.running.config;
  const image: NewImage = {
    config: {
      title,
      kernelopt,
      kernel,
      build: buildOf(plan.vibs),
      updated: live ? updated : nextCounter(host.running),
    },
    modules,
    files,
    database: host.pack(database),
    state: await host.saveState(),
  };
  return {
    files: image,
    kept,
    live: { removed: plan.removed, database, kept: new Set(plan.vibs.flatMap((vib) => vib.files)) },
  };
}

function present(base: PresentImage, name: string): BankFile {
  const found = base.bank.list().find((file) => file.name === name);
  if (!found)
    throw new SoftwareProblem(
      'InstallationError',
      `${base.bank.path}/${name}, a part of the present image, is missing.`,
    );
  return { name, sizeBytes: found.sizeBytes, read: () => base.bank.read(name)! };
}

/** The loader boots the bank with the highest counter: the new one must have a higher one than the bank that runs. */
function nextCounter({ bank, config: { updated } }: PresentImage): number {
  if (updated >= MAX_COUNTER)
    throw new SoftwareProblem(
      'InstallationError',
      `No bank can come after ${bank.path}: the update counter in its boot.cfg, ${updated}, is the highest there is.`,
    );
  // What is no number does not count.
  return (updated || 0) + 1;
}

/** What boot.cfg calls the build: version of the base and the last number of its release, `5.5.0-1500500`. */
function buildOf(vibs: readonly Vib[]): string {
  const base = vibs.find(isBase);
  const [version = '', release = ''] = (base?.version ?? '').split('-');
  return `${version}-${release.split('.').at(-1) ?? ''}`;
}
