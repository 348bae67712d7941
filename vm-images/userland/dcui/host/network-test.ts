import { parseResolvConf } from '../../model/resolv-conf.ts';
import type { TestLine } from '../state.ts';
import type { HostClient } from './types.ts';

const pings = 3;

/** Pings each address and asks the DNS servers for each name; `progress` gets the lines so far. */
export async function testNetwork(
  host: HostClient,
  input: { addresses: string[]; names: string[] },
  progress: (lines: string[]) => void,
): Promise<TestLine[]> {
  const lines: TestLine[] = [];
  const tests = [
    ...input.addresses.map((address, index) => ({
      text: `Pinging address #${index + 1} (${address}).`,
      run: () => answersPing(host, address),
    })),
    ...input.names.map((name) => ({ text: `Resolving hostname (${name}).`, run: () => resolves(host, name) })),
  ];
  for (const test of tests) {
    progress([...lines.map((line) => line.text), test.text]);
    const ok = await test.run();
    lines.push({ ok, text: `${test.text.padEnd(46)}${ok ? 'OK.' : 'Failed.'}` });
  }
  return lines;
}

async function answersPing(host: HostClient, address: string): Promise<boolean> {
  for (let tried = 0; tried < pings; tried++) if (await host.ping(address, 1000)) return true;
  return false;
}

/** As the resolver would: the name as it is, then with each search suffix. */
async function resolves(host: HostClient, name: string): Promise<boolean> {
  const { servers, searchDomains } = parseResolvConf(host.readText('/etc/resolv.conf') ?? '');
  const names = name.includes('.') ? [name] : [...searchDomains.map((domain) => `${name}.${domain}`), name];
  for (const server of servers) {
    for (const each of names) {
      const found = await host.lookUp(each, server, 2000);
      if (found === null) break;
      if (found.length > 0) return true;
    }
  }
  return false;
}
