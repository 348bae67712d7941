import { SoftwareProblem } from './problem.ts';
import { compareVersions, describeConstraint, meets, provides } from './version.ts';
import { ACCEPTANCE_LEVELS, ACCEPTANCE_NAMES, type AcceptanceLevel, type Vib, vibId } from './vib.ts';

export interface PlanRequest {
  /** What the image to be changed consists of. */
  installed: readonly Vib[];
  /** Candidates of a depot or file, one of a name. */
  candidates: readonly Vib[];
  /** Ids of VIBs to take out. */
  remove: readonly string[];
  /**
   * install: candidates replace what has their name, whatever version. update: only newer versions of what is there.
   * profile-update: newer versions, and what is new. profile-install: the candidates are the whole image.
   */
  mode: 'install' | 'update' | 'profile-update' | 'profile-install' | 'remove';
  hostLevel: AcceptanceLevel;
  /** Skips the checks of relations and acceptance. */
  force: boolean;
  /** Without the check of signatures there is none of acceptance, as it would mean nothing. */
  checkAcceptance: boolean;
  /** profile-update: older versions are taken, too. */
  allowDowngrades?: boolean;
  /** profile-install: VIBs may go that the profile does not have. */
  okToRemove?: boolean;
}

export interface ImagePlan {
  /** The new image, by name. */
  vibs: Vib[];
  added: Vib[];
  removed: Vib[];
  /** Candidates that change nothing. */
  skipped: Vib[];
}

/**
 * What an image becomes.
 *
 * @throws SoftwareProblem that names each VIB that does not fit, and why.
 */
export function planImage(request: PlanRequest): ImagePlan {
  const image = new Map(request.installed.map((vib) => [vib.name, vib]));
  const added: Vib[] = [];
  const skipped: Vib[] = [];
  if (request.mode === 'profile-install') clearFor(image, request);
  for (const id of request.remove) takeOut(image, id);
  for (const candidate of [...request.candidates].sort(byName)) {
    if (wants(request, image, candidate)) {
      image.set(candidate.name, candidate);
      added.push(candidate);
    } else skipped.push(candidate);
  }
  for (const vib of added) {
    // One that was itself replaced meanwhile replaces nothing: of two that name each other one stays.
    if (image.get(vib.name) !== vib) continue;
    for (const old of replacedBy(vib, image)) image.delete(old.name);
  }
  const vibs = [...image.values()].sort(byName);
  const present = new Set(vibs.map(vibId));
  const plan = {
    vibs,
    added: added.filter((vib) => present.has(vibId(vib))),
    removed: request.installed.filter((vib) => !present.has(vibId(vib))),
    skipped,
  };
  if (!request.force) checkRelations(plan);
  if (!request.force && request.checkAcceptance) checkAcceptance(plan.vibs, request.hostLevel);
  return plan;
}

/** The lowest level an image of these VIBs can have. */
export function lowestLevel(vibs: readonly Vib[]): AcceptanceLevel {
  const rank = Math.max(0, ...vibs.map((vib) => ACCEPTANCE_LEVELS.indexOf(vib.acceptanceLevel)));
  return ACCEPTANCE_LEVELS[rank]!;
}

/** Whether code of that level may be on a host that asks for `asked`. */
export function isAccepted(level: AcceptanceLevel, asked: AcceptanceLevel): boolean {
  return ACCEPTANCE_LEVELS.indexOf(level) <= ACCEPTANCE_LEVELS.indexOf(asked);
}

function byName(a: Vib, b: Vib): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function wants(request: PlanRequest, image: ReadonlyMap<string, Vib>, candidate: Vib): boolean {
  const now = image.get(candidate.name);
  if (now !== undefined && vibId(now) === vibId(candidate)) return false;
  switch (request.mode) {
    case 'update':
      return now === undefined ? [...image.values()].some((vib) => replaces(candidate, vib)) : isNewer(candidate, now);
    case 'profile-update':
      return now === undefined || isNewer(candidate, now) || request.allowDowngrades === true;
    default:
      return true;
  }
}

function isNewer(candidate: Vib, than: Vib): boolean {
  return compareVersions(candidate.version, than.version) > 0;
}

function clearFor(image: Map<string, Vib>, request: PlanRequest): void {
  const kept = new Set(request.candidates.map((vib) => vib.name));
  const lost = [...image.values()].filter(
    (vib) => !kept.has(vib.name) && !request.candidates.some((candidate) => replaces(candidate, vib)),
  );
  if (lost.length > 0 && request.okToRemove !== true)
    throw new SoftwareProblem(
      'ProfileVibRemoval',
      'The profile does not have these VIBs, which would be removed:',
      ...lost.map((vib) => `  ${vibId(vib)}`),
      'Give --ok-to-remove to go on without them.',
    );
  for (const vib of lost) image.delete(vib.name);
}

function takeOut(image: Map<string, Vib>, id: string): void {
  const found = [...image.values()].find((vib) => vibId(vib) === id);
  if (found) image.delete(found.name);
}

function replaces(vib: Vib, other: Vib): boolean {
  return vib.name !== other.name && vib.replaces.some((constraint) => meets(constraint, other.name, other.version));
}

function replacedBy(vib: Vib, image: ReadonlyMap<string, Vib>): Vib[] {
  return [...image.values()].filter((other) => replaces(vib, other));
}

function checkRelations({ vibs, added }: ImagePlan): void {
  const lines: string[] = [];
  for (const vib of vibs) {
    for (const needed of vib.depends) {
      if (!vibs.some((other) => provides(other, needed))) lines.push(unmet(vib, needed, vibs));
    }
    for (const other of vibs) {
      if (other !== vib && vib.conflicts.some((constraint) => provides(other, constraint)))
        lines.push(`VIB ${vibId(vib)} conflicts with VIB ${vibId(other)}.`);
      if (other !== vib && replaces(vib, other))
        lines.push(`VIB ${vibId(other)} is obsolete: VIB ${vibId(vib)}, which is installed, replaces it.`);
    }
  }
  lines.push(...sharedFiles(vibs, added));
  if (lines.length > 0) throw new SoftwareProblem('DependencyError', ...lines);
}

function unmet(vib: Vib, needed: Vib['depends'][number], vibs: readonly Vib[]): string {
  const text = `VIB ${vibId(vib)} requires ${describeConstraint(needed)}`;
  const there = vibs.flatMap((other) => [
    ...(other.name === needed.name ? [`VIB ${vibId(other)}`] : []),
    ...other.provides
      .filter((one) => one.name === needed.name)
      .map((one) => `${describeConstraint(one)} of VIB ${vibId(other)}`),
  ]);
  return there.length === 0
    ? `${text}, which no VIB of the image provides.`
    : `${text}; the image has ${there.join(', ')}.`;
}

/** Two VIBs may not bring the same file, unless one says that it lies over others. */
function sharedFiles(vibs: readonly Vib[], added: readonly Vib[]): string[] {
  const lines: string[] = [];
  const told = new Set<Vib>();
  for (const vib of added) {
    if (vib.overlay) continue;
    const own = new Set(vib.files);
    told.add(vib);
    for (const other of vibs) {
      if (told.has(other) || other.overlay) continue;
      const shared = other.files.find((file) => own.has(file));
      if (shared !== undefined) lines.push(`VIB ${vibId(vib)} and VIB ${vibId(other)} both bring the file /${shared}.`);
    }
  }
  return lines;
}

function checkAcceptance(vibs: readonly Vib[], hostLevel: AcceptanceLevel): void {
  const below = vibs.filter((vib) => !isAccepted(vib.acceptanceLevel, hostLevel));
  if (below.length === 0) return;
  throw new SoftwareProblem(
    'DependencyError',
    ...below.map(
      (vib) =>
        `VIB ${vibId(vib)}'s acceptance level is ${vib.acceptanceLevel}, which is below the ${hostLevel} that this host asks for (${ACCEPTANCE_NAMES[hostLevel]}).`,
    ),
    "To change the host acceptance level, use the 'esxcli software acceptance set' command.",
  );
}
