import { readImage } from '../../model/software/image.ts';
import { isAccepted } from '../../model/software/plan.ts';
import { ACCEPTANCE_LEVELS, ACCEPTANCE_NAMES, vibId } from '../../model/software/vib.ts';
import type { EsxcliCommand } from '../framework/index.ts';
import { refusal } from './esxupdate.ts';
import { pendingImage } from './rows.ts';

export const acceptanceCommands: EsxcliCommand[] = [
  {
    path: 'software acceptance get',
    summary: 'Show which acceptance level the host asks of VIBs.',
    output: { shape: 'scalar', type: 'string' },
    run: (ctx) => ACCEPTANCE_NAMES[ctx.host.config.acceptanceLevel],
  },
  {
    path: 'software acceptance set',
    summary: 'Change the acceptance level of the host.',
    parameters: [
      {
        long: 'level',
        type: 'enum',
        required: true,
        values: Object.values(ACCEPTANCE_NAMES),
        description: 'The level; not above that of an installed VIB.',
      },
    ],
    output: { shape: 'text' },
    async run(ctx, args) {
      const name = args.string('level');
      const level = ACCEPTANCE_LEVELS.find((one) => ACCEPTANCE_NAMES[one] === name)!;
      const vibs = [...readImage(ctx.system.files).vibs, ...(pendingImage(ctx)?.vibs ?? [])];
      const below = new Map(
        vibs.filter((vib) => !isAccepted(vib.acceptanceLevel, level)).map((vib) => [vibId(vib), vib]),
      );
      if (below.size > 0)
        throw refusal('AcceptanceConfigError', [
          `The host can't ask for ${name}: these VIBs, installed or pending, have a lower level.`,
          ...[...below].map(([id, vib]) => `  ${id} (${ACCEPTANCE_NAMES[vib.acceptanceLevel]})`),
        ]);
      await ctx.host.change(`Host acceptance level changed to ${name}`, (draft) => {
        draft.acceptanceLevel = level;
      });
      return `Host acceptance level changed to '${name}'.\n`;
    },
  },
];
