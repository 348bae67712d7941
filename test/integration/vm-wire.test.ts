import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatMac } from '../../main/net/frame/ethernet.ts';
import { createNicMux } from '../../main/net/switch/nic-mux.ts';
import { Switch, type SwitchPort } from '../../main/net/switch/switch.ts';
import { createMachine } from '../../main/vm/index.ts';
import type { Machine } from '../../main/vm/types.ts';
import { workerFile } from '../helpers/bare-machine.ts';
import { esxiImage } from '../helpers/esxi-image.ts';

/** Two hosts from one image on one switch: their own ping judges the wire between them. */
const JUMBO = 9000;
const wire = new Switch({ mtu: JUMBO, vlans: 'none' });
const hosts: { machine: Machine; port: SwitchPort; mac: string }[] = [];

beforeAll(async () => {
  const image = await esxiImage();
  const worker = await workerFile();
  for (const number of [1, 2]) {
    const mac = `00:50:56:00:00:0${number}`;
    const nics = [{ name: 'vmnic0', mac }];
    const spec = { name: `esx${number}`, image, memoryMiB: 128, nics };
    const machine = await createMachine(spec, { from: 'image' }, { workerFile: worker });
    const port = wire.connect(spec.name);
    createNicMux(machine.nic, [port], () => machine.nicsTagged);
    hosts.push({ machine, port, mac });
    await machine.waitFor('ready', { timeoutMs: 60_000 });
    // Without an identity of its own each would have the image's address on vmk0.
    await machine.guest.host('identity.set', {
      uuid: `5f3b1c2d-0000-0000-0000-00505600000${number}`,
      nics: nics.map((nic) => ({ ...nic, up: true })),
    });
    await run(number, `esxcli network ip interface ipv4 set -i vmk0 -t static -I 10.1.2.${number} -N 255.255.255.0`);
  }
}, 900_000);

afterAll(async () => {
  await Promise.all(hosts.map(({ machine }) => machine.close()));
});

async function run(host: number, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await hosts[host - 1]!.machine.guest.exec({ command, timeoutMs: 60_000 });
  const said = Buffer.concat([stdout, stderr]).toString();
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${said}`);
  return said;
}

it('two hosts reach each other, with the addresses of their NICs on the wire', async () => {
  const sources = new Set<string>();
  const watch = wire.onFrame(({ frame }) => sources.add(formatMac(frame, 6)));
  expect(await run(1, 'vmkping -c 3 10.1.2.2')).toContain('3 packets transmitted, 3 packets received');
  watch.dispose();
  for (const { mac } of hosts) expect(sources).toContain(mac);
});

it('an unplugged host is not reached until it is plugged in again', async () => {
  hosts[1]!.port.up = false;
  await expect(run(1, 'vmkping -c 1 -W 1 10.1.2.2')).rejects.toThrow();
  hosts[1]!.port.up = true;
  await run(1, 'vmkping -c 1 10.1.2.2');
});

it('jumbo frames pass once both ends are set for them, and not before', async () => {
  await expect(run(1, 'vmkping -d -s 8972 -c 1 -W 1 10.1.2.2')).rejects.toThrow();
  for (const host of [1, 2]) {
    await run(host, `esxcli network vswitch standard set -v vSwitch0 -m ${JUMBO}`);
    await run(host, `esxcli network ip interface set -i vmk0 -m ${JUMBO}`);
  }
  let longest = 0;
  const watch = wire.onFrame(({ frame }) => {
    longest = Math.max(longest, frame.length);
  });
  expect(await run(1, 'vmkping -d -s 8972 -c 2 10.1.2.2')).toContain('2 packets received');
  watch.dispose();
  expect(longest).toBe(JUMBO + 14);
});
