import { editNetwork } from '../network-edit.ts';
import { textField } from '../screens/form-fields.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { type Form, inputHints } from './types.ts';

export function openVlan(turn: Turn, menu: MenuScreen): void {
  const vlan = menu.edit?.after.vlan ?? 0;
  turn.push({
    kind: 'form',
    form: 'vlan',
    title: 'VLAN (optional)',
    intro: ['ID of the VLAN that carries management: 1 to 4094. Leave it empty or 0 for none; 4095 lets all VLANs in.'],
    fields: [textField('vlan', 'VLAN ID:', vlan === 0 ? '' : String(vlan))],
    focus: 0,
    hints: inputHints,
  });
}

export const vlanForm: Form = {
  submit(values, _screen, turn) {
    const text = String(values.vlan).trim();
    const vlan = text === '' ? 0 : Number(text);
    if (!/^\d{0,4}$/.test(text) || vlan > 4095) {
      turn.notice('VLAN', [`A VLAN ID is a number from 0 to 4095, not "${text}".`], 'error');
      return;
    }
    turn.pop();
    editNetwork(turn, { vlan });
  },
};
