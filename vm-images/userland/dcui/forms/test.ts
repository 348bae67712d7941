import { isIpv4, isIpv6 } from '../../model/ip.ts';
import { isHostname } from '../addresses.ts';
import { textField } from '../screens/form-fields.ts';
import type { Turn } from '../turn.ts';
import { type Form, inputHints } from './types.ts';

/** Filled with the gateway, the DNS servers and the host's own name. */
export function openNetworkTest(turn: Turn): void {
  const network = turn.facts.network;
  const found = [network?.ipv4.gateway, network?.dns.primary, network?.dns.alternate].filter(
    (address): address is string => address !== undefined && address !== '',
  );
  const addresses = [...new Set(found)];
  turn.push({
    kind: 'form',
    form: 'test',
    title: 'Test Management Network',
    intro: ['Pings these addresses and looks up this name. Empty lines are left out.'],
    fields: [
      ...[0, 1, 2].map((index) => textField(`address${index}`, `Ping Address #${index}:`, addresses[index] ?? '')),
      textField('name', 'Resolve Hostname:', turn.facts.front?.hostname ?? network?.dns.hostname ?? ''),
    ],
    focus: 0,
    hints: inputHints,
  });
}

export const testForm: Form = {
  submit(values, _screen, turn) {
    const text = (id: string) => String(values[id]).trim();
    const addresses = ['address0', 'address1', 'address2'].map(text).filter((address) => address !== '');
    const names = [text('name')].filter((name) => name !== '');
    const wrong =
      addresses.find((address) => !isIpv4(address) && !isIpv6(address)) ?? names.find((name) => !isHostname(name));
    if (wrong !== undefined) {
      turn.notice('Test Management Network', [`"${wrong}" is neither an IP address nor a host name.`], 'error');
      return;
    }
    turn.request({ name: 'network.test', input: { addresses, names } }, 'Testing Management Network');
  },
  answer(answer, _screen, turn) {
    if (answer.name !== 'network.test') return;
    const { lines } = answer.output;
    const good = lines.every((line) => line.ok);
    turn.pop();
    turn.notice('Testing Management Network', [
      'The tests have ended.',
      '',
      ...lines.map((line) => line.text),
      '',
      good ? 'All of them succeeded.' : 'See Configure Management Network for what may be wrong.',
    ]);
  },
};
