import { acceptanceName, findVib, readImage } from '../../model/software-image.ts';
import { ACCEPTANCE_NAMES, type Vib, type VibConstraint, vibId } from '../../model/software-xml.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  type EsxcliNamespace,
  list,
  type Parameter,
  type Row,
  type ToolCommand,
  text,
} from '../framework/index.ts';

const LATER = 'changing the image comes with a later release of this lab host';

/** Nothing can be pending while images cannot be changed, so the rebooting image is never there. */
const REBOOTING: Parameter = {
  long: 'rebooting-image',
  type: 'flag',
  description: 'Show the image that the next boot starts, when one is pending.',
};
const VIBNAME: Parameter = {
  long: 'vibname',
  short: 'n',
  type: 'list',
  description: 'The VIBs: name, name:version, vendor:name or vendor:name:version.',
};

function image(ctx: CommandContext, args: CommandArgs) {
  if (args.bool('rebooting-image'))
    throw new CommandError(
      '[NoMatchError]\n No image is pending: the running image is also the one for the next boot.',
    );
  return readImage(ctx.system.files);
}

function day(iso: string | undefined): string {
  return (iso ?? '').slice(0, 10);
}

function constraint(one: VibConstraint): string {
  return [one.name, one.relation, one.version].filter((part) => part !== undefined && part !== '').join(' ');
}

function vibRow(vib: Vib): Row {
  return {
    id: vibId(vib),
    Name: vib.name,
    Version: vib.version,
    Type: vib.type,
    Vendor: vib.vendor,
    'Acceptance Level': acceptanceName(vib),
    Summary: vib.summary,
    Description: vib.description,
    ReferenceURLs: vib.urls.map((one) => `${one.key}|${one.url}`),
    'Creation Date': day(vib.releaseDate),
    Depends: vib.depends.map(constraint),
    Conflicts: vib.conflicts.map(constraint),
    Replaces: vib.replaces.map(constraint),
    Provides: vib.provides.map(constraint),
    'Maintenance Mode Required': vib.maintenanceModeRequired,
    'Hardware Platforms Required': vib.hardwarePlatforms.map(
      (one) => `${one.vendor}${one.model === '' ? '' : ` ${one.model}`}`,
    ),
    'Live Install Allowed': vib.liveInstallAllowed,
    'Live Remove Allowed': vib.liveRemoveAllowed,
    'Stateless Ready': vib.statelessReady,
    Overlay: vib.overlay,
    Tags: vib.tags,
    Payloads: vib.payloads.map((one) => one.name),
  };
}

function changing(path: string, summary: string, parameters: readonly Parameter[]): EsxcliCommand {
  return { path, summary, parameters, output: { shape: 'text' }, unsupported: LATER };
}

const DEPOT: Parameter = {
  long: 'depot',
  short: 'd',
  type: 'list',
  description: 'Depots: URL of an index.xml, or absolute path of a zip.',
};
const VIBURL: Parameter = { long: 'viburl', short: 'v', type: 'list', description: 'VIB files: URL or absolute path.' };
const PROFILE: Parameter = {
  long: 'profile',
  short: 'p',
  type: 'string',
  required: true,
  description: 'Name of the profile.',
};
const flag = (long: string, description: string, short?: string): Parameter => ({
  long,
  ...(short === undefined ? {} : { short }),
  type: 'flag',
  description,
});
const CHANGE_FLAGS: readonly Parameter[] = [
  flag('dry-run', 'Only say what would happen.'),
  flag('force', 'Skip checks of dependencies and acceptance.', 'f'),
  flag('maintenance-mode', 'Act as if the host were in maintenance mode.'),
  flag('no-live-install', 'Only write the bank for the next boot.'),
];
const FETCH_FLAGS: readonly Parameter[] = [
  flag('no-sig-check', 'Skip the check of signatures.'),
  { long: 'proxy', type: 'string', description: 'Proxy for downloads.' },
];

export const softwareCommands: EsxcliCommand[] = [
  {
    path: 'software vib list',
    summary: 'List the installed VIBs.',
    parameters: [REBOOTING],
    output: {
      shape: 'table',
      struct: 'VIBSummaryExt',
      fields: [text('Name'), text('Version'), text('Vendor'), text('Acceptance Level'), text('Install Date')],
    },
    run: (ctx, args) =>
      image(ctx, args).vibs.map((vib) => ({
        Name: vib.name,
        Version: vib.version,
        Vendor: vib.vendor,
        'Acceptance Level': acceptanceName(vib),
        'Install Date': day(vib.installDate),
      })),
  },
  {
    path: 'software vib get',
    summary: 'Show everything about installed VIBs.',
    parameters: [VIBNAME, REBOOTING],
    output: {
      shape: 'keyed',
      struct: 'VIBExt',
      key: 'id',
      fields: [
        text('Name'),
        text('Version'),
        text('Type'),
        text('Vendor'),
        text('Acceptance Level'),
        text('Summary'),
        text('Description'),
        list('ReferenceURLs'),
        text('Creation Date'),
        list('Depends'),
        list('Conflicts'),
        list('Replaces'),
        list('Provides'),
        boolean('Maintenance Mode Required'),
        list('Hardware Platforms Required'),
        boolean('Live Install Allowed'),
        boolean('Live Remove Allowed'),
        boolean('Stateless Ready'),
        boolean('Overlay'),
        list('Tags'),
        list('Payloads'),
      ],
    },
    run(ctx, args) {
      const installed = image(ctx, args);
      const wanted = args.list('vibname');
      if (wanted.length === 0) return installed.vibs.map(vibRow);
      return wanted.map((name) => {
        const vib = findVib(installed, name);
        if (vib === undefined)
          throw new CommandError(
            ` [NoMatchError]\n No VIB matching VIB search specification '${name}'.\n Please refer to the log file for more details.`,
          );
        return vibRow(vib);
      });
    },
  },
  {
    path: 'software profile get',
    summary: 'Show the image profile the host runs.',
    parameters: [REBOOTING],
    output: {
      shape: 'keyed',
      struct: 'ImageProfile',
      key: 'Name',
      fields: [
        text('Name'),
        text('Vendor'),
        text('Creation Time'),
        text('Modification Time'),
        text('Stateless Ready'),
        text('Description'),
        list('VIBs'),
      ],
    },
    run(ctx, args) {
      const { profile, vibs } = image(ctx, args);
      return [
        {
          Name: profile.name,
          Vendor: profile.creator,
          'Creation Time': profile.creationTime.replace(/Z$/, ''),
          'Modification Time': profile.modifiedTime.replace(/Z$/, ''),
          'Stateless Ready': profile.statelessReady ? 'True' : 'False',
          Description: `\n      ${profile.description}`,
          VIBs: vibs.map((vib) => `${vib.name} ${vib.version}`),
        },
      ];
    },
  },
  {
    path: 'software acceptance get',
    summary: 'Show which acceptance level the host asks of VIBs.',
    output: { shape: 'scalar', type: 'string' },
    run: (ctx) => ACCEPTANCE_NAMES[readImage(ctx.system.files).profile.acceptanceLevel],
  },
  changing('software acceptance set', 'Change the acceptance level of the host.', [
    { long: 'level', type: 'enum', required: true, values: Object.values(ACCEPTANCE_NAMES), description: 'The level.' },
  ]),
  changing('software vib install', 'Install VIBs from a depot or file.', [
    DEPOT,
    VIBURL,
    VIBNAME,
    ...CHANGE_FLAGS,
    ...FETCH_FLAGS,
  ]),
  changing('software vib update', 'Update installed VIBs to newer versions.', [
    DEPOT,
    VIBURL,
    VIBNAME,
    ...CHANGE_FLAGS,
    ...FETCH_FLAGS,
  ]),
  changing('software vib remove', 'Remove VIBs.', [{ ...VIBNAME, required: true }, ...CHANGE_FLAGS]),
  changing('software profile install', 'Replace the whole image by a profile of a depot.', [
    { ...DEPOT, required: true },
    PROFILE,
    ...CHANGE_FLAGS,
    ...FETCH_FLAGS,
    flag('ok-to-remove', 'Let VIBs go that the profile does not have.'),
  ]),
  changing('software profile update', 'Update the image to a profile of a depot.', [
    { ...DEPOT, required: true },
    PROFILE,
    flag('allow-downgrades', 'Take older versions too.'),
    ...CHANGE_FLAGS,
    ...FETCH_FLAGS,
  ]),
  changing('software profile validate', 'Compare the host with a profile of a depot.', [
    { ...DEPOT, required: true },
    PROFILE,
  ]),
  changing('software sources profile list', 'List the profiles of depots.', [{ ...DEPOT, required: true }]),
  changing('software sources profile get', 'Show a profile of depots.', [{ ...DEPOT, required: true }, PROFILE]),
  changing('software sources vib list', 'List the VIBs of depots.', [{ ...DEPOT, required: true }]),
  changing('software sources vib get', 'Show VIBs of depots.', [{ ...DEPOT, required: true }, VIBNAME]),
];

export const softwareNamespaces: EsxcliNamespace[] = [
  { path: 'software', summary: 'The image the host runs.' },
  { path: 'software acceptance', summary: 'Acceptance level of the host.' },
  { path: 'software profile', summary: 'Image profiles.' },
  { path: 'software sources', summary: 'Depots.' },
  { path: 'software sources profile', summary: 'Image profiles in depots.' },
  { path: 'software sources vib', summary: 'VIBs in depots.' },
  { path: 'software vib', summary: 'VIBs, the packages of the image.' },
];

export const softwareTools: ToolCommand[] = [];
