import { SoftwareProblem } from './problem.ts';
import { compareVersions } from './version.ts';
import { type Vib, vibId } from './vib.ts';

/** Whether a VIB is called that: `name`, `name:version`, `vendor:name`, `vendor:name:version`, or its id. */
export function isCalled(vib: Vib, wanted: string): boolean {
  const { name, version, vendor } = vib;
  return [name, `${name}:${version}`, `${vendor}:${name}`, `${vendor}:${name}:${version}`, vibId(vib)].includes(wanted);
}

/**
 * VIBs by the names given to `-n`; without any, all. Of several versions of one VIB the newest.
 *
 * @throws SoftwareProblem `NoMatchError` naming what is not there.
 */
export function selectVibs(vibs: readonly Vib[], names: readonly string[]): Vib[] {
  const missing = names.filter((name) => !vibs.some((vib) => isCalled(vib, name)));
  if (missing.length > 0)
    throw new SoftwareProblem('NoMatchError', ...missing.map((name) => `No VIB matches '${name}'.`));
  const found = names.length === 0 ? vibs : vibs.filter((vib) => names.some((name) => isCalled(vib, name)));
  return newestOfEach(found);
}

function newestOfEach(vibs: readonly Vib[]): Vib[] {
  const newest = new Map<string, Vib>();
  for (const vib of vibs) {
    const other = newest.get(vib.name);
    if (other === undefined || compareVersions(vib.version, other.version) > 0) newest.set(vib.name, vib);
  }
  return [...newest.values()];
}
