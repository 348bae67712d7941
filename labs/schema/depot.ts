/** A depot as its author describes it: `depots/NAME.yaml` of a lab, or a file of its own for `npm run depot -- build`. */
import { z } from 'zod';
import { type Parsed, parseYaml } from './parse.ts';
import { substitute, type Values } from './variables.ts';

const text = z.string().min(1);

export const ACCEPTANCE_WORDS = ['certified', 'accepted', 'partner', 'community'] as const;
const acceptance = z.enum(ACCEPTANCE_WORDS);

/** Of whom a VIB is signed: a signer for that level, nobody, or somebody the hosts do not know or no longer trust. */
const signer = z.enum(['certified', 'accepted', 'partner', 'nobody', 'stranger', 'expired']);

const relation = z
  .string()
  .regex(
    /^[A-Za-z0-9_.+-]+(?: (?:<<|<=|=|>=|>>) [A-Za-z0-9._-]+)?$/,
    'is a name, or a name, a relation (<< <= = >= >>) and a version with blanks between: "esx-base >= 5.5.0"',
  );
const relations = z.array(relation).default([]);
const size = z
  .string()
  .regex(/^\d{1,4}(?:KiB|MiB)$/, 'is a number of KiB or MiB: "5MiB"')
  .describe('Bytes that mean nothing, the same each time.');

export const depotFile = z
  .strictObject({
    path: z
      .string()
      .regex(/^[^/\s][^\s]{0,98}$/, 'is a path below the root without a leading slash, of 99 characters at most')
      .refine(
        (path) => !path.split('/').some((part) => part === '..' || part === '.' || part === ''),
        'has an odd part',
      ),
    text: z.string().optional(),
    size: size.optional(),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'is an octal mode such as "0755"')
      .default('0644'),
  })
  .refine((file) => (file.text === undefined) !== (file.size === undefined), 'needs either text or size');

type DepotFile = z.infer<typeof depotFile>;

const vibName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._+-]{0,34}$/, 'has letters, digits, dots and hyphens');

export const depotVib = z.strictObject({
  name: vibName,
  version: z.string().regex(/^[0-9][A-Za-z0-9.]*-[A-Za-z0-9.]+$/, 'is VERSION-RELEASE: "1.2.0-1OEM.550.0.0.1500500"'),
  vendor: z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'has letters, digits and hyphens'),
  level: acceptance.describe('What the VIB says of itself.'),
  signedBy: signer.optional().describe('By default a signer for its level; nobody for community.'),
  damage: z
    .enum(['payload', 'descriptor', 'truncated'])
    .optional()
    .describe('What somebody did to it after it was signed.'),
  summary: text,
  description: text.optional(),
  depends: relations,
  conflicts: relations,
  replaces: relations,
  provides: relations,
  tags: z.array(text).default([]),
  maintenanceMode: z.boolean().default(false).describe('A running host is changed only in maintenance mode.'),
  liveInstall: z.boolean().default(false),
  liveRemove: z.boolean().default(false),
  overlay: z.boolean().default(false),
  hardware: z.array(z.strictObject({ vendor: text, model: z.string().default('') })).default([]),
  payload: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,14}$/, 'has small letters, digits and hyphens, 15 at most')
    .optional()
    .describe('Name of the payload; the name of the VIB, cut, when absent.'),
  files: z.array(depotFile).min(1),
});
export type DepotVib = z.infer<typeof depotVib>;

/** Another release of the host's own image: the same programs, calling themselves another build. */
export const depotBase = z.strictObject({
  build: z.string().regex(/^\d{6,8}$/, 'is a number of 6 to 8 digits'),
  update: z.int().min(0).max(9).default(0),
  files: z.array(depotFile).default([]).describe('What the release brings besides.'),
});

export const depotProfile = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9._-]{1,80}$/, 'has letters, digits, dots and hyphens'),
  vibs: z
    .union([z.literal('all'), z.array(vibName).min(1)])
    .default('all')
    .describe('Of this depot, and of the image.'),
  level: acceptance.default('partner'),
  description: text.default('An image profile.'),
});

export const depotBulletin = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, 'has letters, digits, dots and hyphens'),
  summary: text,
  severity: z.enum(['critical', 'important', 'moderate', 'general']).default('general'),
  category: z.enum(['security', 'bugfix', 'enhancement', 'general']).default('general'),
  description: text.default(''),
  vibs: z.union([z.literal('all'), z.array(vibName)]).default('all'),
});

/** A depot is made in memory, and hosts are small. */
const MAX_FILLER_BYTES = 64 << 20;

/** `5MiB` in bytes. */
export function sizeBytes(size: string): number {
  return Number.parseInt(size, 10) * (size.endsWith('MiB') ? 1 << 20 : 1 << 10);
}

function fillerBytes({ base, vibs }: { base?: { files: DepotFile[] } | undefined; vibs: DepotVib[] }): number {
  const files = [...(base?.files ?? []), ...vibs.flatMap((vib) => vib.files)];
  return files.reduce((sum, { size }) => sum + (size === undefined ? 0 : sizeBytes(size)), 0);
}

export const depotDescription = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    vendor: z.strictObject({
      name: text,
      code: z.string().regex(/^[A-Z0-9]{2,8}$/, 'is a code of 2 to 8 capitals'),
    }),
    released: z
      .string()
      .refine(
        (date) => /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(`${date}T00:00:00Z`)),
        'is a date such as "2014-11-03"',
      ),
    base: depotBase.optional(),
    vibs: z.array(depotVib).default([]),
    profiles: z.array(depotProfile).default([]),
    bulletins: z.array(depotBulletin).default([]),
  })
  .refine((depot) => depot.base !== undefined || depot.vibs.length > 0, 'needs a base or vibs')
  .refine((depot) => fillerBytes(depot) <= MAX_FILLER_BYTES, 'has files of more than 64 MiB together')
  .refine(
    (depot) => new Set(depot.vibs.map((vib) => `${vib.name} ${vib.version}`)).size === depot.vibs.length,
    'has one VIB twice',
  );
export type DepotDescription = z.infer<typeof depotDescription>;

/** Reads a description with the values of a seed filled in. */
export function parseDepot(yamlText: string, file: string, values: Values = {}): Parsed<DepotDescription> {
  return parseYaml(substitute(yamlText, values), file, depotDescription);
}
