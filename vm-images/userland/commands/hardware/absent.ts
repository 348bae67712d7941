import {
  boolean,
  CommandError,
  type EsxcliCommand,
  type EsxcliNamespace,
  type Field,
  integer,
  none,
  type Output,
  type Parameter,
  text,
} from '../framework/index.ts';

/**
 * Namespaces for hardware and products that this host does not have: listings are as empty as on such a host, changes
 * say what is missing.
 */
const NO_IPMI = 'this machine has no management controller (IPMI)';
const NO_GPU = 'this machine has no graphics processor';
const NO_ISCSI = 'software iSCSI comes with a later release of this lab host';
const NO_FCOE = 'this machine has no network adapter that can do FCoE';
const NO_VSAN = 'the host is in no Virtual SAN cluster, and none can be made here';
const ADAPTER: Parameter = { long: 'adapter', short: 'A', type: 'string', required: true, description: 'The adapter.' };

const tableOf = (struct: string, ...labels: string[]): Output => ({
  shape: 'table',
  struct,
  fields: labels.map((label): Field => text(label)),
});

function empty(path: string, summary: string, output: Output, parameters: readonly Parameter[] = []): EsxcliCommand {
  return { path, summary, parameters, output, run: () => [] };
}

function missing(
  path: string,
  summary: string,
  unsupported: string,
  parameters: readonly Parameter[] = [],
): EsxcliCommand {
  return { path, summary, parameters, output: none, unsupported };
}

/** `-A vmhba33`: no adapter of this host is an iSCSI one. */
function noAdapter(path: string, summary: string, parameters: readonly Parameter[] = []): EsxcliCommand {
  return {
    path,
    summary,
    parameters: [ADAPTER, ...parameters],
    output: none,
    run(_ctx, args) {
      throw new CommandError(`Invalid adapter: ${args.string('adapter')} is not an iSCSI adapter`);
    },
  };
}

export const absentCommands: EsxcliCommand[] = [
  missing('hardware ipmi bmc get', 'Show the management controller.', NO_IPMI),
  empty('hardware ipmi fru list', 'List field replaceable units.', tableOf('IpmiFru', 'Part Name', 'Manufacturer'), [
    { long: 'ignore-sensor', short: 'i', type: 'flag', description: 'Leave out sensors.' },
  ]),
  missing('hardware ipmi fru get', 'Show a field replaceable unit.', NO_IPMI, [
    { long: 'node', short: 'n', type: 'string', description: 'The node.' },
  ]),
  empty('hardware ipmi sdr list', 'List sensor records.', tableOf('IpmiSdr', 'Node', 'Entity', 'Sensor Reading')),
  missing('hardware ipmi sdr get', 'Show the sensor repository.', NO_IPMI),
  empty('hardware ipmi sel list', 'List the system event log.', tableOf('IpmiSel', 'Record', 'When', 'Event Type')),
  missing('hardware ipmi sel get', 'Show the state of the system event log.', NO_IPMI),
  missing('hardware ipmi sel clear', 'Clear the system event log.', NO_IPMI),

  {
    path: 'sched swap system get',
    summary: 'Show where the host may swap its own memory to.',
    output: {
      shape: 'simple',
      struct: 'SystemSwap',
      fields: [
        boolean('Datastore Active'),
        boolean('Datastore Enabled'),
        text('Datastore Name'),
        integer('Datastore Order'),
        boolean('Hostcache Active'),
        boolean('Hostcache Enabled'),
        integer('Hostcache Order'),
        boolean('Hostlocalswap Active'),
        boolean('Hostlocalswap Enabled'),
        integer('Hostlocalswap Order'),
      ],
    },
    run(ctx) {
      const value = (key: string, fallback: string): string =>
        ctx.host.config.extra[`sched/swap/system/${key}`] ?? fallback;
      const name = value('datastoreName', '');
      return {
        'Datastore Active': false,
        'Datastore Enabled': value('datastoreEnabled', 'false') === 'true',
        'Datastore Name': name,
        'Datastore Order': Number(value('datastoreOrder', '1')),
        'Hostcache Active': false,
        'Hostcache Enabled': value('hostcacheEnabled', 'true') === 'true',
        'Hostcache Order': Number(value('hostcacheOrder', '0')),
        'Hostlocalswap Active': false,
        'Hostlocalswap Enabled': value('hostlocalswapEnabled', 'true') === 'true',
        'Hostlocalswap Order': Number(value('hostlocalswapOrder', '2')),
      };
    },
  },
  {
    path: 'sched swap system set',
    summary: 'Say where the host may swap its own memory to. Kept, but nothing is ever swapped on a lab host.',
    parameters: [
      { long: 'datastore-enabled', short: 'd', type: 'bool', description: 'Use a datastore.' },
      { long: 'datastore-name', short: 'n', type: 'string', description: 'The datastore.' },
      { long: 'datastore-order', short: 'o', type: 'int', min: 0, description: 'Order of the datastore.' },
      { long: 'hostcache-enabled', short: 'H', type: 'bool', description: 'Use the host cache.' },
      { long: 'hostcache-order', short: 'O', type: 'int', min: 0, description: 'Order of the host cache.' },
      { long: 'hostlocalswap-enabled', short: 'l', type: 'bool', description: 'Use the host-local swap location.' },
      {
        long: 'hostlocalswap-order',
        short: 'L',
        type: 'int',
        min: 0,
        description: 'Order of the host-local swap location.',
      },
    ],
    output: none,
    async run(ctx, args) {
      await ctx.host.change('System swap changed', (draft) => {
        for (const name of [
          'datastore-enabled',
          'datastore-name',
          'datastore-order',
          'hostcache-enabled',
          'hostcache-order',
          'hostlocalswap-enabled',
          'hostlocalswap-order',
        ]) {
          const value = args.optionalString(name);
          const key = name.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase());
          if (value !== undefined) draft.extra[`sched/swap/system/${key}`] = value;
        }
      });
    },
  },

  empty(
    'device alias list',
    'List device aliases given by the host.',
    tableOf('DeviceAlias', 'Bus', 'Address', 'Alias'),
  ),

  empty(
    'fcoe nic list',
    'List network adapters that can do FCoE.',
    tableOf('FcoeNic', 'Nic Name', 'User Priority', 'Source MAC', 'Active'),
  ),
  empty('fcoe adapter list', 'List FCoE adapters.', tableOf('FcoeAdapter', 'Adapter Name', 'Source MAC', 'FCF MAC')),
  ...['discover', 'disable', 'enable', 'set'].map((verb) =>
    missing(`fcoe nic ${verb}`, `FCoE on a network adapter: ${verb}.`, NO_FCOE, [
      { long: 'nic-name', short: 'n', type: 'string', required: true, description: 'The network adapter.' },
    ]),
  ),

  empty(
    'graphics device list',
    'List graphics processors.',
    tableOf('GraphicsDevice', 'Vendor Name', 'Device Name', 'Address', 'Memory Size In Kilobytes', 'Graphics Type'),
  ),
  empty(
    'graphics vm list',
    'List virtual machines that use graphics processors.',
    tableOf('GraphicsVm', 'Name', 'World Id', 'Address'),
  ),
  missing('graphics host get', 'Show how graphics processors are shared.', NO_GPU),
  missing('graphics host set', 'Say how graphics processors are shared.', NO_GPU, [
    { long: 'default-type', type: 'string', description: 'The way.' },
  ]),
  missing('graphics host refresh', 'Read the graphics settings again.', NO_GPU),

  {
    path: 'iscsi software get',
    summary: 'Show whether software iSCSI is on.',
    output: { shape: 'scalar', type: 'boolean' },
    run: () => false,
  },
  missing('iscsi software set', 'Switch software iSCSI.', NO_ISCSI, [
    { long: 'enabled', short: 'e', type: 'bool', required: true, description: 'Whether it is on.' },
    { long: 'name', short: 'n', type: 'string', description: 'iSCSI name of the host.' },
  ]),
  empty(
    'iscsi adapter list',
    'List iSCSI adapters.',
    tableOf('IscsiAdapter', 'Adapter', 'Driver', 'State', 'UID', 'Description'),
  ),
  noAdapter('iscsi adapter get', 'Show an iSCSI adapter.'),
  noAdapter('iscsi adapter set', 'Change an iSCSI adapter.', [
    { long: 'name', short: 'n', type: 'string', description: 'iSCSI name.' },
    { long: 'alias', short: 'a', type: 'string', description: 'Alias.' },
  ]),
  noAdapter('iscsi adapter discovery rediscover', 'Ask the targets again.'),
  empty(
    'iscsi adapter discovery sendtarget list',
    'List send targets.',
    tableOf('SendTarget', 'Adapter', 'Send Target', 'Target'),
  ),
  noAdapter('iscsi adapter discovery sendtarget add', 'Add a send target.', [
    { long: 'address', short: 'a', type: 'string', required: true, description: 'Address and port.' },
  ]),
  noAdapter('iscsi adapter discovery sendtarget remove', 'Remove a send target.', [
    { long: 'address', short: 'a', type: 'string', required: true, description: 'Address and port.' },
  ]),
  empty(
    'iscsi adapter discovery statictarget list',
    'List static targets.',
    tableOf('StaticTarget', 'Adapter', 'Target Name', 'Target Address'),
  ),
  noAdapter('iscsi adapter auth chap get', 'Show the CHAP settings.'),
  noAdapter('iscsi adapter param get', 'Show iSCSI parameters.'),
  empty(
    'iscsi adapter target list',
    'List targets.',
    tableOf('IscsiTarget', 'Adapter', 'Target', 'Alias', 'Discovery Method', 'Last Error'),
  ),
  empty(
    'iscsi adapter target portal list',
    'List portals of targets.',
    tableOf('IscsiPortal', 'Adapter', 'Target', 'IP', 'Port', 'Tpgt'),
  ),
  empty('iscsi session list', 'List sessions.', tableOf('IscsiSession', 'Adapter', 'Target', 'ISID')),
  empty(
    'iscsi session connection list',
    'List connections.',
    tableOf('IscsiConnection', 'Adapter', 'Target', 'CID', 'Address'),
  ),
  empty(
    'iscsi networkportal list',
    'List VMkernel interfaces bound to iSCSI adapters.',
    tableOf('IscsiNetworkPortal', 'Adapter', 'Vmknic'),
  ),
  noAdapter('iscsi networkportal add', 'Bind a VMkernel interface to an iSCSI adapter.', [
    { long: 'nic', short: 'n', type: 'string', required: true, description: 'The interface.' },
  ]),
  noAdapter('iscsi networkportal remove', 'Unbind a VMkernel interface from an iSCSI adapter.', [
    { long: 'nic', short: 'n', type: 'string', required: true, description: 'The interface.' },
  ]),
  empty(
    'iscsi logicalnetworkportal list',
    'List logical network portals.',
    tableOf('LogicalPortal', 'Adapter', 'Vmknic', 'MAC Address'),
  ),
  empty(
    'iscsi physicalnetworkportal list',
    'List physical network portals.',
    tableOf('PhysicalPortal', 'Adapter', 'Vmnic', 'MAC Address'),
  ),
  missing('iscsi ibftboot get', 'Show the iSCSI boot table of the firmware.', 'the machine did not boot over iSCSI'),
  empty('iscsi plugin list', 'List iSCSI plug-ins.', tableOf('IscsiPlugin', 'Component', 'Name', 'Version')),

  missing('vsan cluster get', 'Show the Virtual SAN cluster.', NO_VSAN),
  missing('vsan cluster join', 'Join a Virtual SAN cluster.', NO_VSAN, [
    { long: 'cluster-uuid', short: 'u', type: 'string', required: true, description: 'The cluster.' },
  ]),
  missing('vsan cluster leave', 'Leave the Virtual SAN cluster.', NO_VSAN),
  empty(
    'vsan network list',
    'List VMkernel interfaces of Virtual SAN.',
    tableOf('VsanNetwork', 'VmkNic Name', 'IP Protocol'),
  ),
  empty('vsan storage list', 'List disks of Virtual SAN.', tableOf('VsanDisk', 'Device', 'Display Name', 'Is SSD')),
];

export const absentNamespaces: EsxcliNamespace[] = [
  { path: 'hardware ipmi', summary: 'The management controller.' },
  { path: 'sched', summary: 'Memory and processor scheduling.' },
  { path: 'sched swap', summary: 'Swapping.' },
  { path: 'sched swap system', summary: 'Swapping of the host itself.' },
  { path: 'device', summary: 'Device aliases.' },
  { path: 'device alias', summary: 'Device aliases.' },
  { path: 'fcoe', summary: 'Fibre Channel over Ethernet.' },
  { path: 'fcoe nic', summary: 'Network adapters with FCoE.' },
  { path: 'fcoe adapter', summary: 'FCoE adapters.' },
  { path: 'graphics', summary: 'Graphics processors.' },
  { path: 'iscsi', summary: 'iSCSI.' },
  { path: 'iscsi adapter', summary: 'iSCSI adapters.' },
  { path: 'iscsi networkportal', summary: 'VMkernel interfaces of iSCSI adapters.' },
  { path: 'iscsi session', summary: 'iSCSI sessions.' },
  { path: 'iscsi software', summary: 'The software iSCSI adapter.' },
  { path: 'vsan', summary: 'Virtual SAN.' },
  { path: 'hardware ipmi bmc', summary: 'The management controller itself.' },
  { path: 'hardware ipmi fru', summary: 'Field replaceable units.' },
  { path: 'hardware ipmi sdr', summary: 'Sensor records.' },
  { path: 'hardware ipmi sel', summary: 'The system event log.' },
  { path: 'graphics device', summary: 'Graphics processors of the machine.' },
  { path: 'graphics host', summary: 'How graphics processors are shared.' },
  { path: 'graphics vm', summary: 'Virtual machines that use graphics processors.' },
  { path: 'iscsi adapter auth', summary: 'Authentication.' },
  { path: 'iscsi adapter auth chap', summary: 'CHAP.' },
  { path: 'iscsi adapter discovery', summary: 'Discovery of targets.' },
  { path: 'iscsi adapter discovery sendtarget', summary: 'Send targets.' },
  { path: 'iscsi adapter discovery statictarget', summary: 'Static targets.' },
  { path: 'iscsi adapter param', summary: 'Parameters of adapters.' },
  { path: 'iscsi adapter target', summary: 'Targets.' },
  { path: 'iscsi adapter target portal', summary: 'Portals of targets.' },
  { path: 'iscsi ibftboot', summary: 'The iSCSI boot table of the firmware.' },
  { path: 'iscsi logicalnetworkportal', summary: 'Logical network portals.' },
  { path: 'iscsi physicalnetworkportal', summary: 'Physical network portals.' },
  { path: 'iscsi plugin', summary: 'iSCSI plug-ins.' },
  { path: 'iscsi session connection', summary: 'Connections of sessions.' },
  { path: 'vsan cluster', summary: 'The Virtual SAN cluster.' },
  { path: 'vsan network', summary: 'VMkernel interfaces of Virtual SAN.' },
  { path: 'vsan storage', summary: 'Disks of Virtual SAN.' },
];
