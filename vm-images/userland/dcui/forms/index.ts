import type { FormId } from '../screens/types.ts';
import { adaptersForm } from './adapters.ts';
import { dnsForm } from './dns.ts';
import { ipv4Form } from './ipv4.ts';
import { ipv6Form } from './ipv6.ts';
import { keyboardForm } from './keyboard.ts';
import { lockdownForm } from './lockdown.ts';
import { loginForm } from './login.ts';
import { passwordForm } from './password.ts';
import { suffixesForm } from './suffixes.ts';
import { testForm } from './test.ts';
import { timeoutsForm } from './timeouts.ts';
import type { Form } from './types.ts';
import { vlanForm } from './vlan.ts';

export const forms: Record<FormId, Form> = {
  login: loginForm,
  password: passwordForm,
  lockdown: lockdownForm,
  adapters: adaptersForm,
  vlan: vlanForm,
  ipv4: ipv4Form,
  ipv6: ipv6Form,
  dns: dnsForm,
  suffixes: suffixesForm,
  test: testForm,
  keyboard: keyboardForm,
  timeouts: timeoutsForm,
};
