/** What the 5.5 tree has and this host cannot do: listed with help, refused when run. */
import { type EsxcliCommand, none } from '../framework/index.ts';

const NO_SNMP = 'the SNMP agent is not part of this version of the lab';
const NO_SECPOLICY = 'there are no security domains: processes run as root';

const PATHS: readonly [path: string, summary: string, why: string][] = [
  ['system secpolicy domain list', 'List the security domains.', NO_SECPOLICY],
  ['system secpolicy domain set', 'Set the level of a security domain.', NO_SECPOLICY],
  ['system snmp get', 'Show the settings of the SNMP agent.', NO_SNMP],
  ['system snmp hash', 'Make the keys of SNMPv3 users.', NO_SNMP],
  ['system snmp set', 'Change the settings of the SNMP agent.', NO_SNMP],
  ['system snmp test', 'Send test notifications.', NO_SNMP],
];

export const absentSystemCommands: EsxcliCommand[] = PATHS.map(([path, summary, unsupported]) => ({
  path,
  summary,
  output: none,
  unsupported,
}));
