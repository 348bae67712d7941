import { boolean, CommandError, type EsxcliCommand, none, text } from '../framework/index.ts';

const NFS_LATER = 'NFS datastores come with a later release of this lab host';
const NO_SAN = 'this host has no such adapter';

function san(kind: string, title: string): EsxcliCommand[] {
  return [
    {
      path: `storage san ${kind} list`,
      summary: `List the attributes of ${title} adapters.`,
      parameters: [{ long: 'adapter', short: 'A', type: 'string', description: 'Only this adapter.' }],
      output: {
        shape: 'keyed',
        struct: 'SanAttributes',
        key: 'Adapter',
        fields: [text('Adapter'), text('Port State')],
      },
      run(_ctx, args) {
        const adapter = args.optionalString('adapter');
        if (adapter !== undefined) throw new CommandError(`Adapter ${adapter} is not a ${title} adapter`);
        return [];
      },
    },
    {
      path: `storage san ${kind} stats get`,
      summary: `Show the statistics of ${title} adapters.`,
      parameters: [{ long: 'adapter', short: 'A', type: 'string', description: 'Only this adapter.' }],
      output: { shape: 'keyed', struct: 'SanStats', key: 'Adapter', fields: [text('Adapter')] },
      run: () => [],
    },
    {
      path: `storage san ${kind} reset`,
      summary: `Reset a ${title} adapter.`,
      parameters: [{ long: 'adapter', short: 'A', type: 'string', required: true, description: 'The adapter.' }],
      output: none,
      unsupported: NO_SAN,
    },
  ];
}

export const remoteCommands: EsxcliCommand[] = [
  {
    path: 'storage nfs list',
    summary: 'List the NFS datastores.',
    output: {
      shape: 'table',
      struct: 'NasVolume',
      fields: [
        text('Volume Name'),
        text('Host'),
        text('Share'),
        boolean('Accessible'),
        boolean('Mounted'),
        boolean('Read-Only'),
        text('Hardware Acceleration'),
      ],
    },
    run: () => [],
  },
  {
    path: 'storage nfs add',
    summary: 'Mount an NFS share as a datastore.',
    parameters: [
      { long: 'host', short: 'H', type: 'string', required: true, description: 'The server.' },
      { long: 'share', short: 's', type: 'string', required: true, description: 'Folder on the server.' },
      { long: 'volume-name', short: 'v', type: 'string', required: true, description: 'Name of the datastore.' },
      { long: 'readonly', short: 'r', type: 'flag', description: 'Without writing.' },
    ],
    output: none,
    unsupported: NFS_LATER,
  },
  {
    path: 'storage nfs remove',
    summary: 'Unmount an NFS datastore.',
    parameters: [
      { long: 'volume-name', short: 'v', type: 'string', required: true, description: 'Name of the datastore.' },
    ],
    output: none,
    run(_ctx, args) {
      throw new CommandError(`Unable to find NFS volume ${args.string('volume-name')}`);
    },
  },
  {
    path: 'storage nfs param get',
    summary: 'Show limits of NFS datastores.',
    output: none,
    unsupported: NFS_LATER,
  },
  ...san('fc', 'Fibre Channel'),
  ...san('fcoe', 'FCoE'),
  ...san('iscsi', 'iSCSI'),
  ...san('sas', 'SAS'),
  {
    path: 'storage vflash device list',
    summary: 'List the SSDs that can serve as virtual flash.',
    output: {
      shape: 'table',
      struct: 'VflashDevice',
      fields: [
        text('Name'),
        text('Size'),
        boolean('Is Local'),
        boolean('Is Used by vflash'),
        text('Eligible'),
        text('Comment'),
      ],
    },
    run: () => [],
  },
  {
    path: 'storage vflash cache list',
    summary: 'List virtual flash caches.',
    output: { shape: 'table', struct: 'VflashCache', fields: [text('Name'), text('Size')] },
    run: () => [],
  },
  {
    path: 'storage vflash module list',
    summary: 'List virtual flash modules.',
    output: { shape: 'table', struct: 'VflashModule', fields: [text('Name'), text('Version')] },
    run: () => [],
  },
];
