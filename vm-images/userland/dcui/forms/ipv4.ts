import { isHostAddress, isIpv4, prefixOfMask } from '../../model/ip.ts';
import { isNetmask, sameSubnet } from '../addresses.ts';
import type { DnsFacts, Ipv4Facts } from '../facts.ts';
import { editNetwork } from '../network-edit.ts';
import { type FormValues, textField } from '../screens/form-fields.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { type Form, okCancel } from './types.ts';

export function openIpv4(turn: Turn, menu: MenuScreen): void {
  const ipv4 = menu.edit?.after.ipv4;
  if (ipv4 === undefined) return;
  const modes = { dhcp: 0, static: 1, none: 2 };
  const radio = (id: Ipv4Facts['mode'], label: string) =>
    ({ type: 'radio', id, group: 'mode', label, checked: ipv4.mode === id }) as const;
  turn.push({
    kind: 'form',
    form: 'ipv4',
    title: 'IPv4 Configuration',
    intro: ['Where a DHCP server is on the network it can give this host its address; otherwise set one here.'],
    fields: [
      radio('dhcp', 'Use dynamic IPv4 address and network configuration'),
      radio('static', 'Set static IPv4 address and network configuration:'),
      radio('none', 'Disable IPv4 configuration for management network'),
      { type: 'label', text: '' },
      textField('address', 'IPv4 Address', ipv4.address, { needs: 'static' }),
      textField('netmask', 'Subnet Mask', ipv4.netmask, { needs: 'static' }),
      textField('gateway', 'Default Gateway', ipv4.gateway, { needs: 'static' }),
    ],
    focus: modes[ipv4.mode],
    hints: okCancel,
  });
}

export const ipv4Form: Form = {
  submit(values, _screen, turn) {
    const menu = turn.state.screens.at(-2);
    const edit = menu?.kind === 'menu' ? menu.edit : undefined;
    if (edit === undefined) return;
    const ipv4 = settings(values, edit.after.ipv4);
    const problem = ipv4.mode === 'static' ? staticProblem(ipv4) : '';
    if (problem !== '') {
      turn.notice('IPv4 Configuration', [problem], 'error');
      return;
    }
    turn.pop();
    editNetwork(turn, { ipv4, dns: dnsFor(ipv4.mode, edit.before.dns, edit.after.dns) });
  },
};

/** Without DHCP nobody sends DNS servers: those at hand stay, set by hand. Back with DHCP, so is what was before. */
function dnsFor(mode: Ipv4Facts['mode'], before: DnsFacts, now: DnsFacts): DnsFacts {
  if (mode !== 'dhcp') return { ...now, automatic: false };
  const untouched = JSON.stringify({ ...now, automatic: before.automatic }) === JSON.stringify(before);
  return untouched ? before : now;
}

/** Only a static configuration has values of its own; the others show what the host has. */
function settings(values: FormValues, before: Ipv4Facts): Ipv4Facts {
  if (values.static !== true) return { ...before, mode: values.dhcp === true ? 'dhcp' : 'none' };
  const text = (id: string) => String(values[id]).trim();
  return { mode: 'static', address: text('address'), netmask: text('netmask'), gateway: text('gateway') };
}

function staticProblem({ address, netmask, gateway }: Ipv4Facts): string {
  if (!isIpv4(address)) return `"${address}" is not an IPv4 address.`;
  if (!isNetmask(netmask)) return `"${netmask}" is not a subnet mask.`;
  if (!isHostAddress(address, prefixOfMask(netmask) ?? 0))
    return `${address} cannot be the address of a host with the mask ${netmask}.`;
  if (gateway === '') return '';
  if (!isIpv4(gateway)) return `"${gateway}" is not an IPv4 address.`;
  if (!sameSubnet(address, gateway, netmask)) return `The gateway ${gateway} is not in the subnet of ${address}.`;
  return gateway === address ? 'The gateway has the address of this host.' : '';
}
