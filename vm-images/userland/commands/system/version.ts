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
    run: ({ host: { product } }) => ({
      Product: product.name,
      Version: product.version,
      Build: `Releasebuild-${product.build}`,
      Update: product.update,
    }),
  },
];
