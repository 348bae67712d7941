/** What a check may ask and expect. Probes are picked by name; matchers are the keys of `expect`. */
import { z } from 'zod';
import { frameProtocols } from '../../main/shared/contracts/frames.ts';
import { checkLink } from './links.ts';
import { patternProblem } from './pattern.ts';
import { hostName, networkName } from './topology.ts';

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

const pattern = z
  .string()
  .min(1)
  .superRefine((value, context) => {
    // Variables are letters, digits and dots once filled in: judged as a plain word.
    const problem = patternProblem(value.replace(/\{\{\s*\w+\s*\}\}/g, 'x'));
    if (problem !== null) context.addIssue({ code: 'custom', message: `the pattern ${problem}` });
  });

const matcherShape = {
  equals: z
    .union([scalar, z.array(scalar)])
    .optional()
    .describe('The same text; a list: the same entries in this order.'),
  oneOf: z.array(scalar).min(1).optional().describe('The same text as one of these.'),
  contains: scalar.optional().describe('Text: has it somewhere. List: has this entry.'),
  containsAll: z.array(scalar).min(1).optional().describe('Has each of these.'),
  containsNone: z.array(scalar).min(1).optional().describe('Has none of these.'),
  sameAs: z.array(scalar).optional().describe('List or lines: the same entries in any order.'),
  matches: pattern.optional().describe('A regular expression that finds something in some line.'),
  line: scalar.optional().describe('Some line, without spaces around it, is this.'),
  exists: z.boolean().optional().describe('Whether there is anything to find at all.'),
  count: z.int().nonnegative().optional().describe('How many entries or non-empty lines.'),
  greaterThan: z.number().optional(),
  lessThan: z.number().optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
};

export type Expectation = { [K in keyof typeof matcherShape]?: z.infer<(typeof matcherShape)[K]> } & {
  not?: Expectation | undefined;
  anyOf?: Expectation[] | undefined;
};

export const expectation: z.ZodType<Expectation> = z.lazy(() =>
  z
    .strictObject({
      ...matcherShape,
      not: expectation.optional().describe('None of what stands under it holds together.'),
      anyOf: z.array(expectation).min(1).optional().describe('At least one of these holds.'),
    })
    .refine((value) => Object.values(value).some((entry) => entry !== undefined), 'needs a matcher such as equals')
    .describe('All of the matchers given must hold.'),
);

const selectPath = z
  .union([text, z.array(text).min(1)])
  .describe(
    'Path into the result, steps separated by dots, or a list when a step has a dot in it. `*` takes all rows.',
  );

const timeoutSeconds = z.number().positive().max(120).default(15).describe('Deadline of this reading.');

const path = z.string().startsWith('/', 'must be an absolute path').describe('Absolute path on the host.');
const key = text.optional().describe('Reads `key = value` lines and takes the value of this key.');

/** Both sides of a choice that the host itself makes, or that its loader would make next, or by partition. */
const bankName = z
  .enum(['active', 'other', 'next', 'spare', 'bank5', 'bank6'])
  .describe(
    'active: the one the host runs from, other: not that one. next: the one its loader would choose, spare: not that one.',
  );

export const probeArgs = {
  exec: z.strictObject({
    command: text.describe('Run by the host’s own shell, as root.'),
    stdin: z.string().optional(),
    select: z.enum(['stdout', 'stderr', 'exitCode']).default('stdout'),
    timeoutSeconds,
  }),
  file: z.strictObject({
    path,
    select: z
      .enum(['text', 'exists', 'mode', 'size', 'type'])
      .default('text')
      .describe('mode is octal; type is file, directory or link.'),
    key,
    timeoutSeconds,
  }),
  esxcli: z.strictObject({
    command: text
      .regex(/^(?!esxcli\b)[^\n`;|&<>$]+$/, 'is one esxcli command without the word esxcli and without shell syntax')
      .describe('Namespace, command and options.'),
    where: z.record(text, scalar).optional().describe('Keeps only the rows whose fields have these values.'),
    absentIfFails: z
      .boolean()
      .default(false)
      .describe(
        'A command that fails means that there is nothing of the kind, for `get -v vSwitch1` without a vSwitch1.',
      ),
    select: selectPath
      .optional()
      .describe('`vSwitch1.MTU`: row, then field. Spaces and capitals of field names do not matter.'),
    timeoutSeconds,
  }),
  bootbank: z
    .strictObject({
      bank: bankName.default('active'),
      key: text.optional().describe('A key of its boot.cfg.'),
      saved: path.optional().describe('A file as state.tgz in this bank holds it.'),
      savedKey: text.optional().describe('With `saved`: the value of this key in it.'),
      vib: text.optional().describe('A VIB by its name: the fact is its version in the image of this bank.'),
      modules: z
        .enum(['damaged', 'missing', 'unlisted'])
        .optional()
        .describe('The fact is the list of modules that are so.'),
      timeoutSeconds,
    })
    .refine(
      ({ key, saved, vib, modules }) => [key, saved, vib, modules].filter((one) => one !== undefined).length === 1,
      'needs one of key, saved, vib and modules',
    )
    .refine(({ saved, savedKey }) => savedKey === undefined || saved !== undefined, '"savedKey" goes with "saved"'),
  disk: z.strictObject({
    partition: z.int().min(1).max(128).describe('Partition number as partedUtil shows it.'),
    path,
    select: z.enum(['text', 'exists', 'size']).default('text'),
    key,
    timeoutSeconds,
  }),
  console: z
    .strictObject({
      console: z.enum(['vga', 'serial']).default('vga'),
      keys: text.optional().describe('Typed first: `text<Enter><F2>`.'),
      wait: text.optional().describe('Text that must appear before the screen is read.'),
      timeoutSeconds,
    })
    .describe('The fact is the text of the screen.'),
  wire: z
    .strictObject({
      network: networkName,
      run: text.optional().describe('Meanwhile, by the host’s own shell.'),
      seconds: z.number().positive().max(30).default(1).describe('How long to listen after that.'),
      protocol: z.enum(frameProtocols).optional().describe('Only frames of it, the most specific that is known.'),
      timeoutSeconds,
    })
    .describe('The fact is a list: a line for each frame that entered the network meanwhile, 2,000 at most.'),
};
export type ProbeName = keyof typeof probeArgs;
export type ProbeArgs<P extends ProbeName> = z.infer<(typeof probeArgs)[P]>;

const messageTexts = z.strictObject({
  pass: text.optional(),
  fail: text.optional(),
  absent: text.optional().describe('When there is nothing to find; `fail` when not given.'),
});

export const loaderStep = z.strictObject({
  console: z.enum(['vga', 'serial']).default('vga'),
  wait: text.describe('Text that must be on the screen first.'),
  keys: text.optional().describe('Then typed: `<Shift+R>`.'),
  timeoutSeconds: z.number().positive().max(240).default(60),
});
export type LoaderStep = z.infer<typeof loaderStep>;

const checkShape = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, 'a check id has small letters, digits, dots and hyphens')
    .optional()
    .describe('task-id.number when absent.'),
  host: hostName,
  expect: expectation,
  secret: z.boolean().default(false).describe('What is expected is the answer to find: the report does not tell it.'),
  about: text.optional().describe('What is looked at, in words; the probe’s own description when absent.'),
  after: z
    .enum(['now', 'reboot', 'power-cycle'])
    .default('now')
    .describe('What is done to the fork before looking: reboot asks the host, power-cycle pulls the plug.'),
  boot: z
    .array(loaderStep)
    .min(1)
    .max(12)
    .optional()
    .describe('With a reboot or power-cycle: what is typed at the console on the way up.'),
  links: z
    .array(checkLink)
    .min(1)
    .max(8)
    .optional()
    .describe('Cables of the fork that are pulled or spoiled before looking; the hosts have three seconds to notice.'),
  message: z
    .union([text, messageTexts])
    .optional()
    .describe('What a colleague would say when it is wrong; {{found}} and {{expected}} are filled in.'),
};

export const labCheck = z
  .discriminatedUnion('probe', [
    z.strictObject({ ...checkShape, probe: z.literal('exec'), args: probeArgs.exec }),
    z.strictObject({ ...checkShape, probe: z.literal('file'), args: probeArgs.file }),
    z.strictObject({ ...checkShape, probe: z.literal('esxcli'), args: probeArgs.esxcli }),
    z.strictObject({ ...checkShape, probe: z.literal('bootbank'), args: probeArgs.bootbank }),
    z.strictObject({ ...checkShape, probe: z.literal('disk'), args: probeArgs.disk }),
    z.strictObject({ ...checkShape, probe: z.literal('console'), args: probeArgs.console }),
    z.strictObject({ ...checkShape, probe: z.literal('wire'), args: probeArgs.wire }),
  ])
  .refine(
    (check) => check.boot === undefined || check.after !== 'now',
    '"boot" goes with "after: power-cycle" or "after: reboot"',
  );
export type LabCheck = z.infer<typeof labCheck>;
