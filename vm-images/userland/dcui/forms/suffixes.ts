import { isHostname } from '../addresses.ts';
import { editNetwork } from '../network-edit.ts';
import { textField } from '../screens/form-fields.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { type Form, inputHints } from './types.ts';

export function openSuffixes(turn: Turn, menu: MenuScreen): void {
  turn.push({
    kind: 'form',
    form: 'suffixes',
    title: 'Custom DNS Suffixes',
    intro: ['Domains to try after short names, with spaces or commas between them.'],
    fields: [textField('suffixes', 'Suffixes:', (menu.edit?.after.suffixes ?? []).join(' '))],
    focus: 0,
    hints: inputHints,
  });
}

export const suffixesForm: Form = {
  submit(values, _screen, turn) {
    const suffixes = String(values.suffixes)
      .split(/[\s,]+/)
      .filter((suffix) => suffix !== '');
    const wrong = suffixes.find((suffix) => !isHostname(suffix));
    if (wrong !== undefined) {
      turn.notice('Custom DNS Suffixes', [`"${wrong}" is not a domain name.`], 'error');
      return;
    }
    turn.pop();
    editNetwork(turn, { suffixes });
  },
};
