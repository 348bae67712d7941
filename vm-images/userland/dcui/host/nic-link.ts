import type { HostConfig } from '../../model/config.ts';
import type { Runtime } from '../../model/host.ts';
import type { HostClient } from './types.ts';

/** hostd notes there which cables are plugged in. */
const runtimeFile = '/var/run/hostd-runtime.json';

/** The adapter is up and its cable is plugged in. Without hostd's note the kernel's word counts. */
export function hasLink(host: HostClient, config: HostConfig, name: string): boolean {
  const up = config.network.pnics.find((pnic) => pnic.name === name)?.up === true;
  const nic = readNics(host)?.find((each) => each.name === name);
  return up && (nic === undefined ? host.link(name)?.running === true : nic.up);
}

function readNics(host: HostClient): Runtime['nics'] | null {
  try {
    return (JSON.parse(host.readText(runtimeFile) ?? 'null') as Runtime | null)?.nics ?? null;
  } catch {
    return null;
  }
}
