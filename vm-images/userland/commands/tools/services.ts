import type { System } from '../../model/system.ts';

/** Services by the key the management API uses; `script` is the file in /etc/init.d. */
export interface ServiceInfo {
  key: string;
  label: string;
  script: string;
  /** Firewall ruleset that goes with it. */
  ruleset: string;
  isRequired: boolean;
}

const KNOWN: readonly ServiceInfo[] = [
  { key: 'DCUI', label: 'Direct Console UI', script: 'DCUI', ruleset: '', isRequired: false },
  { key: 'TSM', label: 'ESXi Shell', script: 'ESXShell', ruleset: '', isRequired: false },
  { key: 'TSM-SSH', label: 'SSH', script: 'SSH', ruleset: 'sshServer', isRequired: false },
  { key: 'lbtd', label: 'Load-Based Teaming Daemon', script: 'lbtd', ruleset: '', isRequired: false },
  { key: 'lwsmd', label: 'Active Directory Service', script: 'lwsmd', ruleset: '', isRequired: false },
  { key: 'ntpd', label: 'NTP Daemon', script: 'ntpd', ruleset: 'ntpClient', isRequired: false },
  { key: 'pcscd', label: 'PC/SC Smart Card Daemon', script: 'pcscd', ruleset: '', isRequired: false },
  { key: 'sfcbd-watchdog', label: 'CIM Server', script: 'sfcbd-watchdog', ruleset: 'CIMHttpServer', isRequired: false },
  { key: 'snmpd', label: 'SNMP Server', script: 'snmpd', ruleset: 'snmp', isRequired: false },
  { key: 'vmsyslogd', label: 'Syslog Server', script: 'vmsyslogd', ruleset: 'syslog', isRequired: true },
  { key: 'vpxa', label: 'VMware vCenter Agent', script: 'vpxa', ruleset: 'vpxHeartbeats', isRequired: false },
  { key: 'xorg', label: 'X.Org Server', script: 'xorg', ruleset: '', isRequired: false },
];

const DATABASE = '/etc/chkconfig.db';
const SCRIPTS = '/etc/init.d';
const START_MS = 120_000;

/** Services this image has a script for. */
export function listServices(system: System): ServiceInfo[] {
  return KNOWN.filter((service) => system.files.stat(`${SCRIPTS}/${service.script}`) !== null);
}

/** By API key or script name, without case. */
export function findService(system: System, name: string): ServiceInfo | undefined {
  const wanted = name.toLowerCase();
  return listServices(system).find(
    (service) => service.key.toLowerCase() === wanted || service.script.toLowerCase() === wanted,
  );
}

/** Scripts that can be switched: their names in the folder, not starting with a dot. */
export function scriptNames(system: System): string[] {
  return (system.files.list(SCRIPTS) ?? []).filter((name) => !name.startsWith('.'));
}

/** Which scripts start with the host, in their order. */
export function readChkconfig(system: System): { name: string; on: boolean }[] {
  return (system.files.readText(DATABASE) ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([name, state]) => name !== undefined && name !== '' && !name.startsWith('#') && state !== undefined)
    .map(([name = '', state]) => ({ name, on: state === 'on' }));
}

export function isOnAtBoot(system: System, script: string): boolean {
  return readChkconfig(system).find((entry) => entry.name === script)?.on ?? false;
}

export function setChkconfig(system: System, script: string, on: boolean): void {
  const entries = readChkconfig(system);
  const present = entries.find((entry) => entry.name === script);
  if (present === undefined) entries.push({ name: script, on });
  else present.on = on;
  system.files.write(DATABASE, entries.map((entry) => `${entry.name} ${entry.on ? 'on' : 'off'}\n`).join(''), {
    atomic: true,
  });
}

/** What a script answers to start, stop, restart or status. */
export async function runScript(
  system: System,
  script: string,
  verb: 'start' | 'stop' | 'restart' | 'status',
): Promise<{ ok: boolean; text: string }> {
  const result = await system.processes.run([`${SCRIPTS}/${script}`, verb], { timeoutMs: START_MS });
  return { ok: result.exitCode === 0, text: `${result.stdout}${result.stderr}`.trim() };
}

export async function isRunning(system: System, script: string): Promise<boolean> {
  return (await runScript(system, script, 'status')).ok;
}
