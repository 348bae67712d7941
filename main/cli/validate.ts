import { EXIT } from './exit.ts';
import { openService } from './service.ts';
import type { Verb } from './verb.ts';

export const validate: Verb = {
  name: 'validate',
  usage: 'validate [LAB…]',
  summary: 'check labs without starting them; every problem as file:line:column',
  options: {},
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(args) {
    const service = openService();
    try {
      const { checked, problems } = await service.labs.validate(args.positionals);
      for (const problem of problems) process.stdout.write(`${problem}\n`);
      process.stdout.write(
        `${checked} lab${checked === 1 ? '' : 's'}, ${problems.length} problem${problems.length === 1 ? '' : 's'}\n`,
      );
      return problems.length > 0 ? EXIT.usage : EXIT.pass;
    } finally {
      await service.close();
    }
  },
};
