import {
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  none,
  type Parameter,
} from '../framework/index.ts';

const FIELDS: readonly [long: string, short: string, min: number, max: number, what: string][] = [
  ['day', 'd', 1, 31, 'Day of the month.'],
  ['hour', 'H', 0, 23, 'Hour.'],
  ['min', 'm', 0, 59, 'Minute.'],
  ['month', 'M', 1, 12, 'Month.'],
  ['sec', 's', 0, 59, 'Second.'],
  ['year', 'y', 1970, 2037, 'Year.'],
];

/** `esxcli hardware clock set` takes the same. */
export const timeParameters: Parameter[] = FIELDS.map(([long, short, min, max, description]) => ({
  long,
  short,
  type: 'int',
  min,
  max,
  description: `${description} Without it: as it is now.`,
}));

export const timeCommands: EsxcliCommand[] = [
  {
    path: 'system time get',
    summary: "Show the host's time (UTC).",
    output: { shape: 'scalar', type: 'string' },
    run: ({ system }) => isoTime(system.clock.nowMs()),
  },
  {
    path: 'system time set',
    summary: "Set the host's time (UTC); what is not given stays.",
    parameters: timeParameters,
    output: none,
    run(ctx, args) {
      setTime(ctx, args);
      return undefined;
    },
  },
  {
    path: 'system welcomemsg get',
    summary: "Show the text on the direct console's front page.",
    output: { shape: 'scalar', type: 'string' },
    run: ({ host }) => host.config.advanced[WELCOME] ?? '',
  },
  {
    path: 'system welcomemsg set',
    summary: "Set the text on the direct console's front page; without a text the usual page returns.",
    parameters: [{ long: 'message', short: 'm', type: 'string', description: 'The text.' }],
    output: none,
    async run(ctx, args) {
      const message = args.optionalString('message') ?? '';
      await ctx.host.change('Changed the welcome message', (draft) => {
        if (message === '') delete draft.advanced[WELCOME];
        else draft.advanced[WELCOME] = message;
      });
      return undefined;
    },
  },
];

const WELCOME = '/Annotations/WelcomeMessage';

export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function setTime({ system }: CommandContext, args: CommandArgs): void {
  if (!FIELDS.some(([long]) => args.has(long)))
    throw new CommandError('Error: Give at least one field', { showUsage: true });
  const now = new Date(system.clock.nowMs());
  const year = args.optionalInt('year') ?? now.getUTCFullYear();
  const month = args.optionalInt('month') ?? now.getUTCMonth() + 1;
  const day = args.optionalInt('day') ?? now.getUTCDate();
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    throw new CommandError(`There is no day ${day} in month ${month} of ${year}`);
  }
  const time = Date.UTC(
    year,
    month - 1,
    day,
    args.optionalInt('hour') ?? now.getUTCHours(),
    args.optionalInt('min') ?? now.getUTCMinutes(),
    args.optionalInt('sec') ?? now.getUTCSeconds(),
  );
  system.clock.setNowMs(time);
  system.log('hostd', 'notice', `Time set to ${isoTime(time)}`);
}
