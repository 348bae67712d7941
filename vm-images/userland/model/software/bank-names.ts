import type { ImageProfile, ProfileVib } from './profile.ts';
import { type Vib, vibId } from './vib.ts';

const RESERVED = ['boot.cfg', 'boot.new', 'imgdb.tgz', 'imgdb.new', 'state.tgz', 'state.new', 'useropts.gz'];
/** A payload of this type is what boot.cfg calls the kernel. */
const KERNEL_TYPE = 'boot';

/**
 * Gives each payload its file in the bank: the one it has when its VIB stays, else 8.3 made of its name, `net-acme.v00`.
 *
 * @param taken Names that must not be used besides: those of a bank that runs.
 */
export function nameVibs(
  vibs: readonly Vib[],
  now: Pick<ImageProfile, 'vibs'>,
  taken: readonly string[],
): ProfileVib[] {
  const used = new Set([...RESERVED, ...taken]);
  const named = new Map<string, ProfileVib>();
  for (const vib of vibs) {
    const known = now.vibs.find((one) => one.id === vibId(vib));
    if (known === undefined || known.payloads.length !== vib.payloads.length) continue;
    named.set(known.id, known);
    for (const { destName } of known.payloads) used.add(destName);
  }
  return vibs.map((vib) => named.get(vibId(vib)) ?? { id: vibId(vib), payloads: nameOf(vib, used) });
}

function nameOf(vib: Vib, used: Set<string>): ProfileVib['payloads'] {
  return vib.payloads.map((payload) => {
    const letter = payload.type === KERNEL_TYPE || payload.name.length === 1 ? bootLetter(payload.name) : 'v';
    const stem =
      payload.name
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, '')
        .slice(0, 8) || 'payload';
    const destName = freeName(stem, letter, used);
    used.add(destName);
    return { payloadName: payload.name, destName };
  });
}

/** ESXi calls the first modules b.b00 and k.b00. */
function bootLetter(name: string): string {
  return name === 'b' || name === 'k' ? 'b' : 'v';
}

function freeName(stem: string, letter: string, used: ReadonlySet<string>): string {
  for (let number = 0; ; number++) {
    const name = `${stem}.${letter}${String(number).padStart(2, '0')}`;
    if (!used.has(name)) return name;
  }
}

/** Files of an image in the order they are loaded: the kernel, the rest of the base, the others, overlays last. */
export function loadOrder(vibs: readonly Vib[], named: readonly ProfileVib[]): { kernel: string; modules: string[] } {
  const files = (vib: Vib) => named.find((one) => one.id === vibId(vib))?.payloads.map((one) => one.destName) ?? [];
  const isBase = (vib: Vib) => vib.payloads.some((payload) => payload.type === KERNEL_TYPE);
  const rank = (vib: Vib) => (isBase(vib) ? 0 : vib.overlay ? 2 : 1);
  const ordered = [...vibs].sort((a, b) => rank(a) - rank(b) || (vibId(a) < vibId(b) ? -1 : 1));
  const all = ordered.flatMap(files);
  const base = ordered.find(isBase);
  const at = base?.payloads.findIndex((payload) => payload.type === KERNEL_TYPE) ?? -1;
  const kernel = base === undefined || at < 0 ? '' : (files(base)[at] ?? '');
  return { kernel, modules: all.filter((file) => file !== kernel) };
}
