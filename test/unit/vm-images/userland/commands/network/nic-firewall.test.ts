import { beforeEach, describe, expect, it } from 'vitest';
import { defaultServiceXml } from '../../../../../../vm-images/userland/model/rulesets.ts';
import { CommandBench } from '../../../../../helpers/command-bench.ts';

let bench: CommandBench;
beforeEach(async () => {
  bench = await CommandBench.booted({ '/etc/vmware/firewall/service.xml': defaultServiceXml() });
});

const NIC = 'esxcli network nic';
const FIREWALL = 'esxcli network firewall';

describe('esxcli network nic', () => {
  it('lists adapters with their link', async () => {
    bench.host.runtime.nics[1]!.up = false;
    expect(await bench.ok(`${NIC} list`)).toBe(
      [
        'Name    PCI Device     Driver      Link  Speed  Duplex  MAC Address         MTU  Description',
        '------  -------------  ----------  ----  -----  ------  -----------------  ----  ----------------------------------',
        'vmnic0  0000:002:00.0  virtio_net  Up     1000  Full    00:50:56:00:00:11  1500  Red Hat, Inc. Virtio network device',
        'vmnic1  0000:002:01.0  virtio_net  Down      0  Half    00:50:56:00:00:12  1500  Red Hat, Inc. Virtio network device',
        '',
      ]
        .join('\n')
        .replace('----------------------------------\n', `${'-'.repeat(35)}\n`),
    );
  });

  it('switches an adapter off and on', async () => {
    await bench.ok(`${NIC} down -n vmnic0`);
    expect(bench.system.network.link('vmnic0').up).toBe(false);
    expect(await bench.ok(`${NIC} get -n vmnic0`)).toMatch(/Link Detected: false\n {3}Link Status: Down \n/);
    await bench.ok(`${NIC} up -n vmnic0`);
    expect(bench.system.network.link('vmnic0').up).toBe(true);
    expect(await bench.refused(`${NIC} down -n vmnic7`)).toContain('No physical adapter with the name vmnic7');
  });

  it('does not bring up an adapter whose cable is out', async () => {
    await bench.host.changeRuntime(() => {
      bench.host.runtime.nics[0]!.up = false;
    });
    await bench.ok(`${NIC} up -n vmnic0`);
    expect(bench.system.network.link('vmnic0').up).toBe(false);
  });

  it('keeps forced speed and duplex until told to negotiate', async () => {
    await bench.ok(`${NIC} set -n vmnic0 -S 100 -D full`);
    expect(await bench.ok(`${NIC} list`)).toMatch(/vmnic0 .* Up +100 +Full/);
    expect(await bench.ok(`${NIC} get -n vmnic0`)).toContain('   Auto Negotiation: false\n');
    await bench.ok(`${NIC} set -n vmnic0 -a`);
    expect(await bench.ok(`${NIC} list`)).toMatch(/vmnic0 .* Up +1000 +Full/);
    for (const words of ['-S 100', '-S 42 -D full', '-S 1000 -D half', '-a -S 100 -D full', '-w zz']) {
      await bench.refused(`${NIC} set -n vmnic0 ${words}`);
    }
  });

  it('counts packets', async () => {
    expect(await bench.ok(`${NIC} stats get -n vmnic0`)).toMatch(/Packets received: 12\n {3}Packets sent: 9\n/);
  });
});

describe('esxcli network firewall', () => {
  it('shows and changes its state', async () => {
    expect(await bench.ok(`${FIREWALL} get`)).toBe('   Default Action: DROP\n   Enabled: true\n   Loaded: true\n');
    await bench.ok(`${FIREWALL} set -d true -e no`);
    expect(await bench.ok(`${FIREWALL} get`)).toBe('   Default Action: PASS\n   Enabled: false\n   Loaded: true\n');
    expect(bench.system.network.firewall).toMatchObject({ enabled: false, defaultAction: 'pass' });
  });

  it('loads and unloads, each once', async () => {
    expect(await bench.refused(`${FIREWALL} load`)).toContain('already loaded');
    await bench.ok(`${FIREWALL} unload`);
    expect(bench.system.network.firewall?.enabled).toBe(false);
    expect(await bench.refused(`${FIREWALL} unload`)).toContain('not loaded');
    expect(await bench.refused(`${FIREWALL} refresh`)).toContain('not loaded');
    await bench.ok(`${FIREWALL} load`);
    expect(bench.system.network.firewall?.enabled).toBe(true);
  });

  it('lists a ruleset and its rules as ESXi does', async () => {
    expect(await bench.ok(`${FIREWALL} ruleset list -r syslog`)).toBe(
      'Name    Enabled\n------  -------\nsyslog    false\n',
    );
    expect(await bench.ok(`${FIREWALL} ruleset rule list -r syslog`)).toBe(
      [
        'Ruleset  Direction  Protocol  Port Type  Port Begin  Port End',
        '-------  ---------  --------  ---------  ----------  --------',
        'syslog   Outbound   UDP       Dst               514       514',
        'syslog   Outbound   TCP       Dst               514       514',
        'syslog   Outbound   TCP       Dst              1514      1514',
        '',
      ].join('\n'),
    );
    expect(await bench.refused(`${FIREWALL} ruleset list -r nope`)).toContain('nope');
  });

  it('opens and closes rulesets', async () => {
    const open = (port: number) => bench.system.network.firewall!.rules.some((rule) => rule.portBegin === port);
    expect(open(514)).toBe(false);
    await bench.ok(`${FIREWALL} ruleset set -r syslog -e true`);
    expect(open(514)).toBe(true);
    await bench.ok(`${FIREWALL} ruleset set --ruleset-id=sshServer --enabled=false`);
    expect(open(22)).toBe(false);
    expect(await bench.refused(`${FIREWALL} ruleset set -r syslog`)).toContain('Give -e|--enabled or -a|--allowed-all');
  });

  it('limits a ruleset to addresses', async () => {
    const ALLOWED = `${FIREWALL} ruleset allowedip`;
    expect(await bench.ok(`${ALLOWED} list -r sshServer`)).toMatch(/\nsshServer +All *\n$/);
    expect(await bench.refused(`${ALLOWED} add -r sshServer -i 10.0.0.0/8`)).toContain('--allowed-all to false first');
    await bench.ok(`${FIREWALL} ruleset set -r sshServer -a false`);
    await bench.ok(`${ALLOWED} add -r sshServer -i 10.0.0.0/8`);
    await bench.ok(`${ALLOWED} add -r sshServer -i 192.168.1.5`);
    expect(await bench.ok(`${ALLOWED} list -r sshServer`)).toMatch(/\nsshServer +10\.0\.0\.0\/8, 192\.168\.1\.5\n$/);
    const ssh = bench.system.network.firewall!.rules.filter((rule) => rule.portBegin === 22);
    expect(ssh.map((rule) => rule.allowed)).toEqual([['10.0.0.0/8', '192.168.1.5']]);
    expect(await bench.refused(`${ALLOWED} add -r sshServer -i 192.168.1.5`)).toContain('already allowed');
    expect(await bench.refused(`${ALLOWED} add -r sshServer -i 10.0.0.0/40`)).toContain('Invalid IP address');
    await bench.ok(`${ALLOWED} remove -r sshServer -i 192.168.1.5`);
    expect(await bench.refused(`${ALLOWED} remove -r sshServer -i 192.168.1.5`)).toContain('is not allowed');
  });

  it('takes rulesets from new files with refresh', async () => {
    const rule = '<rule><direction>inbound</direction><protocol>tcp</protocol><port>7777</port></rule>';
    bench.system.files.write(
      '/etc/vmware/firewall/mine.xml',
      `<ConfigRoot><service><id>mine</id>${rule}<enabled>true</enabled></service></ConfigRoot>`,
    );
    await bench.ok(`${FIREWALL} refresh`);
    expect(bench.system.network.firewall!.rules.some((open) => open.portBegin === 7777)).toBe(true);
    expect(await bench.ok(`${FIREWALL} ruleset list -r mine`)).toContain('mine     true\n');
  });
});
