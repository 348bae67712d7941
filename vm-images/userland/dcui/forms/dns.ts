import { isIpv4, isIpv6 } from '../../model/ip.ts';
import { isHostname } from '../addresses.ts';
import { editNetwork } from '../network-edit.ts';
import { textField } from '../screens/form-fields.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { type Form, okCancel } from './types.ts';

export function openDns(turn: Turn, menu: MenuScreen): void {
  const edit = menu.edit?.after;
  if (edit === undefined) return;
  const { dns } = edit;
  turn.push({
    kind: 'form',
    form: 'dns',
    title: 'DNS Configuration',
    intro: ['Servers from DHCP are possible only while the IPv4 address comes from DHCP, too.'],
    fields: [
      {
        type: 'radio',
        id: 'automatic',
        group: 'source',
        label: 'Obtain DNS server addresses and a hostname automatically',
        checked: dns.automatic,
      },
      {
        type: 'radio',
        id: 'manual',
        group: 'source',
        label: 'Use the following DNS server addresses and hostname:',
        checked: !dns.automatic,
      },
      { type: 'label', text: '' },
      textField('primary', 'Primary DNS Server', dns.primary, { needs: 'manual' }),
      textField('alternate', 'Alternate DNS Server', dns.alternate, { needs: 'manual' }),
      textField('hostname', 'Hostname', dns.hostname, { needs: 'manual' }),
    ],
    focus: dns.automatic ? 0 : 1,
    hints: okCancel,
  });
}

export const dnsForm: Form = {
  submit(values, _screen, turn) {
    const menu = turn.state.screens.at(-2);
    const edit = menu?.kind === 'menu' ? menu.edit?.after : undefined;
    if (edit === undefined) return;
    const text = (id: string) => String(values[id]).trim();
    const automatic = values.automatic === true;
    const dns = automatic
      ? { ...edit.dns, automatic }
      : { automatic, primary: text('primary'), alternate: text('alternate'), hostname: text('hostname') };
    const wrong = automatic
      ? undefined
      : [dns.primary, dns.alternate].find((server) => server !== '' && !isAddress(server));
    let problem = '';
    if (automatic && edit.ipv4.mode !== 'dhcp') problem = 'The IPv4 address of this host does not come from DHCP.';
    else if (wrong !== undefined) problem = `"${wrong}" is not an IP address.`;
    else if (!automatic && !isHostname(dns.hostname)) problem = `"${dns.hostname}" is not a host name.`;
    if (problem !== '') {
      turn.notice('DNS Configuration', [problem], 'error');
      return;
    }
    turn.pop();
    editNetwork(turn, { dns });
  },
};

function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}
