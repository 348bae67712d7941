import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type DepotDescription, depotDescription, type depotVib } from '../../labs/schema/depot.ts';
import { type BuiltDepot, buildDepot } from '../../vm-images/depot/build-depot.ts';
import type { ImageModules } from '../../vm-images/depot/image-modules.ts';
import { nodeCodec } from '../../vm-images/depot/node-codec.ts';
import { derOf } from '../../vm-images/depot/pem.ts';
import { descriptorSigner } from '../../vm-images/depot/signers.ts';
import { type Certificate, parseCertificate } from '../../vm-images/userland/model/package/index.ts';
import { smallImage } from './small-image.ts';

export const KEYS = fileURLToPath(new URL('../../vm-images/depot/keys', import.meta.url));
/** Signers and the trusted root are valid then, but for the one that expired. */
export const SOME_DAY = Date.UTC(2014, 10, 10);

const sign = descriptorSigner(KEYS);

export type VibParts = Partial<z.input<typeof depotVib>>;
export type DepotParts = Partial<Omit<z.input<typeof depotDescription>, 'vibs'>> & { vibs?: VibParts[] };

/** A description in which only what matters to a test is said; without vibs or base it has the VIB `acme` 1.0.0-1. */
export function describeDepot({ vibs, ...parts }: DepotParts = {}): DepotDescription {
  return depotDescription.parse({
    version: 1,
    vendor: { name: 'Acme', code: 'ACM' },
    released: '2014-11-03',
    vibs: (vibs ?? (parts.base ? [] : [{}])).map(describeVib),
    ...parts,
  });
}

function describeVib(parts: VibParts) {
  const name = parts.name ?? 'acme';
  return {
    name,
    version: '1.0.0-1',
    vendor: 'Acme',
    level: 'partner',
    summary: `The tool ${name}`,
    files: [{ path: `opt/${name}/tool`, text: `${name} ${parts.version ?? ''}` }],
    ...parts,
  };
}

export function makeDepot(parts: DepotParts = {}, image: ImageModules = smallImage()): BuiltDepot {
  return buildDepot({ description: describeDepot(parts), image, sign });
}

/** The file of one VIB. */
export function makeVib(parts: VibParts = {}): Uint8Array {
  const { vibs } = makeDepot({ vibs: [parts] });
  return vibs.get(parts.name ?? 'acme')!;
}

export function certificate(name: string): Certificate {
  return parseCertificate(derOf('CERTIFICATE', readFileSync(path.join(KEYS, `${name}.crt`), 'utf8')), nodeCodec);
}
