import type { NetworkFacts, NetworkSettings } from '../facts.ts';
import type { Key } from '../terminal/keys.ts';

/** Everything that can be on the screen. All of it is data; what keys do to it is in the module of its kind. */
export type Screen = FrontScreen | MenuScreen | FormScreen | ConfirmScreen | NoticeScreen | ViewerScreen;

export interface FrontScreen {
  kind: 'front';
}

export type MenuId = 'main' | 'network' | 'troubleshooting' | 'logs' | 'restore';

export interface MenuScreen {
  kind: 'menu';
  menu: MenuId;
  selected: number;
  /** Menu `network`: settings as read, and as they are to be. */
  edit?: { before: NetworkFacts; after: NetworkSettings };
}

export type FormId =
  | 'login'
  | 'password'
  | 'lockdown'
  | 'adapters'
  | 'vlan'
  | 'ipv4'
  | 'ipv6'
  | 'dns'
  | 'suffixes'
  | 'test'
  | 'keyboard'
  | 'timeouts';

export interface TextField {
  type: 'text';
  id: string;
  label: string;
  value: string;
  cursor: number;
  secret?: boolean;
  /** Usable only while the named check box or radio button is set. */
  needs?: string;
}

export interface CheckField {
  type: 'check';
  id: string;
  label: string;
  checked: boolean;
  disabled?: boolean;
}

/** Radio buttons with the same `group`: one of them is set. */
export interface RadioField {
  type: 'radio';
  id: string;
  group: string;
  label: string;
  checked: boolean;
}

/** Text between the fields. */
export interface LabelField {
  type: 'label';
  text: string;
}

export type Field = TextField | CheckField | RadioField | LabelField;

export interface FormScreen {
  kind: 'form';
  form: FormId;
  title: string;
  intro: string[];
  fields: Field[];
  /** Index in `fields`. */
  focus: number;
  hints: string;
  /** What comes after the form, where that differs (login: `customize` or `power`). */
  purpose?: string;
}

export type QuestionId =
  | 'network-apply'
  | 'network-restart'
  | 'restore-settings'
  | 'restore-switch'
  | 'agents'
  | 'reset'
  | 'power';

export interface ConfirmScreen {
  kind: 'confirm';
  question: QuestionId;
  title: string;
  lines: string[];
  /** Esc is always there and means `cancel`. */
  choices: { key: Key; choice: string }[];
  hints: string;
}

export interface NoticeScreen {
  kind: 'notice';
  title: string;
  lines: string[];
  tone: 'plain' | 'error';
}

export interface ViewerScreen {
  kind: 'viewer';
  title: string;
  path: string;
  lines: string[];
  /** First line and column shown. */
  top: number;
  left: number;
  search: string;
  /** Search text being typed after `/`, or null. */
  typing: string | null;
  /** Line for the status row (`Pattern not found`), until the next key. */
  message: string;
}
