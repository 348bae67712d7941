import { describe, expect, it } from 'vitest';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import type { FirewallPlan, FirewallRule } from '../../../../../vm-images/userland/model/firewall.ts';
import { iptablesText } from '../../../../../vm-images/userland/model/iptables.ts';
import {
  defaultServiceXml,
  parseRulesets,
  planFirewall,
  serializeRulesets,
} from '../../../../../vm-images/userland/model/rulesets.ts';
import { DEFAULT_RULESETS } from '../../../../../vm-images/userland/model/rulesets-default.ts';
import { loadRulesets } from '../../../../../vm-images/userland/model/rulesets-files.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

const CUSTOM = `<!-- ours <service> -->
<ConfigRoot>
  <service>
    <id>collector</id>
    <rule id='0000'>
      <direction>outbound</direction><protocol>tcp</protocol><porttype>dst</porttype>
      <port><begin>5000</begin><end>5010</end></port>
    </rule>
    <rule id='0001'>
      <direction>inbound</direction><protocol>udp</protocol><porttype>src</porttype><port>5999</port>
    </rule>
    <enabled>true</enabled>
    <required>false</required>
  </service>
</ConfigRoot>`;

describe('ruleset files', () => {
  it('read back what they were written from', () => {
    expect(parseRulesets(`${serializeRulesets(DEFAULT_RULESETS)}\n`)).toEqual({
      rulesets: DEFAULT_RULESETS,
      problems: [],
    });
    expect(parseRulesets(defaultServiceXml()).rulesets).toBe(DEFAULT_RULESETS);
  });

  it('have ranges, single ports and comments', () => {
    expect(parseRulesets(CUSTOM)).toEqual({
      problems: [],
      rulesets: [
        {
          id: 'collector',
          enabled: true,
          required: false,
          rules: [
            { direction: 'outbound', protocol: 'tcp', portType: 'dst', portBegin: 5000, portEnd: 5010 },
            { direction: 'inbound', protocol: 'udp', portType: 'src', portBegin: 5999, portEnd: 5999 },
          ],
        },
      ],
    });
  });

  it.each([
    [CUSTOM.replace('5010', '70000'), 'ruleset collector has a rule that cannot be read'],
    [CUSTOM.replace('outbound', 'sideways'), 'ruleset collector has a rule that cannot be read'],
    [CUSTOM.replace('<id>collector</id>', ''), "service without a usable id: ''"],
    [CUSTOM.replace('collector', 'a b'), "service without a usable id: 'a b'"],
  ])('say what cannot be used', (xml, problem) => {
    expect(parseRulesets(xml)).toEqual({ rulesets: [], problems: [problem] });
  });

  it.each(['', '<ConfigRoot>', 'junk < <service', '<service><id>x', '<!-- '])('survive %j', (xml) => {
    expect(parseRulesets(xml).rulesets).toEqual([]);
  });

  it('are read together, service.xml first', () => {
    const system = new FakeSystem({
      '/etc/vmware/firewall/service.xml': defaultServiceXml(),
      '/etc/vmware/firewall/collector.xml': CUSTOM,
      '/etc/vmware/firewall/evil.xml': CUSTOM.replace('collector', 'sshServer'),
      '/etc/vmware/firewall/notes.txt': CUSTOM,
    });
    const rulesets = loadRulesets(system);
    expect(rulesets.length).toBe(DEFAULT_RULESETS.length + 1);
    expect(rulesets.find((ruleset) => ruleset.id === 'sshServer')?.rules[0]?.portBegin).toBe(22);
    expect(rulesets.at(-1)?.id).toBe('collector');
  });
});

describe('the packet filter', () => {
  const { firewall } = freshConfig({ systemUuid: '', nics: [] });
  const ssh: FirewallRule = {
    direction: 'inbound',
    protocol: 'tcp',
    portType: 'dst',
    portBegin: 22,
    portEnd: 22,
    allowed: [],
  };
  const plan = (...rules: FirewallRule[]): FirewallPlan => ({ enabled: true, defaultAction: 'drop', rules });

  it('opens what enabled rulesets name', () => {
    const { rules } = planFirewall(firewall, DEFAULT_RULESETS);
    expect(rules).toContainEqual(ssh);
    expect(rules.some((rule) => rule.portBegin === 514)).toBe(false);
    const custom = structuredClone(firewall);
    custom.rulesets.sshServer = { enabled: false, allowedAll: true, allowedIps: [] };
    custom.rulesets.syslog = { enabled: true, allowedAll: false, allowedIps: ['10.0.0.9'] };
    const after = planFirewall(custom, DEFAULT_RULESETS).rules;
    expect(after).not.toContainEqual(ssh);
    expect(after.filter((rule) => rule.portBegin === 514).map((rule) => rule.allowed)).toEqual([
      ['10.0.0.9'],
      ['10.0.0.9'],
    ]);
  });

  it('opens nothing for a ruleset whose list of addresses is empty', () => {
    const custom = structuredClone(firewall);
    custom.rulesets.sshServer = { enabled: true, allowedAll: false, allowedIps: [] };
    expect(planFirewall(custom, DEFAULT_RULESETS).rules).not.toContainEqual(ssh);
  });

  it('lets answers through, but no connection the other way round', () => {
    const lines = iptablesText(plan(ssh), 4).split('\n');
    expect(lines).toContain('-A vmk-in -p tcp -m multiport --dports 22 -j ACCEPT');
    expect(lines).toContain('-A vmk-out -p tcp ! --syn -m multiport --sports 22 -j ACCEPT');
    expect(lines.slice(-4)).toEqual(['-A vmk-in -j DROP', '-A vmk-out -j DROP', 'COMMIT', '']);
  });

  it('puts ports of one kind on few lines, ranges counting twice', () => {
    const rules = Array.from({ length: 9 }, (_, index) => ({
      ...ssh,
      portBegin: 100 * index,
      portEnd: 100 * index + 9,
    }));
    const lines = iptablesText(plan(ssh, ssh, ...rules), 4)
      .split('\n')
      .filter((line) => line.includes('--dports'));
    expect(lines).toEqual([
      '-A vmk-in -p tcp -m multiport --dports 22,0:9,100:109,200:209,300:309,400:409,500:509,600:609 -j ACCEPT',
      '-A vmk-in -p tcp -m multiport --dports 700:709,800:809 -j ACCEPT',
    ]);
    expect(iptablesText(planFirewall(firewall, DEFAULT_RULESETS), 4).split('\n').length).toBeLessThan(25);
  });

  it('needs no ports for a rule that opens all of them', () => {
    const all: FirewallRule = { ...ssh, direction: 'outbound', portBegin: 0, portEnd: 65535 };
    const lines = iptablesText(plan(ssh, all), 4).split('\n');
    expect(lines).toContain('-A vmk-out -p tcp -j ACCEPT');
    expect(lines).toContain('-A vmk-in -p tcp ! --syn -j ACCEPT');
    expect(lines).toContain('-A vmk-in -p tcp -m multiport --dports 22 -j ACCEPT');
  });

  it('names allowed addresses of the family as source in, as destination out', () => {
    const rule = { ...ssh, allowed: ['10.0.0.0/8', 'fd00::/8'] };
    expect(iptablesText(plan(rule), 4)).toContain('-A vmk-in -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(iptablesText(plan(rule), 4)).toContain('-A vmk-out -d 10.0.0.0/8 -p tcp -m tcp --sport 22');
    expect(iptablesText(plan(rule), 4)).not.toContain('fd00');
    expect(iptablesText(plan(rule), 6)).toContain('-A vmk-in -s fd00::/8 ');
    expect(iptablesText(plan({ ...ssh, allowed: ['10.0.0.1'] }), 6)).not.toContain('--dport 22');
  });

  it('filters VMkernel interfaces alone and never ICMP', () => {
    const lines = iptablesText(plan(), 4).split('\n');
    expect(lines).toContain('-A INPUT -i vmk+ -j vmk-in');
    expect(lines).toContain('-A vmk-in -p icmp -j ACCEPT');
    expect(lines).toContain(':INPUT ACCEPT [0:0]');
  });

  it('is empty when disabled, and passes the rest when told to', () => {
    expect(iptablesText({ ...plan(ssh), enabled: false }, 4)).not.toContain('vmk');
    expect(iptablesText({ ...plan(ssh), defaultAction: 'pass' }, 4)).toContain('-A vmk-in -j ACCEPT');
  });
});
