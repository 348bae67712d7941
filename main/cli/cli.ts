import { adviceFor } from '../shared/advice.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import { bench } from './bench.ts';
import { depot } from './depot.ts';
import { exec } from './exec.ts';
import { EXIT } from './exit.ts';
import { grade } from './grade.ts';
import { images } from './images.ts';
import { list } from './list.ts';
import { rpc } from './rpc.ts';
import { run } from './run.ts';
import { validate } from './validate.ts';
import { parseVerbArgs, type Verb } from './verb.ts';

const verbs: readonly Verb[] = [list, validate, exec, grade, run, rpc, bench, images, depot];

/** Runs one command line. @returns the exit status: 0 pass, 1 graded and failed, 2 usage or input error, 3 internal error. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(overview());
    return name === undefined ? EXIT.usage : EXIT.pass;
  }
  const verb = verbs.find((candidate) => candidate.name === name);
  if (!verb) {
    process.stderr.write(`bootbank: unknown verb ${JSON.stringify(name)}\n\n${overview()}`);
    return EXIT.usage;
  }
  if (rest[0] === '--help' || rest[0] === '-h') {
    process.stdout.write(`usage: bootbank ${verb.usage}\n\n${verb.summary}\n`);
    return EXIT.pass;
  }
  try {
    return await verb.run(parseVerbArgs(verb, rest));
  } catch (error) {
    return report(verb, error);
  }
}

function report(verb: Verb, error: unknown): number {
  const { code, message } = toErrorData(error);
  const advice = adviceFor(code, 'cli');
  process.stderr.write(`bootbank ${verb.name}: ${message} [${code}]\n${advice ? `${advice}\n` : ''}`);
  if (code === 'cli.usage') process.stderr.write(`usage: bootbank ${verb.usage}\n`);
  if (code === 'internal.unexpected' && error instanceof Error && process.env['BOOTBANK_DEBUG']) {
    process.stderr.write(`${error.stack}\n`);
  }
  return error instanceof LabError && isInputError(code) ? EXIT.usage : EXIT.internal;
}

/** What the caller gave was wrong, as against something of ours that broke. */
function isInputError(code: string): boolean {
  return (
    /^(cli|lab|input|session\.unknown|script|depot)\b/.test(code) ||
    code === 'image.unknown' ||
    code === 'submission.bad'
  );
}

function overview(): string {
  const width = Math.max(...verbs.map((verb) => verb.usage.length));
  const lines = verbs.map((verb) => `  ${verb.usage.padEnd(width)}  ${verb.summary}`);
  return `usage: bootbank VERB [options]\n\n${lines.join('\n')}\n\nExit status: 0 pass, 1 graded and failed, 2 usage or input error, 3 internal error.\n`;
}
