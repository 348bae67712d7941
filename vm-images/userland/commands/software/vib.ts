import { acceptanceName } from '../../model/software/image.ts';
import { isCalled } from '../../model/software/select.ts';
import { type CommandArgs, CommandError, type EsxcliCommand, text } from '../framework/index.ts';
import { change, changeFlags, changeOutput, refusal } from './esxupdate.ts';
import { CHANGE_FLAGS, DEPOT, FETCH_FLAGS, REBOOTING, VIBNAME, VIBURL } from './parameters.ts';
import { day, imageFor, VIB_FIELDS, vibRow } from './rows.ts';

export const vibCommands: EsxcliCommand[] = [
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
      imageFor(ctx, args).vibs.map((vib) => ({
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
    output: { shape: 'keyed', struct: 'VIBExt', key: 'id', fields: VIB_FIELDS },
    run(ctx, args) {
      const { vibs } = imageFor(ctx, args);
      const names = args.list('vibname');
      if (names.length === 0) return vibs.map(vibRow);
      return names.map((name) => {
        const vib = vibs.find((one) => isCalled(one, name));
        if (vib === undefined) throw refusal('NoMatchError', [`No installed VIB matches '${name}'.`]);
        return vibRow(vib);
      });
    },
  },
  {
    path: 'software vib install',
    summary: 'Install VIBs from a depot or file; other versions of them are replaced.',
    parameters: [DEPOT, VIBURL, VIBNAME, ...CHANGE_FLAGS, ...FETCH_FLAGS],
    output: changeOutput('Installation Result'),
    run: (ctx, args) => change(ctx, { operation: 'vib.install', ...sources(args), ...changeFlags(args) }),
  },
  {
    path: 'software vib update',
    summary: 'Update installed VIBs to newer versions; nothing new is installed.',
    parameters: [DEPOT, VIBURL, VIBNAME, ...CHANGE_FLAGS, ...FETCH_FLAGS],
    output: changeOutput('Installation Result'),
    run: (ctx, args) => change(ctx, { operation: 'vib.update', ...sources(args), ...changeFlags(args) }),
  },
  {
    path: 'software vib remove',
    summary: 'Remove VIBs.',
    parameters: [{ ...VIBNAME, required: true }, ...CHANGE_FLAGS],
    output: changeOutput('Removal Result'),
    run: (ctx, args) => change(ctx, { operation: 'vib.remove', names: args.list('vibname'), ...changeFlags(args) }),
  },
];

function sources(args: CommandArgs) {
  const depots = args.list('depot');
  const viburls = args.list('viburl');
  if (depots.length + viburls.length === 0)
    throw new CommandError('Error: Missing required parameter -d|--depot or -v|--viburl', { showUsage: true });
  return { depots, viburls, names: args.list('vibname') };
}
