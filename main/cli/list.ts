import type { LabSummary } from '../shared/contracts/api.ts';
import { EXIT } from './exit.ts';
import { openService } from './service.ts';
import type { Verb } from './verb.ts';

export const list: Verb = {
  name: 'list',
  usage: 'list [--json]',
  summary: 'the catalogue of labs',
  options: { json: { type: 'boolean' } },
  positionals: [0, 0],
  async run(args) {
    const service = openService();
    try {
      const { labs, problems } = await service.call('catalog.list', {});
      for (const problem of problems) process.stderr.write(`${problem}\n`);
      const rows: LabSummary[] = labs.map(({ id, title, course, minutes, hosts }) => ({
        id,
        title,
        course,
        minutes,
        hosts,
      }));
      process.stdout.write(args.flags['json'] ? `${JSON.stringify(rows)}\n` : table(rows));
      return EXIT.pass;
    } finally {
      await service.close();
    }
  },
};

function table(rows: readonly LabSummary[]): string {
  if (rows.length === 0) return 'No labs are installed.\n';
  const width = Math.max(...rows.map((row) => row.id.length));
  return rows
    .map(
      (row) =>
        `${row.id.padEnd(width)}  ${String(row.minutes).padStart(3)} min  ${row.course.padEnd(12)}  ${row.title}\n`,
    )
    .join('');
}
