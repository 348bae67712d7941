import { PRODUCT } from '../../model/host.ts';
import { type EsxcliCommand, text } from '../framework/index.ts';

export const versionCommands: EsxcliCommand[] = [
  {
    path: 'system version get',
    summary: 'Show which product and build this host runs.',
    output: {
      shape: 'simple',
      struct: 'VersionGet',
      fields: [text('Product'), text('Version'), text('Build'), text('Update')],
    },
    run: () => ({
      Product: PRODUCT.name,
      Version: PRODUCT.version,
      Build: `Releasebuild-${PRODUCT.build}`,
      Update: PRODUCT.update,
    }),
  },
];
