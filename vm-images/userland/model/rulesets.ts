/** Firewall rulesets: what they open, their XML files, and the packet filter they add up to. */
import type { FirewallConfig, RulesetState } from './config.ts';
import type { FirewallPlan, FirewallRule } from './firewall.ts';
import { DEFAULT_RULESETS } from './rulesets-default.ts';

export interface RulesetRule {
  direction: 'inbound' | 'outbound';
  protocol: 'tcp' | 'udp';
  portType: 'src' | 'dst';
  portBegin: number;
  portEnd: number;
}

export interface Ruleset {
  id: string;
  enabled: boolean;
  /** Cannot be disabled. */
  required: boolean;
  rules: RulesetRule[];
}

export const FIREWALL_FOLDER = '/etc/vmware/firewall';

/** A ruleset's state with the configuration laid over its file's. */
export function rulesetState(config: FirewallConfig, ruleset: Ruleset): RulesetState {
  return config.rulesets[ruleset.id] ?? { enabled: ruleset.enabled, allowedAll: true, allowedIps: [] };
}

/** Everything the enabled rulesets open. The filter keeps no connections, so each rule lets the answers through too. */
export function planFirewall(config: FirewallConfig, rulesets: readonly Ruleset[]): FirewallPlan {
  const rules: FirewallRule[] = [];
  for (const ruleset of rulesets) {
    const state = rulesetState(config, ruleset);
    if (!state.enabled || (!state.allowedAll && state.allowedIps.length === 0)) continue;
    const allowed = state.allowedAll ? [] : state.allowedIps;
    for (const rule of ruleset.rules) rules.push({ ...rule, allowed });
  }
  return { enabled: config.enabled && config.loaded, defaultAction: config.defaultAction, rules };
}

/** `/etc/vmware/firewall/service.xml` as a fresh host has it. */
export function serializeRulesets(rulesets: readonly Ruleset[]): string {
  const services = rulesets.map((ruleset, index) => {
    const rules = ruleset.rules.map((rule, at) => {
      const port =
        rule.portBegin === rule.portEnd
          ? String(rule.portBegin)
          : `\n        <begin>${rule.portBegin}</begin>\n        <end>${rule.portEnd}</end>\n      `;
      return `    <rule id='${number(at)}'>
      <direction>${rule.direction}</direction>
      <protocol>${rule.protocol}</protocol>
      <porttype>${rule.portType}</porttype>
      <port>${port}</port>
    </rule>
`;
    });
    return `  <service id='${number(index)}'>
    <id>${ruleset.id}</id>
${rules.join('')}    <enabled>${ruleset.enabled}</enabled>
    <required>${ruleset.required}</required>
  </service>
`;
  });
  return `<!-- Firewall configuration information -->\n<ConfigRoot>\n${services.join('')}</ConfigRoot>\n`;
}

function number(value: number): string {
  return String(value).padStart(4, '0');
}

let defaultText: string | undefined;

/** The file of a fresh host. */
export function defaultServiceXml(): string {
  defaultText ??= serializeRulesets(DEFAULT_RULESETS);
  return defaultText;
}

/**
 * Reads one ruleset file. The untouched default file is recognised as a whole: it is long and the guest is slow.
 *
 * @returns Rulesets in file order; services without an id or with an unreadable rule are left out with a word in `problems`.
 */
export function parseRulesets(content: string): { rulesets: readonly Ruleset[]; problems: string[] } {
  if (content === defaultServiceXml()) return { rulesets: DEFAULT_RULESETS, problems: [] };
  const problems: string[] = [];
  const rulesets: Ruleset[] = [];
  const body = withoutComments(content);
  for (const service of elements(body, 'service')) {
    const rulesText = elements(service, 'rule');
    // `<id>` of the service itself, not of what is inside its rules.
    const id = elements(service, 'id')[0]?.trim() ?? '';
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(id)) {
      problems.push(`service without a usable id: '${id}'`);
      continue;
    }
    const rules = rulesText.map(parseRule);
    if (rules.some((rule) => rule === null)) {
      problems.push(`ruleset ${id} has a rule that cannot be read`);
      continue;
    }
    rulesets.push({
      id,
      enabled: elements(service, 'enabled')[0]?.trim() === 'true',
      required: elements(service, 'required')[0]?.trim() === 'true',
      rules: rules as RulesetRule[],
    });
  }
  return { rulesets, problems };
}

function withoutComments(content: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const start = content.indexOf('<!--', at);
    if (start < 0) return out + content.slice(at);
    out += content.slice(at, start);
    const end = content.indexOf('-->', start);
    if (end < 0) return out;
    at = end + 3;
  }
}

/** Contents of the elements of this name; they do not nest. */
function elements(content: string, name: string): string[] {
  const found: string[] = [];
  const close = `</${name}>`;
  let at = 0;
  for (;;) {
    const start = content.indexOf(`<${name}`, at);
    if (start < 0) return found;
    const tagEnd = content.indexOf('>', start);
    const after = content.charAt(start + name.length + 1);
    if (tagEnd < 0) return found;
    if (after !== '>' && after !== ' ' && after !== '\n' && after !== '\t') {
      at = start + 1;
      continue;
    }
    const end = content.indexOf(close, tagEnd);
    if (end < 0) return found;
    found.push(content.slice(tagEnd + 1, end));
    at = end + close.length;
  }
}

function parseRule(content: string): RulesetRule | null {
  const field = (name: string): string => elements(content, name)[0]?.trim() ?? '';
  const direction = field('direction');
  const protocol = field('protocol');
  const portType = field('porttype') || 'dst';
  const port = field('port');
  const begin = elements(port, 'begin')[0]?.trim() ?? port;
  const end = elements(port, 'end')[0]?.trim() ?? begin;
  if (direction !== 'inbound' && direction !== 'outbound') return null;
  if (protocol !== 'tcp' && protocol !== 'udp') return null;
  if (portType !== 'src' && portType !== 'dst') return null;
  if (!isPort(begin) || !isPort(end) || Number(begin) > Number(end)) return null;
  return { direction, protocol, portType, portBegin: Number(begin), portEnd: Number(end) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}
