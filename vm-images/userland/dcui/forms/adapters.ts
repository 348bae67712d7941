import type { AdapterFacts } from '../facts.ts';
import { editNetwork } from '../network-edit.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import type { Form } from './types.ts';

export function openAdapters(turn: Turn, menu: MenuScreen): void {
  const adapters = menu.edit?.after.adapters ?? [];
  turn.push({
    kind: 'form',
    form: 'adapters',
    title: 'Network Adapters',
    intro: ['The adapters of the management network. Two or more give it a second way and more room.'],
    fields: [
      { type: 'label', text: `    ${columns('Device Name', 'MAC Address', 'Status')}` },
      ...adapters.map((adapter) => ({
        type: 'check' as const,
        id: adapter.name,
        label: columns(adapter.name, adapter.mac, status(adapter)),
        checked: adapter.selected,
        disabled: adapter.usedBy !== '',
      })),
    ],
    focus:
      1 +
      Math.max(
        0,
        adapters.findIndex((adapter) => adapter.usedBy === ''),
      ),
    hints: '<D> View Details  <Space> Toggle Selected  <Enter> OK  <Esc> Cancel',
  });
}

function columns(name: string, mac: string, state: string): string {
  return `${name.padEnd(13)}${mac.padEnd(20)}${state}`;
}

function status(adapter: AdapterFacts): string {
  const link = adapter.connected ? 'Connected' : 'Disconnected';
  return adapter.usedBy === '' ? link : `${link} (${adapter.usedBy})`;
}

export const adaptersForm: Form = {
  key(screen, key, turn) {
    if (key !== 'd' && key !== 'D') return false;
    const field = screen.fields[screen.focus];
    const adapter = adaptersBelow(turn).find((each) => field?.type === 'check' && each.name === field.id);
    if (adapter !== undefined) {
      turn.notice(adapter.name, [
        `Description:  ${adapter.description}`,
        `Driver:       ${adapter.driver}`,
        `MAC Address:  ${adapter.mac}`,
        `Link Status:  ${adapter.connected ? `Connected, ${adapter.speed}` : 'Disconnected'}`,
        `Used by:      ${adapter.usedBy || (adapter.selected ? 'the management network' : 'none')}`,
      ]);
    }
    return true;
  },
  submit(values, _screen, turn) {
    const adapters = adaptersBelow(turn).map((adapter) => ({ ...adapter, selected: values[adapter.name] === true }));
    if (!adapters.some((adapter) => adapter.selected)) {
      turn.notice(
        'Network Adapters',
        ['Without an adapter the host could not be reached: select at least one.'],
        'error',
      );
      return;
    }
    turn.pop();
    editNetwork(turn, { adapters });
  },
};

function adaptersBelow(turn: Turn): AdapterFacts[] {
  const menu = turn.state.screens.at(-2);
  return menu?.kind === 'menu' ? (menu.edit?.after.adapters ?? []) : [];
}
