/** Upgrades of lab.yaml from older versions, one numbered function each: `1` makes version 2 of version 1. */
export const currentVersion = 1;

type Data = Record<string, unknown>;

export const migrations: Readonly<Record<number, (lab: Data) => Data>> = {};

export type Migrated = { ok: true; value: unknown } | { ok: false; message: string };

/** Brings what the file holds to the current version, or says why that can't be. Values that are no map pass through. */
export function migrate(
  value: unknown,
  steps: Readonly<Record<number, (lab: Data) => Data>> = migrations,
  target: number = currentVersion,
): Migrated {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: true, value };
  let lab = value as Data;
  const version = lab.version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return { ok: true, value };
  if (version > target) {
    return { ok: false, message: `version ${version} is newer than this program knows (${target}): update Bootbank` };
  }
  for (let from = version; from < target; from++) {
    const step = steps[from];
    if (!step) return { ok: false, message: `version ${from} can no longer be read` };
    lab = { ...step(lab), version: from + 1 };
  }
  return { ok: true, value: lab };
}
