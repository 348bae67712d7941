/** Failover, security and shaping policies of switches and, with overrides, of port groups. */
import type {
  FailoverPolicy,
  HostConfig,
  LoadBalancing,
  NetworkPolicy,
  PortgroupConfig,
  VswitchConfig,
} from '../../model/config.ts';
import { effectiveFailover, effectiveSecurity, effectiveShaping } from '../../model/network-rules.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  type Field,
  integer,
  list,
  none,
  type Output,
  type Parameter,
  type Row,
  text,
} from '../framework/index.ts';
import { requirePortgroup, requireVswitch } from './checks.ts';
import { portgroupParameter } from './portgroup.ts';
import { vswitchParameter } from './vswitch.ts';

type Kind = keyof NetworkPolicy;
interface Target {
  vswitch: VswitchConfig;
  portgroup?: PortgroupConfig;
}

const OPTIONS: Record<Kind, readonly Parameter[]> = {
  failover: [
    { long: 'active-uplinks', short: 'a', type: 'list', description: 'Uplinks in use, in order, separated by commas.' },
    { long: 'failback', short: 'b', type: 'bool', description: 'Go back to a preferred uplink when it works again.' },
    {
      long: 'failure-detection',
      short: 'f',
      type: 'enum',
      values: ['link', 'beacon'],
      description: 'How failed uplinks are found: by their link (beacon is kept as a setting, no probes are sent).',
    },
    {
      long: 'load-balancing',
      short: 'l',
      type: 'enum',
      values: ['portid', 'iphash', 'mac', 'explicit'],
      description: 'How traffic is spread over active uplinks; here the first working one carries a VLAN.',
    },
    { long: 'notify-switches', short: 'n', type: 'bool', description: 'Tell physical switches about a failover.' },
    { long: 'standby-uplinks', short: 's', type: 'list', description: 'Uplinks used when no active one works.' },
  ],
  security: [
    {
      long: 'allow-forged-transmits',
      short: 'f',
      type: 'bool',
      description: "Let frames out whose source is not the adapter's address.",
    },
    { long: 'allow-mac-change', short: 'm', type: 'bool', description: 'Let a guest change its MAC address.' },
    { long: 'allow-promiscuous', short: 'p', type: 'bool', description: 'Let a port see all traffic.' },
  ],
  shaping: [
    { long: 'avg-bandwidth', short: 'b', type: 'int', min: 0, description: 'Average bandwidth in Kbit/s.' },
    { long: 'burst-size', short: 't', type: 'int', min: 0, description: 'Largest burst in KB.' },
    { long: 'enabled', short: 'e', type: 'bool', description: 'Whether traffic is shaped.' },
    { long: 'peak-bandwidth', short: 'k', type: 'int', min: 0, description: 'Peak bandwidth in Kbit/s.' },
  ],
};

const FIELDS: Record<Kind, readonly Field[]> = {
  failover: [
    text('Load Balancing'),
    text('Network Failure Detection'),
    boolean('Notify Switches'),
    boolean('Failback'),
    list('Active Adapters'),
    list('Standby Adapters'),
    list('Unused Adapters'),
  ],
  security: [boolean('Allow Promiscuous'), boolean('Allow MAC Address Change'), boolean('Allow Forged Transmits')],
  shaping: [
    boolean('Enabled'),
    { ...integer('Average Bandwidth'), unit: 'Kbps' },
    { ...integer('Peak Bandwidth'), unit: 'Kbps' },
    { ...integer('Burst Size'), unit: 'KB' },
  ],
};

const OVERRIDES: Record<Kind, readonly Field[]> = {
  failover: [
    boolean('Override Vswitch Load Balancing'),
    boolean('Override Vswitch Network Failure Detection'),
    boolean('Override Vswitch Notify Switches'),
    boolean('Override Vswitch Failback'),
    boolean('Override Vswitch Uplinks'),
  ],
  security: [
    boolean('Override Vswitch Allow Promiscuous'),
    boolean('Override Vswitch Allow MAC Address Change'),
    boolean('Override Vswitch Allow Forged Transmits'),
  ],
  shaping: [boolean('Override Vswitch Shaping Policy')],
};

const STRUCTS: Record<Kind, string> = {
  failover: 'FailoverPolicy',
  security: 'SecurityPolicy',
  shaping: 'ShapingPolicy',
};

/** Names as `get` shows them. */
const BALANCING_NAMES: Record<LoadBalancing, string> = {
  portid: 'srcport',
  iphash: 'iphash',
  mac: 'srcmac',
  explicit: 'explicit',
};

/** How far a policy reaches on this host. */
const EFFECTS: Record<Kind, string> = {
  failover: '',
  security: ' It concerns virtual machines, which do not send here: kept as a setting.',
  shaping: ' What VMkernel interfaces send is limited to average bandwidth and burst size.',
};

const KINDS: readonly Kind[] = ['failover', 'security', 'shaping'];

const useVswitch: Parameter = {
  long: 'use-vswitch',
  short: 'u',
  type: 'flag',
  description: "Drop the port group's own values: follow the virtual switch.",
};

export const policyCommands: EsxcliCommand[] = KINDS.flatMap((kind) => [
  {
    path: `network vswitch standard policy ${kind} get`,
    summary: `Show the ${kind} policy of a virtual switch.`,
    parameters: [vswitchParameter],
    output: { shape: 'simple', struct: STRUCTS[kind], fields: FIELDS[kind] } satisfies Output,
    run: (ctx: CommandContext, args: CommandArgs) =>
      show(kind, { vswitch: requireVswitch(ctx.host.config.network, args.string('vswitch-name')) }),
  },
  {
    path: `network vswitch standard policy ${kind} set`,
    summary: `Change the ${kind} policy of a virtual switch.${EFFECTS[kind]}`,
    parameters: [...OPTIONS[kind], vswitchParameter],
    output: none,
    run: (ctx: CommandContext, args: CommandArgs) =>
      change(ctx, kind, args, args.string('vswitch-name'), (config) => ({
        vswitch: requireVswitch(config.network, args.string('vswitch-name')),
      })),
  },
  {
    path: `network vswitch standard portgroup policy ${kind} get`,
    summary: `Show the ${kind} policy of a port group and what it overrides.`,
    parameters: [portgroupParameter],
    output: {
      shape: 'simple',
      struct: `Portgroup${STRUCTS[kind]}`,
      fields: [...FIELDS[kind], ...OVERRIDES[kind]],
    } satisfies Output,
    run(ctx: CommandContext, args: CommandArgs) {
      const target = requirePortgroup(ctx.host.config.network, args.string('portgroup-name'));
      return { ...show(kind, target), ...overrides(kind, target.portgroup.policy) };
    },
  },
  {
    path: `network vswitch standard portgroup policy ${kind} set`,
    summary: `Change the ${kind} policy of a port group.${EFFECTS[kind]}`,
    parameters: [
      // `-p` is the port group here, so promiscuous mode has another letter.
      ...OPTIONS[kind].map((option) => (option.long === 'allow-promiscuous' ? { ...option, short: 'o' } : option)),
      portgroupParameter,
      useVswitch,
    ],
    output: none,
    run: (ctx: CommandContext, args: CommandArgs) =>
      change(ctx, kind, args, args.string('portgroup-name'), (config) =>
        requirePortgroup(config.network, args.string('portgroup-name')),
      ),
  },
]);

function show(kind: Kind, { vswitch, portgroup }: Target): Row {
  if (kind === 'failover') {
    const policy = effectiveFailover(vswitch, portgroup);
    return {
      'Load Balancing': BALANCING_NAMES[policy.loadBalancing],
      'Network Failure Detection': policy.failureDetection,
      'Notify Switches': policy.notifySwitches,
      Failback: policy.failback,
      'Active Adapters': policy.activeUplinks,
      'Standby Adapters': policy.standbyUplinks,
      'Unused Adapters': policy.unusedUplinks,
    };
  }
  if (kind === 'security') {
    const policy = effectiveSecurity(vswitch, portgroup);
    return {
      'Allow Promiscuous': policy.promiscuous,
      'Allow MAC Address Change': policy.macChange,
      'Allow Forged Transmits': policy.forgedTransmits,
    };
  }
  const policy = effectiveShaping(vswitch, portgroup);
  return {
    Enabled: policy.enabled,
    'Average Bandwidth': policy.averageKbps,
    'Peak Bandwidth': policy.peakKbps,
    'Burst Size': policy.burstKiB,
  };
}

function overrides(kind: Kind, { failover, security, shaping }: NetworkPolicy): Row {
  const labels = OVERRIDES[kind].map((field) => field.label);
  const values: Record<Kind, unknown[]> = {
    failover: [
      failover.loadBalancing,
      failover.failureDetection,
      failover.notifySwitches,
      failover.failback,
      failover.activeUplinks ?? failover.standbyUplinks,
    ],
    security: [security.promiscuous, security.macChange, security.forgedTransmits],
    shaping: [shaping.enabled],
  };
  return Object.fromEntries(labels.map((label, index) => [label, values[kind][index] !== undefined]));
}

async function change(
  ctx: CommandContext,
  kind: Kind,
  args: CommandArgs,
  name: string,
  find: (config: HostConfig) => Target,
): Promise<undefined> {
  const given = OPTIONS[kind].some((option) => args.has(option.long));
  const reset = args.bool('use-vswitch');
  if (reset && given) throw new CommandError('Error: --use-vswitch excludes the other options', { showUsage: true });
  await ctx.host.change(`Changed the ${kind} policy of ${name}`, (config) => {
    const target = find(config);
    const policy = (target.portgroup ?? target.vswitch).policy;
    if (reset) policy[kind] = {};
    else if (kind === 'failover') changeFailover(policy.failover, args, target);
    else if (kind === 'security') changeSecurity(policy, args);
    else changeShaping(policy, args, target);
  });
  return undefined;
}

function changeFailover(policy: FailoverPolicy, args: CommandArgs, { vswitch, portgroup }: Target): void {
  const balancing = args.optionalString('load-balancing');
  if (balancing !== undefined) policy.loadBalancing = balancing as LoadBalancing;
  const detection = args.optionalString('failure-detection');
  if (detection !== undefined) policy.failureDetection = detection === 'beacon' ? 'beacon' : 'link';
  policy.failback = args.optionalBool('failback') ?? policy.failback;
  policy.notifySwitches = args.optionalBool('notify-switches') ?? policy.notifySwitches;
  const active = uplinksOf(args, 'active-uplinks', vswitch);
  const standby = uplinksOf(args, 'standby-uplinks', vswitch);
  if (active === undefined && standby === undefined) return;
  const now = effectiveFailover(vswitch, portgroup);
  // An uplink given a new role leaves the other list.
  policy.activeUplinks = active ?? now.activeUplinks.filter((name) => !(standby ?? []).includes(name));
  policy.standbyUplinks = standby ?? now.standbyUplinks.filter((name) => !(active ?? []).includes(name));
  const twice = policy.activeUplinks.find((name) => policy.standbyUplinks?.includes(name));
  if (twice !== undefined) throw new CommandError(`Uplink ${twice} cannot be both active and standby`);
}

function uplinksOf(args: CommandArgs, option: string, vswitch: VswitchConfig): string[] | undefined {
  if (!args.has(option)) return undefined;
  const names = [...new Set(args.list(option))];
  for (const name of names) {
    if (!vswitch.uplinks.includes(name)) {
      throw new CommandError(`Uplink ${name} is not connected to virtual switch ${vswitch.name}`);
    }
  }
  return names;
}

function changeSecurity({ security }: NetworkPolicy, args: CommandArgs): void {
  security.promiscuous = args.optionalBool('allow-promiscuous') ?? security.promiscuous;
  security.macChange = args.optionalBool('allow-mac-change') ?? security.macChange;
  security.forgedTransmits = args.optionalBool('allow-forged-transmits') ?? security.forgedTransmits;
}

/** Shaping is overridden as a whole, so a port group's first change starts from the switch's values. */
function changeShaping(policy: NetworkPolicy, args: CommandArgs, { vswitch, portgroup }: Target): void {
  const now = effectiveShaping(vswitch, portgroup);
  policy.shaping = {
    enabled: args.optionalBool('enabled') ?? now.enabled,
    averageKbps: args.optionalInt('avg-bandwidth') ?? now.averageKbps,
    peakKbps: args.optionalInt('peak-bandwidth') ?? now.peakKbps,
    burstKiB: args.optionalInt('burst-size') ?? now.burstKiB,
  };
  const { enabled, averageKbps, peakKbps, burstKiB } = policy.shaping;
  if (enabled && (!averageKbps || !peakKbps || !burstKiB)) {
    throw new CommandError('Average bandwidth, peak bandwidth and burst size must be set to enable shaping');
  }
  if (enabled && peakKbps! < averageKbps!) {
    throw new CommandError('The peak bandwidth must not be less than the average bandwidth');
  }
}
