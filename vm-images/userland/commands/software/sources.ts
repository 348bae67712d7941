import { acceptanceName } from '../../model/software/image.ts';
import type { ImageProfile } from '../../model/software/profile.ts';
import type { Vib } from '../../model/software/vib.ts';
import { type EsxcliCommand, text } from '../framework/index.ts';
import { askEsxupdate } from './esxupdate.ts';
import { DEPOT, PROFILE, VIBNAME } from './parameters.ts';
import { day, PROFILE_FIELDS, profileRow, VIB_FIELDS, vibRow } from './rows.ts';

const NEEDED_DEPOT = { ...DEPOT, required: true };

/** What depots offer. */
export const sourcesCommands: EsxcliCommand[] = [
  {
    path: 'software sources profile list',
    summary: 'List the profiles of depots.',
    parameters: [NEEDED_DEPOT],
    output: {
      shape: 'table',
      struct: 'ProfileSummary',
      fields: [text('Name'), text('Vendor'), text('Acceptance Level')],
    },
    async run(ctx, args) {
      const profiles = await askEsxupdate<ImageProfile[]>(ctx, {
        operation: 'sources.profile',
        depots: args.list('depot'),
      });
      return profiles.map((profile) => ({
        Name: profile.name,
        Vendor: profile.creator,
        'Acceptance Level': acceptanceName(profile),
      }));
    },
  },
  {
    path: 'software sources profile get',
    summary: 'Show a profile of depots.',
    parameters: [NEEDED_DEPOT, PROFILE],
    output: { shape: 'keyed', struct: 'ImageProfile', key: 'Name', fields: PROFILE_FIELDS },
    async run(ctx, args) {
      const profiles = await askEsxupdate<ImageProfile[]>(ctx, {
        operation: 'sources.profile',
        depots: args.list('depot'),
        profile: args.string('profile'),
      });
      return profiles.map((profile) =>
        profileRow(
          profile,
          profile.vibs.map(({ id }) => id.split('_').slice(2).join(' ')),
        ),
      );
    },
  },
  {
    path: 'software sources vib list',
    summary: 'List the VIBs of depots.',
    parameters: [NEEDED_DEPOT],
    output: {
      shape: 'table',
      struct: 'VIBSummary',
      fields: [text('Name'), text('Version'), text('Vendor'), text('Creation Date'), text('Acceptance Level')],
    },
    async run(ctx, args) {
      const vibs = await askEsxupdate<Vib[]>(ctx, { operation: 'sources.vib', depots: args.list('depot'), names: [] });
      return vibs.map((vib) => ({
        Name: vib.name,
        Version: vib.version,
        Vendor: vib.vendor,
        'Creation Date': day(vib.releaseDate),
        'Acceptance Level': acceptanceName(vib),
      }));
    },
  },
  {
    path: 'software sources vib get',
    summary: 'Show VIBs of depots.',
    parameters: [NEEDED_DEPOT, VIBNAME],
    output: { shape: 'keyed', struct: 'VIBExt', key: 'id', fields: VIB_FIELDS },
    async run(ctx, args) {
      const asked = { depots: args.list('depot'), names: args.list('vibname') };
      return (await askEsxupdate<Vib[]>(ctx, { operation: 'sources.vib', ...asked })).map(vibRow);
    },
  },
];
