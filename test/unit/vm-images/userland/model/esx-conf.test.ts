import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostConfig } from '../../../../../vm-images/userland/model/config.ts';
import { defaultSwitchPolicy, emptyPolicy, freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { parseEsxConf, serializeEsxConf } from '../../../../../vm-images/userland/model/esx-conf/index.ts';
import { parseEntries, serializeEntries } from '../../../../../vm-images/userland/model/esx-conf/text.ts';

const identity = {
  systemUuid: '4ff35a91-ab62-fc60-8199-005056000011',
  nics: [
    { name: 'vmnic0', mac: '00:0c:29:00:00:11' },
    { name: 'vmnic1', mac: '00:0c:29:00:00:12' },
  ],
};

function busyConfig(): HostConfig {
  const config = freshConfig(identity);
  config.hostName = 'esx01';
  config.domain = 'lab.local';
  config.advanced['/UserVars/ESXiShellTimeOut'] = '600';
  config.advanced['/Annotations/WelcomeMessage'] = 'Say "hello"\nC:\\ and more';
  config.kernel.iovDisableIR = 'TRUE';
  config.maintenanceMode = true;
  config.network.vswitches.push({
    name: 'Storage Switch',
    numPorts: 64,
    mtu: 9000,
    cdp: 'both',
    beacon: { enabled: true, interval: 2, threshold: 4 },
    uplinks: ['vmnic1'],
    policy: defaultSwitchPolicy(['vmnic1']),
    portgroups: [
      {
        name: 'iSCSI 1',
        vlanId: 101,
        policy: {
          ...emptyPolicy(),
          failover: { loadBalancing: 'explicit', failback: false, activeUplinks: ['vmnic1'], standbyUplinks: [] },
          security: { promiscuous: true },
          shaping: { enabled: true, averageKbps: 1000, peakKbps: 2000, burstKiB: 512 },
        },
      },
    ],
  });
  config.network.vmknics.push({
    name: 'vmk1',
    mac: '00:50:56:61:00:01',
    portgroup: 'iSCSI 1',
    enabled: false,
    mtu: 9000,
    tsoMss: 65535,
    ipv4: { type: 'static', address: '10.30.0.11', netmask: '255.255.255.0', dhcpDns: false },
    ipv6: { dhcp: false, routerAdvertised: true, addresses: ['fd00::5/64', 'fd00::6/64'], dhcpDns: false },
    tags: ['VMotion'],
  });
  config.network.defaultGateway = '10.20.0.1';
  config.network.routes.push({ network: '10.9.0.0/16', gateway: '10.30.0.1' });
  config.network.pnics[1]!.up = false;
  Object.assign(config.network.pnics[0]!, { autoNegotiate: false, speed: 100, duplex: 'half', wakeOnLan: 'g' });
  config.firewall.rulesets.sshServer = { enabled: true, allowedAll: false, allowedIps: ['10.0.0.0/8', '192.168.1.5'] };
  config.firewall.defaultAction = 'pass';
  config.modules.virtio_net = { options: 'csum=1 gso=0' };
  config.coredump.network = { enabled: true, vmknic: 'vmk0', serverIp: '10.20.0.9', serverPort: 6500 };
  return config;
}

describe('esx.conf', () => {
  it.each([
    ['a fresh host', freshConfig(identity)],
    ['a busy host', busyConfig()],
  ])('keeps the configuration of %s', (_name, config) => {
    expect(parseEsxConf(serializeEsxConf(config))).toEqual(config);
  });

  it('is the same text for the same configuration, sorted by key', () => {
    const text = serializeEsxConf(busyConfig());
    expect(serializeEsxConf(parseEsxConf(text))).toBe(text);
    const keys = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' = ', 1)[0]!);
    expect(keys).toEqual([...keys].sort());
  });

  it('has the keys people look for', () => {
    const text = serializeEsxConf(busyConfig());
    for (const line of [
      '/system/uuid = "4ff35a91-ab62-fc60-8199-005056000011"',
      '/adv/Misc/HostName = "esx01.lab.local"',
      '/adv/Migrate/Vmknic = "vmk1"',
      '/device/000:002:00.0/vmkname = "vmnic0"',
      '/adv/Net/ManagementIface = "vmk0"',
      '/adv/UserVars/ESXiShellTimeOut = "600"',
      '/net/pnic/child[0000]/virtualMac = "00:50:56:00:00:11"',
      '/net/routes/kernel/gateway = "10.20.0.1"',
      '/net/vmkernelnic/child[0001]/ipv4address = "10.30.0.11"',
      '/net/vswitch/child[0000]/portgroup/child[0001]/name = "Management Network"',
      '/net/vswitch/child[0000]/securityPolicy/forgedTx = "true"',
      '/net/vswitch/child[0001]/portgroup/child[0000]/vlanId = "101"',
      '/net/vswitch/child[0001]/uplinks/child[0000]/pnic = "vmnic1"',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it('keeps keys nobody knows, those of an item with the item', () => {
    const text = `${serializeEsxConf(busyConfig())}/storage/plugin/NMP/x = "1"\n/net/vswitch/child[0001]/odd = "2"\n`;
    const config = parseEsxConf(text);
    config.network.vswitches.shift();
    config.network.vmknics.shift();
    const written = serializeEsxConf(config);
    expect(written).toContain('/storage/plugin/NMP/x = "1"\n');
    expect(written).toContain('/net/vswitch/child[0000]/odd = "2"\n');
  });

  it('takes defaults for what is missing or no number', () => {
    const config = parseEsxConf('/net/vswitch/child[0003]/name = "v"\n/net/vswitch/child[0003]/mtu = "big"\n# text\n');
    expect(config.hostName).toBe('localhost');
    expect(config.network.vswitches).toMatchObject([{ name: 'v', mtu: 1500, numPorts: 128, uplinks: [] }]);
    expect(config.firewall.defaultAction).toBe('drop');
  });

  it('keeps any value, whatever is in it', () => {
    const key = fc.stringMatching(/^\/[a-zA-Z0-9/:.]{1,20}$/);
    fc.assert(
      fc.property(fc.dictionary(key, fc.string(), { noNullPrototype: true }), (entries) => {
        const clean = Object.entries(entries).filter(([, value]) => !value.includes('\r'));
        expect([...parseEntries(serializeEntries(clean))]).toEqual(clean);
      }),
    );
  });
});
