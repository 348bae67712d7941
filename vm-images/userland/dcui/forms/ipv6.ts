import { isIpv6 } from '../../model/ip.ts';
import { isIpv6WithPrefix } from '../addresses.ts';
import type { Ipv6Facts } from '../facts.ts';
import { editNetwork } from '../network-edit.ts';
import { textField } from '../screens/form-fields.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { type Form, okCancel } from './types.ts';

const statics = ['static1', 'static2', 'static3'];

export function openIpv6(turn: Turn, menu: MenuScreen): void {
  const ipv6 = menu.edit?.after.ipv6;
  if (ipv6 === undefined) return;
  turn.push({
    kind: 'form',
    form: 'ipv6',
    title: 'IPv6 Configuration',
    intro: ['Static addresses are written with their prefix length, as in 2001:db8::11/64.'],
    fields: [
      { type: 'check', id: 'enabled', label: 'Enable IPv6 (restart required)', checked: ipv6.enabled },
      { type: 'check', id: 'dhcp', label: 'Use DHCP stateful configuration', checked: ipv6.dhcp },
      { type: 'check', id: 'router', label: 'Use ICMP stateless configuration', checked: ipv6.routerAdvertised },
      { type: 'label', text: '' },
      ...statics.map((id, index) =>
        textField(id, `Static address #${index + 1}`, ipv6.statics[index] ?? '', { needs: 'enabled' }),
      ),
      textField('gateway', 'Default Gateway', ipv6.gateway, { needs: 'enabled' }),
    ],
    focus: 0,
    hints: okCancel,
  });
}

export const ipv6Form: Form = {
  submit(values, _screen, turn) {
    const text = (id: string) => String(values[id]).trim();
    const ipv6: Ipv6Facts = {
      enabled: values.enabled === true,
      dhcp: values.dhcp === true,
      routerAdvertised: values.router === true,
      statics: statics.map(text).filter((address) => address !== ''),
      gateway: text('gateway'),
    };
    const wrong = ipv6.statics.find((address) => !isIpv6WithPrefix(address));
    const problem =
      wrong !== undefined
        ? `"${wrong}" is not an IPv6 address with a prefix length.`
        : ipv6.gateway !== '' && !isIpv6(ipv6.gateway)
          ? `"${ipv6.gateway}" is not an IPv6 address.`
          : '';
    if (problem !== '') {
      turn.notice('IPv6 Configuration', [problem], 'error');
      return;
    }
    turn.pop();
    editNetwork(turn, { ipv6 });
  },
};
