import { createVib, type Vib } from '../../../../../../vm-images/userland/model/software/vib.ts';

/** A VIB without payloads, of level `partner`; `name:version` or only the name, then version 1.0.0-1. */
export function vib(called: string, parts: Partial<Vib> = {}): Vib {
  const [name = '', version = '1.0.0-1'] = called.split(':');
  return createVib({
    name,
    version,
    vendor: 'Acme',
    summary: name,
    releaseDate: '2014-11-03T00:00:00.000000+00:00',
    acceptanceLevel: 'partner',
    ...parts,
  });
}

/** Payloads by name and type, of sizes and sums that nobody looks at. */
export function payloads(...described: [name: string, type: string][]): Vib['payloads'] {
  return described.map(([name, type]) => ({ name, type, size: 1, checksums: [] }));
}
