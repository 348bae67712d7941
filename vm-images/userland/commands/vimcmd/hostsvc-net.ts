import { cell, esxcli, esxcliRows } from '../esxcfg/esxcli-call.ts';
import { CommandError } from '../framework/index.ts';
import { array, object, printValue } from './data-object.ts';
import { dnsObject, gatewayOf, networkInfo, vnicObject } from './network-objects.ts';
import { booleanArgument, required, type VimCall, type VimCommand } from './types.ts';

/** Options of the policy setters → options of the esxcli policy commands. */
const FAILOVER: Readonly<Record<string, string>> = {
  'nicorderpolicy-active': '--active-uplinks',
  'nicorderpolicy-standby': '--standby-uplinks',
  'nicteaming-policy': '--load-balancing',
  'nicteaming-notifyswitches': '--notify-switches',
  'nicteaming-rollingorder': '--failback',
  'failurecriteria-checkbeacon': '--failure-detection',
};
const SECURITY: Readonly<Record<string, string>> = {
  'securepolicy-promisc': '--allow-promiscuous',
  'securepolicy-macchange': '--allow-mac-change',
  'securepolicy-forgedxmits': '--allow-forged-transmits',
};
const SHAPING: Readonly<Record<string, string>> = {
  'shapingpolicy-enabled': '--enabled',
  'shapingpolicy-average': '--avg-bandwidth',
  'shapingpolicy-peak': '--peak-bandwidth',
  'shapingpolicy-burst': '--burst-size',
};
const POLICY_USAGE =
  '[--nicorderpolicy-active=nic,…] [--nicorderpolicy-standby=nic,…] [--nicteaming-policy=loadbalance_srcid|loadbalance_ip|loadbalance_srcmac|failover_explicit] [--nicteaming-notifyswitches=bool] [--nicteaming-rollingorder=bool] [--failurecriteria-checkbeacon=bool] [--securepolicy-promisc=bool] [--securepolicy-macchange=bool] [--securepolicy-forgedxmits=bool] [--shapingpolicy-enabled=bool] [--shapingpolicy-average=Kbps] [--shapingpolicy-peak=Kbps] [--shapingpolicy-burst=KB]';
const TEAMING: Readonly<Record<string, string>> = {
  loadbalance_srcid: 'portid',
  loadbalance_ip: 'iphash',
  loadbalance_srcmac: 'mac',
  failover_explicit: 'explicit',
};

/** One option's value in esxcli's words. */
function translate(name: string, value: string): string {
  if (name === 'nicteaming-policy') {
    const word = TEAMING[value];
    if (word === undefined)
      throw new CommandError(`Unknown teaming policy '${value}': expected ${Object.keys(TEAMING).join(', ')}.`);
    return word;
  }
  if (name === 'failurecriteria-checkbeacon') return booleanArgument(value, name) ? 'beacon' : 'link';
  // Rolling order is failback the other way round.
  if (name === 'nicteaming-rollingorder') return String(!booleanArgument(value, name));
  return value;
}

async function setPolicies(call: VimCall, path: string, target: readonly string[]): Promise<boolean> {
  let any = false;
  for (const [kind, table] of [
    ['failover', FAILOVER],
    ['security', SECURITY],
    ['shaping', SHAPING],
  ] as const) {
    const argv = [...call.options].flatMap(([name, value]) => {
      const option = table[name];
      return option === undefined ? [] : [`${option}=${translate(name, value)}`];
    });
    if (argv.length === 0) continue;
    await esxcli(call.ctx, `${path} policy ${kind} set`, [...target, ...argv]);
    any = true;
  }
  const known = { ...FAILOVER, ...SECURITY, ...SHAPING };
  const odd = [...call.options.keys()].find(
    (name) => known[name] === undefined && !['portgroup-vlan', 'portgroup-name', 'mtu', 'vlan-id'].includes(name),
  );
  if (odd !== undefined) throw new CommandError(`Unknown option --${odd}.`);
  return any;
}

const need = required;

export const netCommands: VimCommand[] = [
  {
    path: 'hostsvc/net/info',
    usage: '',
    summary: 'Show the network.',
    run: ({ ctx }) => `${printValue(networkInfo(ctx))}\n`,
  },
  {
    path: 'hostsvc/net/config',
    usage: '',
    summary: 'Show the configuration of the network.',
    run: ({ ctx }) => `${printValue(networkInfo(ctx))}\n`,
  },
  {
    path: 'hostsvc/net/refresh',
    usage: '',
    summary: 'Bring the network to its configuration again.',
    async run({ ctx }) {
      await ctx.host.reapply();
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/query_networkhint',
    usage: '[--pnic-name=vmnic]',
    summary: 'Show what is heard on the physical adapters.',
    run(call) {
      const wanted = call.options.get('pnic-name') ?? call.options.get('pnic-names');
      const names =
        wanted === undefined || wanted === ''
          ? call.ctx.host.config.network.pnics.map((one) => one.name)
          : wanted.split(',');
      const hints = names.map((device) => {
        if (!call.ctx.host.config.network.pnics.some((one) => one.name === device))
          throw new CommandError(`There is no physical adapter '${device}'.`);
        // Nothing on a lab wire speaks CDP, and subnets are not guessed from traffic.
        return object('vim.host.PhysicalNic.NetworkHint', {
          device,
          subnet: null,
          network: null,
          connectedSwitchPort: null,
          lldpInfo: null,
        });
      });
      return `${printValue(array('vim.host.PhysicalNic.NetworkHint', hints))}\n`;
    },
  },
  {
    path: 'hostsvc/net/vswitch_add',
    usage: 'vswitch-name [numPorts]',
    summary: 'Add a virtual switch.',
    async run(call) {
      const name = need(call, 0, 'the name of the switch');
      await esxcli(call.ctx, 'network vswitch standard add', [
        '-v',
        name,
        ...(call.args[1] === undefined ? [] : ['-P', call.args[1]]),
      ]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/vswitch_remove',
    usage: 'vswitch-name',
    summary: 'Remove a virtual switch.',
    async run(call) {
      await esxcli(call.ctx, 'network vswitch standard remove', ['-v', need(call, 0, 'the name of the switch')]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/vswitch_setpolicy',
    usage: `${POLICY_USAGE} vswitch-name`,
    summary: 'Set policies of a virtual switch.',
    async run(call) {
      const name = need(call, 0, 'the name of the switch');
      if (!(await setPolicies(call, 'network vswitch standard', ['-v', name])))
        throw new CommandError('Insufficient arguments: no policy is given.');
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/vswitch_setmtu',
    usage: 'vswitch-name mtu',
    summary: 'Set the MTU of a virtual switch.',
    async run(call) {
      await esxcli(call.ctx, 'network vswitch standard set', [
        '-v',
        need(call, 0, 'the name of the switch'),
        '-m',
        need(call, 1, 'the MTU'),
      ]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/portgroup_add',
    usage: 'vswitch-name portgroup-name',
    summary: 'Add a port group.',
    async run(call) {
      await esxcli(call.ctx, 'network vswitch standard portgroup add', [
        '-v',
        need(call, 0, 'the name of the switch'),
        '-p',
        need(call, 1, 'the name of the port group'),
      ]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/portgroup_remove',
    usage: 'portgroup-name',
    summary: 'Remove a port group.',
    async run(call) {
      const name = need(call, 0, 'the name of the port group');
      const owner = call.ctx.host.config.network.vswitches.find((vswitch) =>
        vswitch.portgroups.some((one) => one.name === name),
      );
      if (owner === undefined) throw new CommandError(`There is no port group '${name}'.`);
      await esxcli(call.ctx, 'network vswitch standard portgroup remove', ['-v', owner.name, '-p', name]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/portgroup_set',
    usage: `[--portgroup-vlan=id] ${POLICY_USAGE} vswitch-name portgroup-name`,
    summary: 'Set the VLAN and the policies of a port group.',
    async run(call) {
      need(call, 0, 'the name of the switch');
      const name = need(call, 1, 'the name of the port group');
      const vlan = call.options.get('portgroup-vlan') ?? call.options.get('vlan-id');
      if (vlan !== undefined)
        await esxcli(call.ctx, 'network vswitch standard portgroup set', ['-p', name, '-v', vlan]);
      const any = await setPolicies(call, 'network vswitch standard portgroup', ['-p', name]);
      if (!any && vlan === undefined) throw new CommandError('Insufficient arguments: nothing to set is given.');
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/vnic_info',
    usage: '[vnic]',
    summary: 'Show the VMkernel interfaces.',
    run(call) {
      const { vmknics } = call.ctx.host.config.network;
      const wanted = call.args[0];
      if (wanted !== undefined && !vmknics.some((one) => one.name === wanted))
        throw new CommandError(`There is no VMkernel interface '${wanted}'.`);
      const shown = vmknics.filter((one) => wanted === undefined || one.name === wanted);
      return `${printValue(
        array(
          'vim.host.VirtualNic',
          shown.map((one) => vnicObject(call.ctx, one.name)),
        ),
      )}\n`;
    },
  },
  {
    path: 'hostsvc/net/vnic_add',
    usage: 'portgroup-name [--ip=address --netmask=mask | --dhcp] [--mtu=n]',
    summary: 'Add a VMkernel interface.',
    async run(call) {
      const portgroup = need(call, 0, 'the name of the port group');
      const { ctx, options } = call;
      const before = new Set(ctx.host.config.network.vmknics.map((one) => one.name));
      const mtu = options.get('mtu');
      await esxcli(ctx, 'network ip interface add', ['-p', portgroup, ...(mtu === undefined ? [] : ['-m', mtu])]);
      const name = ctx.host.config.network.vmknics.find((one) => !before.has(one.name))?.name ?? '';
      await setAddress(call, name);
      return `${name}\n`;
    },
  },
  {
    path: 'hostsvc/net/vnic_set',
    usage: 'vnic [--ip=address --netmask=mask | --dhcp] [--mtu=n]',
    summary: 'Change the address or MTU of a VMkernel interface.',
    async run(call) {
      const name = need(call, 0, 'the VMkernel interface');
      const mtu = call.options.get('mtu');
      if (mtu !== undefined) await esxcli(call.ctx, 'network ip interface set', ['-i', name, '-m', mtu]);
      await setAddress(call, name);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/vnic_remove',
    usage: 'vnic',
    summary: 'Remove a VMkernel interface.',
    async run(call) {
      await esxcli(call.ctx, 'network ip interface remove', ['-i', need(call, 0, 'the VMkernel interface')]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/dns_info',
    usage: '',
    summary: 'Show the DNS settings.',
    run: ({ ctx }) => `${printValue(dnsObject(ctx))}\n`,
  },
  {
    path: 'hostsvc/net/dns_set',
    usage: '[--hostname=name] [--domainname=domain] [--ip-addresses=server,…] [--searchdomains=domain,…]',
    summary: 'Change the DNS settings.',
    async run(call) {
      const { ctx, options } = call;
      const host = options.get('hostname');
      const domain = options.get('domainname');
      if (host !== undefined) await esxcli(ctx, 'system hostname set', ['-H', host]);
      if (domain !== undefined) await esxcli(ctx, 'system hostname set', ['-d', domain]);
      await replaceList(
        call,
        'network ip dns server',
        '-s',
        'DNSServers',
        options.get('ip-addresses') ?? options.get('addresses'),
      );
      await replaceList(call, 'network ip dns search', '-d', 'DNSSearch Domains', options.get('searchdomains'));
      return undefined;
    },
  },
  {
    path: 'hostsvc/net/gateway_info',
    usage: '',
    summary: 'Show the default gateway.',
    run: ({ ctx }) =>
      `${printValue(object('vim.host.IpRouteConfig', { defaultGateway: gatewayOf(ctx), ipV6DefaultGateway: ctx.host.config.network.defaultGateway6 || null }))}\n`,
  },
  {
    path: 'hostsvc/net/gateway_set',
    usage: 'address',
    summary: 'Set the default gateway.',
    async run(call) {
      await esxcli(call.ctx, 'network ip route ipv4 add', ['-n', 'default', '-g', need(call, 0, 'the address')]);
      return undefined;
    },
  },
];

async function setAddress(call: VimCall, name: string): Promise<void> {
  const ip = call.options.get('ip');
  const mask = call.options.get('netmask');
  if (call.options.has('dhcp')) await esxcli(call.ctx, 'network ip interface ipv4 set', ['-i', name, '-t', 'dhcp']);
  else if (ip !== undefined) {
    if (mask === undefined) throw new CommandError('Insufficient arguments: an address needs --netmask.');
    await esxcli(call.ctx, 'network ip interface ipv4 set', ['-i', name, '-t', 'static', '-I', ip, '-N', mask]);
  }
}

/** Makes a list what is wanted: what is missing is added first, so that names can always be resolved. */
async function replaceList(
  call: VimCall,
  path: string,
  option: string,
  label: string,
  wanted: string | undefined,
): Promise<void> {
  if (wanted === undefined) return;
  const target = wanted
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const present = cell((await esxcliRows(call.ctx, `${path} list`))[0], label)
    .split(',')
    .filter((one) => one !== '');
  for (const one of target.filter((each) => !present.includes(each)))
    await esxcli(call.ctx, `${path} add`, [option, one]);
  for (const one of present.filter((each) => !target.includes(each)))
    await esxcli(call.ctx, `${path} remove`, [option, one]);
}
