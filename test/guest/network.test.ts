import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RpcProcess, untilListening } from '../helpers/rpc.ts';

let rpc: RpcProcess;
let session: string;

async function exec(host: string, command: string) {
  return rpc.call('host.exec', { session, host, command });
}

async function out(host: string, command: string): Promise<string> {
  const result = await exec(host, command);
  if (result.exitCode !== 0)
    throw new Error(`${host}: ${command}: ${result.exitCode}: ${result.stderr}${result.stdout}`);
  return result.stdout;
}

/** Echo replies of three asked for. */
async function replies(host: string, options: string): Promise<number> {
  const { stdout } = await exec(host, `vmkping -c 3 -i 0.2 -W 1 ${options}`);
  return Number(/(\d+) packets received/.exec(stdout)?.[1] ?? Number.NaN);
}

/** Two hosts, each with a management NIC and one on a storage network that carries tags and large frames. */
beforeAll(async () => {
  rpc = new RpcProcess();
  const nics = [{ network: 'mgmt' }, { network: 'storage' }];
  const topology = {
    networks: [
      { name: 'mgmt', mtu: 1500 },
      { name: 'storage', mtu: 9000, vlans: 'trunk' },
    ],
    hosts: ['esx01', 'esx02'].map((name) => ({ name, nics })),
  };
  ({ session } = await rpc.call('session.open', { topology }));
  for (const [host, last] of [
    ['esx01', 1],
    ['esx02', 2],
  ] as const) {
    await out(host, `esxcli network ip interface ipv4 set -i vmk0 -t static -I 10.20.0.${last} -N 255.255.255.0`);
    await out(host, 'esxcli network vswitch standard add -v vSwitch1');
    await out(host, 'esxcli network vswitch standard set -v vSwitch1 -m 9000');
    await out(host, 'esxcli network vswitch standard uplink add -u vmnic1 -v vSwitch1');
    await out(host, 'esxcli network vswitch standard portgroup add -p Storage -v vSwitch1');
    await out(host, 'esxcli network vswitch standard portgroup set -p Storage -v 142');
    await out(host, 'esxcli network ip interface add -i vmk1 -p Storage -m 9000');
    await out(host, `esxcli network ip interface ipv4 set -i vmk1 -t static -I 192.168.50.${last} -N 255.255.255.0`);
  }
});
afterAll(() => rpc.end());

/** What the listener on esx02 says to esx01; nothing when its packets are dropped. */
async function connect(): Promise<string> {
  await out('esx02', untilListening(5989));
  return (await exec('esx01', 'nc -w 2 10.20.0.2 5989 </dev/null')).stdout.trim();
}

describe('two hosts on a wire', () => {
  it('answer each other on the management network and in the storage VLAN', async () => {
    expect(await replies('esx01', '10.20.0.2')).toBe(3);
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(3);
  });

  it('pass jumbo frames whole where every hop allows them', async () => {
    expect(await replies('esx01', '-I vmk1 -d -s 8972 192.168.50.2')).toBe(3);
  });

  it('refuse what is larger than the interface', async () => {
    expect(await replies('esx01', '-d -s 2000 10.20.0.2')).not.toBe(3);
    expect(await replies('esx01', '-I vmk1 -d -s 8973 192.168.50.2')).not.toBe(3);
  });

  it('lose jumbo frames at the one hop that is too small, and pass small ones there', async () => {
    await out('esx02', 'esxcli network vswitch standard set -v vSwitch1 -m 1500');
    expect(await replies('esx01', '-I vmk1 -d -s 8972 192.168.50.2')).toBe(0);
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(3);
    await out('esx02', 'esxcli network vswitch standard set -v vSwitch1 -m 9000');
    await out('esx02', 'esxcli network ip interface set -i vmk1 -m 9000');
    expect(await replies('esx01', '-I vmk1 -d -s 8972 192.168.50.2')).toBe(3);
  });

  it('are apart in different VLANs and together again in one', async () => {
    await out('esx02', 'esxcli network vswitch standard portgroup set -p Storage -v 143');
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(0);
    await out('esx02', 'esxcfg-vswitch -p Storage -v 142 vSwitch1');
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(3);
  });

  it('put the VLAN tag of the port group on the wire', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'capture-'));
    const file = path.join(folder, 'storage.pcap');
    await rpc.call('net.capture', { session, network: 'storage', file });
    await replies('esx01', '-I vmk1 192.168.50.2');
    await rpc.call('net.capture', { session, network: 'storage', file: null });
    const bytes = await readFile(file);
    await rm(folder, { recursive: true });
    let tagged = 0;
    for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
      const frame = bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8));
      if (
        frame.readUInt16BE(12) === 0x8100 &&
        (frame.readUInt16BE(14) & 0xfff) === 142 &&
        frame.readUInt16BE(16) === 0x0800
      )
        tagged++;
    }
    expect(tagged).toBeGreaterThanOrEqual(6);
  });

  it('stop hearing each other when a NIC is down or its cable is pulled', async () => {
    await out('esx02', 'esxcli network nic down -n vmnic1');
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(0);
    await out('esx02', 'esxcli network nic up -n vmnic1');
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(3);
    await rpc.call('net.link', { session, host: 'esx02', nic: 'vmnic1', up: false });
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(0);
    expect(await out('esx02', 'esxcli network nic list')).toMatch(/vmnic1 .*Down/);
    await rpc.call('net.link', { session, host: 'esx02', nic: 'vmnic1', up: true });
    expect(await replies('esx01', '-I vmk1 192.168.50.2')).toBe(3);
  });

  it('drop packets that no enabled ruleset lets through', async () => {
    // The asking host's own firewall would keep the question in.
    await out('esx01', 'esxcli network firewall set -e false');
    await out('esx02', '(while true; do echo open | nc -l -p 5989; done) >/dev/null 2>&1 &');
    await out('esx02', 'esxcli network firewall ruleset set -r CIMHttpsServer -e true');
    expect(await connect()).toBe('open');
    await out('esx02', 'esxcli network firewall ruleset set -r CIMHttpsServer -e false');
    expect(await connect()).toBe('');
    await out('esx02', 'esxcli network firewall set -e false');
    expect(await connect()).toBe('open');
    await out('esx02', 'esxcli network firewall set -e true');
  });

  it('let through only the addresses a ruleset allows', async () => {
    await out('esx02', 'esxcli network firewall ruleset set -r CIMHttpsServer -e true -a false');
    await out('esx02', 'esxcli network firewall ruleset allowedip add -r CIMHttpsServer -i 10.20.0.77');
    expect(await connect()).toBe('');
    await out('esx02', 'esxcli network firewall ruleset allowedip add -r CIMHttpsServer -i 10.20.0.0/24');
    expect(await connect()).toBe('open');
  });
});
