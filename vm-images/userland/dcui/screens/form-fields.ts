import type { Key } from '../terminal/keys.ts';
import type { Field, FormScreen, TextField } from './types.ts';

export type FormValues = Record<string, string | boolean>;

/** Text and state of all fields by id. */
export function formValues(screen: FormScreen): FormValues {
  const values: FormValues = {};
  for (const field of screen.fields) {
    if (field.type === 'text') values[field.id] = field.value;
    else if (field.type !== 'label') values[field.id] = field.checked;
  }
  return values;
}

export function textField(id: string, label: string, value: string, more: Partial<TextField> = {}): TextField {
  return { type: 'text', id, label, value, cursor: value.length, ...more };
}

/** The keyboard can go there. */
export function isUsable(field: Field | undefined, fields: Field[]): boolean {
  if (field === undefined || field.type === 'label') return false;
  if (field.type === 'check') return field.disabled !== true;
  if (field.type === 'radio' || field.needs === undefined) return true;
  return fields.some((other) => 'id' in other && other.id === field.needs && other.type !== 'text' && other.checked);
}

/** @returns index of the first usable field at or after `from`, going around; `from` when there is none. */
export function nextUsable(fields: Field[], from: number, step: 1 | -1): number {
  const count = fields.length;
  for (let tried = 0; tried < count; tried++) {
    const at = (((from + step * tried) % count) + count) % count;
    if (isUsable(fields[at], fields)) return at;
  }
  return from;
}

/** What Space does: toggles a check box, sets a radio button. */
export function toggle(fields: Field[], at: number): Field[] {
  const target = fields[at];
  if (target === undefined || !isUsable(target, fields)) return fields;
  return fields.map((field, index) => {
    if (field.type === 'check' && index === at) return { ...field, checked: !field.checked };
    if (field.type === 'radio' && target.type === 'radio' && field.group === target.group) {
      return { ...field, checked: index === at };
    }
    return field;
  });
}

/** @returns the field after an editing key, or null when the key does not edit. */
export function editText(field: TextField, key: Key): TextField | null {
  const { value, cursor } = field;
  if (key.length === 1 && key >= ' ') {
    return { ...field, value: value.slice(0, cursor) + key + value.slice(cursor), cursor: cursor + 1 };
  }
  switch (key) {
    case 'left':
      return { ...field, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { ...field, cursor: Math.min(value.length, cursor + 1) };
    case 'home':
      return { ...field, cursor: 0 };
    case 'end':
      return { ...field, cursor: value.length };
    case 'backspace':
      if (cursor === 0) return field;
      return { ...field, value: value.slice(0, cursor - 1) + value.slice(cursor), cursor: cursor - 1 };
    case 'delete':
      return { ...field, value: value.slice(0, cursor) + value.slice(cursor + 1) };
    case 'ctrl-u':
      return { ...field, value: '', cursor: 0 };
    default:
      return null;
  }
}
