/** The rulesets of a fresh host: names and ports are facts of the 5.x series, states those of a fresh installation. */
import type { Ruleset, RulesetRule } from './rulesets.ts';

/** `in tcp dst 22`, `out udp src 1-99`; several separated by `;`. */
function ruleset(id: string, enabled: boolean, rules: string): Ruleset {
  return { id, enabled, required: false, rules: rules.split(';').map(rule) };
}

function rule(words: string): RulesetRule {
  const [direction = '', protocol = '', portType = '', ports = ''] = words.trim().split(' ');
  const [begin = '', end = begin] = ports.split('-');
  return {
    direction: direction === 'in' ? 'inbound' : 'outbound',
    protocol: protocol === 'tcp' ? 'tcp' : 'udp',
    portType: portType === 'src' ? 'src' : 'dst',
    portBegin: Number(begin),
    portEnd: Number(end),
  };
}

export const DEFAULT_RULESETS: readonly Ruleset[] = [
  ruleset('sshServer', true, 'in tcp dst 22'),
  ruleset('sshClient', false, 'out tcp dst 22'),
  ruleset('nfsClient', false, 'out tcp dst 0-65535'),
  ruleset('dhcp', true, 'in udp dst 68; out udp src 68'),
  ruleset('dns', true, 'in udp src 53; out udp dst 53; out tcp dst 53'),
  ruleset('snmp', true, 'in udp dst 161'),
  ruleset('ntpClient', false, 'out udp dst 123'),
  ruleset('CIMHttpServer', true, 'in tcp dst 5988'),
  ruleset('CIMHttpsServer', true, 'in tcp dst 5989'),
  ruleset('CIMSLP', true, 'in udp dst 427; out udp dst 427; in tcp dst 427; out tcp dst 427'),
  ruleset('iSCSI', false, 'out tcp dst 3260'),
  ruleset('vpxHeartbeats', true, 'out udp dst 902'),
  ruleset('updateManager', false, 'out tcp dst 80; out tcp dst 9000-9100'),
  ruleset(
    'faultTolerance',
    true,
    'out tcp dst 80; in tcp dst 8100; out tcp dst 8100; in udp dst 8200; out udp dst 8200',
  ),
  ruleset('webAccess', true, 'in tcp dst 80'),
  ruleset('vMotion', true, 'in tcp dst 8000; out tcp dst 8000'),
  ruleset('vSphereClient', true, 'in tcp dst 902; in tcp dst 443'),
  ruleset(
    'activeDirectoryAll',
    false,
    'out udp dst 88; out udp dst 123; out udp dst 137; out udp dst 389; out udp dst 464; out tcp dst 88; ' +
      'out tcp dst 139; out tcp dst 389; out tcp dst 445; out tcp dst 464; out tcp dst 3268; out tcp dst 51915',
  ),
  ruleset('NFC', true, 'in tcp dst 902; out tcp dst 902'),
  ruleset('HBR', true, 'out tcp dst 31031; out tcp dst 44046'),
  ruleset('ftpClient', false, 'out tcp dst 21; in tcp src 20'),
  ruleset('httpClient', false, 'out tcp dst 80; out tcp dst 443'),
  ruleset('gdbserver', false, 'in tcp dst 1000-9999; in tcp dst 50000-50999'),
  ruleset('DVFilter', false, 'in tcp dst 2222'),
  ruleset('DHCPv6', true, 'in udp dst 546; out udp dst 547; in tcp dst 546; out tcp dst 547'),
  ruleset('DVSSync', true, 'in udp dst 8301-8302; out udp dst 8301-8302'),
  ruleset('syslog', false, 'out udp dst 514; out tcp dst 514; out tcp dst 1514'),
  ruleset('IKED', false, 'in udp dst 500; out udp dst 500'),
  ruleset('WOL', true, 'out udp dst 9'),
  ruleset('vSPC', false, 'out tcp dst 0-65535'),
  ruleset('remoteSerialPort', false, 'out tcp dst 0-65535; in tcp dst 23; in tcp dst 1024-65535'),
  ruleset('vprobeServer', false, 'in tcp dst 57007'),
  ruleset('rdt', true, 'in tcp dst 2233; out tcp dst 2233'),
  ruleset('cmmds', true, 'in udp dst 12345; in udp dst 23451; out udp dst 12345; out udp dst 23451'),
  ruleset('vsanvp', true, 'in tcp dst 8080; out tcp dst 8080'),
  ruleset('rabbitmqproxy', true, 'out tcp dst 5671'),
  ruleset('ipfam', false, 'in udp dst 6999; out udp dst 6999'),
  ruleset('netDump', true, 'out udp dst 6500'),
  ruleset('esxupdate', false, 'out tcp dst 443'),
];
