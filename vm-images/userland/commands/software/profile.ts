import type { ProfileComparison } from '../../model/software/request.ts';
import { boolean, type EsxcliCommand, list, text } from '../framework/index.ts';
import { askEsxupdate, change, changeFlags, changeOutput } from './esxupdate.ts';
import { CHANGE_FLAGS, DEPOT, FETCH_FLAGS, flag, PROFILE, REBOOTING } from './parameters.ts';
import { imageFor, PROFILE_FIELDS, profileRow } from './rows.ts';

const NEEDED_DEPOT = { ...DEPOT, required: true };

export const profileCommands: EsxcliCommand[] = [
  {
    path: 'software profile get',
    summary: 'Show the image profile the host runs.',
    parameters: [REBOOTING],
    output: { shape: 'keyed', struct: 'ImageProfile', key: 'Name', fields: PROFILE_FIELDS },
    run(ctx, args) {
      const { profile, vibs } = imageFor(ctx, args);
      return [
        profileRow(
          profile,
          vibs.map((vib) => `${vib.name} ${vib.version}`),
        ),
      ];
    },
  },
  {
    path: 'software profile install',
    summary: 'Replace the whole image by a profile of a depot.',
    parameters: [
      NEEDED_DEPOT,
      PROFILE,
      ...CHANGE_FLAGS,
      ...FETCH_FLAGS,
      flag('ok-to-remove', 'Let VIBs go that the profile does not have.'),
    ],
    output: changeOutput('Installation Result'),
    run: (ctx, args) =>
      change(ctx, {
        operation: 'profile.install',
        depots: args.list('depot'),
        profile: args.string('profile'),
        okToRemove: args.bool('ok-to-remove'),
        ...changeFlags(args),
      }),
  },
  {
    path: 'software profile update',
    summary: 'Update the image to a profile of a depot; VIBs that the profile does not have stay.',
    parameters: [
      NEEDED_DEPOT,
      PROFILE,
      flag('allow-downgrades', 'Take older versions too.'),
      ...CHANGE_FLAGS,
      ...FETCH_FLAGS,
    ],
    output: changeOutput('Update Result'),
    run: (ctx, args) =>
      change(ctx, {
        operation: 'profile.update',
        depots: args.list('depot'),
        profile: args.string('profile'),
        allowDowngrades: args.bool('allow-downgrades'),
        ...changeFlags(args),
      }),
  },
  {
    path: 'software profile validate',
    summary: 'Compare the host with a profile of a depot.',
    parameters: [NEEDED_DEPOT, PROFILE],
    output: {
      shape: 'simple',
      struct: 'ProfileValidation',
      fields: [
        boolean('Compliant'),
        text('Host Profile'),
        text('Validation Profile'),
        list('VIBs in Host Profile Only'),
        list('VIBs in Validation Profile Only'),
      ],
    },
    async run(ctx, args) {
      const compared = await askEsxupdate<ProfileComparison>(ctx, {
        operation: 'profile.validate',
        depots: args.list('depot'),
        profile: args.string('profile'),
      });
      return {
        Compliant: compared.isCompliant,
        'Host Profile': compared.hostProfile,
        'Validation Profile': compared.profile,
        'VIBs in Host Profile Only': compared.onlyOnHost,
        'VIBs in Validation Profile Only': compared.onlyInProfile,
      };
    },
  },
];
