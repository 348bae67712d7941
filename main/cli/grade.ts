import { readFile, writeFile } from 'node:fs/promises';
import { toJUnit } from '../../labs/grader/index.ts';
import { parseScript, playScript, playSolution } from '../session/play.ts';
import type { Service } from '../session/service.ts';
import type { LabSession } from '../session/session.ts';
import { openSubmission } from '../session/session-open.ts';
import { LabError } from '../shared/errors.ts';
import { EXIT } from './exit.ts';
import { reportText } from './report-text.ts';
import { openService } from './service.ts';
import { textFlag, type Verb, type VerbArgs } from './verb.ts';

export const grade: Verb = {
  name: 'grade',
  usage: 'grade LAB [--seed S] [--solution | --script FILE | --submission FILE] [--json | --junit FILE]',
  summary: 'headless grading; with none of the three the fresh start is graded',
  options: {
    seed: { type: 'string' },
    solution: { type: 'boolean' },
    script: { type: 'string' },
    submission: { type: 'string' },
    json: { type: 'boolean' },
    junit: { type: 'string' },
  },
  positionals: [1, 1],
  async run(args) {
    const sources = ['solution', 'script', 'submission'].filter((name) => args.flags[name] !== undefined);
    if (sources.length > 1) throw new LabError('cli.usage', `--${sources.join(' and --')} exclude each other`);
    if (args.flags['json'] && args.flags['junit'])
      throw new LabError('cli.usage', '--json and --junit exclude each other');
    const script = await readScript(args);
    const service = openService();
    try {
      const session = await openFor(service, args);
      if (args.flags['solution']) await playSolution(session, session.lab.solution);
      if (script !== undefined) {
        const lines = parseScript(
          script,
          session.hosts().map((host) => host.name),
        );
        await playScript(session, lines, (text) => process.stderr.write(`${text}\n`));
      }
      const report = await service.call('session.grade', { session: session.id });
      const junit = textFlag(args, 'junit');
      if (junit !== undefined) await writeFile(junit, toJUnit(report));
      process.stdout.write(args.flags['json'] ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
      return report.passed ? EXIT.pass : EXIT.failed;
    } finally {
      await service.close();
    }
  },
};

async function openFor(service: Service, args: VerbArgs): Promise<LabSession> {
  const lab = args.positionals[0]!;
  const submission = textFlag(args, 'submission');
  if (submission !== undefined) return openSubmission(service, submission, lab);
  const seed = textFlag(args, 'seed');
  const { session } = await service.call('session.open', { lab, ...(seed === undefined ? {} : { seed }) });
  return service.session(session);
}

async function readScript(args: VerbArgs): Promise<string | undefined> {
  const file = textFlag(args, 'script');
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new LabError('script.unreadable', `cannot read ${file}: ${error.message}`, { cause: error });
  });
}
