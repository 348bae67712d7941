import { beforeEach, describe, expect, it } from 'vitest';
import { CommandBench } from '../../../../../helpers/command-bench.ts';

let bench: CommandBench;
beforeEach(async () => {
  bench = await CommandBench.booted({
    '/etc/vmsyslog.conf':
      '[vmsyslog]\nrotate = 8\nsize = 1024\nloghost = <none>\nlogdir = <none>\nlogdir_unique = false\n',
    '/var/run/vmsyslogd.pid': '77\n',
    '/proc/loadavg': '0.31 0.07 0.02 1/50 300\n',
  });
});

const SYSTEM = 'esxcli system';

describe('names and versions', () => {
  it('has a version', async () => {
    expect(await bench.ok(`${SYSTEM} version get`)).toMatch(
      /^ {3}Product: VMware ESXi\n {3}Version: 5\.5\.0\n {3}Build: Releasebuild-\d+\n {3}Update: 0\n$/,
    );
    expect(await bench.ok('esxcli --formatter=keyvalue system version get')).toContain(
      'VersionGet.Version.string=5.5.0\n',
    );
  });

  it('sets the host name, in parts or as a whole', async () => {
    await bench.ok(`${SYSTEM} hostname set --fqdn=esx01.lab.local`);
    expect(await bench.ok(`${SYSTEM} hostname get`)).toBe(
      '   Domain Name: lab.local\n   Fully Qualified Domain Name: esx01.lab.local\n   Host Name: esx01\n',
    );
    await bench.ok(`${SYSTEM} hostname set -H esx02`);
    await bench.ok(`${SYSTEM} hostname set -d other.example`);
    expect(bench.system.hostName).toBe('esx02');
    expect(bench.system.files.readText('/etc/vmware/esx.conf')).toContain('/adv/Misc/HostName = "esx02.other.example"');
  });

  it.each([
    ['-f a.b -H c', '--fqdn cannot be combined'],
    ['', 'Give -H|--host'],
    ['-H bad_name', 'Invalid host name'],
    ['-H -x', 'Invalid host name'],
    ['-d a..b', 'Invalid domain name'],
  ])('refuses hostname set %s', async (options, message) => {
    expect(await bench.refused(`${SYSTEM} hostname set ${options}`)).toContain(message);
  });

  it('knows its UUID and uptime', async () => {
    expect(await bench.ok(`${SYSTEM} uuid get`)).toBe('4ff35a91-ab62-fc60-8199-005056000011\n');
    expect(await bench.ok(`${SYSTEM} stats uptime get`)).toBe('90000000\n');
    expect(await bench.ok(`${SYSTEM} process stats load get`)).toContain('   Load1Minute: 0.31\n');
  });
});

describe('advanced options', () => {
  const option = '/UserVars/ESXiShellTimeOut';

  it('are listed with value, default and limits', async () => {
    expect(await bench.ok(`${SYSTEM} settings advanced list -o ${option}`)).toBe(
      [
        `   Path: ${option}`,
        '   Type: integer',
        '   Int Value: 0',
        '   Default Int Value: 0',
        '   Min Value: 0',
        '   Max Value: 86400',
        '   String Value: ',
        '   Default String Value: ',
        '   Valid Characters: ',
        '   Description: Seconds before shell logins are disabled again; 0 never',
        '',
      ].join('\n'),
    );
    const tree = await bench.ok(`${SYSTEM} settings advanced list -t /UserVars`);
    expect(tree.match(/^ {3}Path: /gm)?.length).toBeGreaterThan(5);
    expect(tree).not.toContain('/Net/');
    expect(await bench.refused(`${SYSTEM} settings advanced list -o /UserVars/Nope`)).toBe(
      'Unable to find option Nope\n',
    );
  });

  it('are set, listed as changed, and taken back', async () => {
    await bench.ok(`${SYSTEM} settings advanced set -o ${option} -i 600`);
    const delta = await bench.ok(`${SYSTEM} settings advanced list -d`);
    expect(delta.match(/Path: /g)?.length).toBe(1);
    expect(delta).toContain('   Int Value: 600\n');
    expect(bench.system.files.readText('/etc/vmware/esx.conf')).toContain(`/adv${option} = "600"`);
    await bench.ok(`${SYSTEM} settings advanced set -o ${option} -d`);
    expect(await bench.ok(`${SYSTEM} settings advanced list -d`)).toBe('');
  });

  it.each([
    [`-o ${option} -i 86401`, 'between 0 and 86400'],
    [`-o ${option} -i ten`, 'takes an integer'],
    [`-o ${option} -s x`, 'is an integer: use -i'],
    ['-o /Annotations/WelcomeMessage -i 1', 'is a string: use -s'],
    [`-o ${option} -i 1 -d`, 'Give one of'],
    ['-o /Misc/HostIPAddr -s 1.2.3.4', 'cannot be set'],
    ['-o /Migrate/Vmknic -s vmk9', 'Unable to find vmkernel network interface vmk9'],
  ])('refuse %s', async (words, message) => {
    expect(await bench.refused(`${SYSTEM} settings advanced set ${words}`)).toContain(message);
  });

  it('mirror the settings they stand for', async () => {
    const value = async (path: string) =>
      /String Value: (.*)\n {3}Default/.exec(await bench.ok(`${SYSTEM} settings advanced list -o ${path}`))?.[1];
    await bench.ok(`${SYSTEM} hostname set -f esx01.lab.local`);
    expect(await value('/Misc/HostName')).toBe('esx01.lab.local');
    await bench.ok(`${SYSTEM} settings advanced set -o /Syslog/global/logHost -s udp://10.0.0.9:514`);
    expect(await bench.ok(`${SYSTEM} syslog config get`)).toContain('   Remote Host: udp://10.0.0.9:514\n');
    await bench.ok(`${SYSTEM} settings advanced set -o /Migrate/Vmknic -s vmk0`);
    expect(await bench.ok('esxcli network ip interface tag get -i vmk0')).toBe('   Tags: Management, VMotion\n');
    await bench.ok(`${SYSTEM} welcomemsg set -m "Lab host"`);
    expect(await value('/Annotations/WelcomeMessage')).toBe('Lab host');
    expect(await bench.ok(`${SYSTEM} welcomemsg get`)).toBe('Lab host\n');
  });
});

describe('kernel settings and keyboard', () => {
  it('are listed as ESXi does, configured apart from in force', async () => {
    const list = () => bench.ok(`${SYSTEM} settings kernel list -o iovDisableIR`);
    expect(await list()).toBe(
      [
        'Name          Type  Description                             Configured  Runtime  Default',
        '------------  ----  --------------------------------------  ----------  -------  -------',
        'iovDisableIR  Bool  Disable Interrupt Routing in the IOMMU  FALSE       FALSE    FALSE  ',
        '',
      ].join('\n'),
    );
    await bench.ok(`${SYSTEM} settings kernel set -s iovDisableIR -v true`);
    expect(await list()).toMatch(/TRUE +FALSE +FALSE *\n$/);
    expect((await bench.ok(`${SYSTEM} settings kernel list -d`)).split('\n').length).toBe(4);
    expect(await bench.refused(`${SYSTEM} settings kernel set -s iovDisableIR -v maybe`)).toContain('TRUE or FALSE');
    expect(await bench.refused(`${SYSTEM} settings kernel set -s nope -v 1`)).toContain(
      'Unable to find kernel setting',
    );
  });

  it('choose a layout', async () => {
    expect(await bench.ok(`${SYSTEM} settings keyboard layout get`)).toBe('US Default\n');
    await bench.ok(`${SYSTEM} settings keyboard layout set -l german`);
    expect(await bench.ok(`${SYSTEM} settings keyboard layout get`)).toBe('German\n');
    expect(await bench.refused(`${SYSTEM} settings keyboard layout set -l Klingon`)).toContain('Klingon');
  });
});

describe('syslog', () => {
  it('shows its settings', async () => {
    expect(await bench.ok(`${SYSTEM} syslog config get`)).toBe(
      [
        '   Default Network Retry Timeout: 180',
        '   Local Log Output: /scratch/log',
        '   Local Log Output Is Configured: false',
        '   Local Log Output Is Persistent: false',
        '   Local Logging Default Rotation Size: 1024',
        '   Local Logging Default Rotations: 8',
        '   Log To Unique Subdirectory: false',
        '   Remote Host: <none>',
        '',
      ].join('\n'),
    );
  });

  it('changes and resets them in vmsyslog.conf', async () => {
    await bench.ok(`${SYSTEM} syslog config set --loghost=udp://10.0.0.9:514,ssl://log.lab:1514 --default-size=2048`);
    expect(bench.system.files.readText('/etc/vmsyslog.conf')).toContain(
      'loghost = udp://10.0.0.9:514,ssl://log.lab:1514\n',
    );
    await bench.ok(`${SYSTEM} syslog config set --reset=loghost,default-size`);
    expect(await bench.ok(`${SYSTEM} syslog config get`)).toMatch(/Size: 1024\n[\s\S]*Remote Host: <none>\n$/);
    for (const bad of ['--loghost=ftp://x', '--loghost=udp://x:99999', '--logdir=relative', '--reset=nothing']) {
      await bench.refused(`${SYSTEM} syslog config set ${bad}`);
    }
  });

  it('lists and changes single logs', async () => {
    expect(await bench.ok(`${SYSTEM} syslog config logger list`)).toContain(
      'hostd\n   Description: Host agent\n   Destination: hostd.log\n   ID: hostd\n   Rotation Size: 1024\n   Rotations: 8\n',
    );
    await bench.ok(`${SYSTEM} syslog config logger set --id=hostd --rotate=20 --size=512`);
    const hostd = async () =>
      (await bench.ok(`${SYSTEM} syslog config logger list`)).split('\n\n').find((part) => part.startsWith('hostd\n'));
    expect(await hostd()).toContain('Rotation Size: 512\n   Rotations: 20');
    await bench.ok(`${SYSTEM} syslog config logger set --id=hostd --reset=size`);
    expect(await hostd()).toContain('Rotation Size: 1024\n   Rotations: 20');
    expect(await bench.refused(`${SYSTEM} syslog config logger set --id=nope --size=1`)).toContain('no logger nope');
  });

  it('marks and reloads', async () => {
    await bench.ok(`${SYSTEM} syslog mark --message="here it begins"`);
    expect(bench.system.logged.at(-1)).toMatchObject({ ident: 'mark', message: 'here it begins' });
    expect(await bench.refused(`${SYSTEM} syslog reload`)).toContain('vmsyslogd is not running');
    bench.system.processes.alive.add(77);
    await bench.ok(`${SYSTEM} syslog reload`);
    expect(bench.system.processes.killed).toEqual([[77, 1]]);
  });
});

describe('maintenance mode, power and time', () => {
  it('enters and leaves maintenance mode once', async () => {
    expect(await bench.ok(`${SYSTEM} maintenanceMode get`)).toBe('Disabled\n');
    await bench.ok(`${SYSTEM} maintenanceMode set -e true`);
    expect(await bench.ok(`${SYSTEM} maintenanceMode get`)).toBe('Enabled\n');
    expect(await bench.refused(`${SYSTEM} maintenanceMode set --enable yes`)).toContain('already enabled');
    expect(bench.system.files.readText('/etc/vmware/esx.conf')).toContain('/system/maintenanceMode = "true"');
  });

  it('restarts in maintenance mode alone, with a reason and a delay', async () => {
    expect(await bench.refused(`${SYSTEM} shutdown reboot -r test`)).toContain('must be in maintenance mode');
    await bench.ok(`${SYSTEM} maintenanceMode set -e true`);
    expect(await bench.refused(`${SYSTEM} shutdown reboot`)).toContain('Missing required parameter -r|--reason');
    expect(await bench.refused(`${SYSTEM} shutdown reboot -r x -d 5`)).toBe(
      "Invalid data constraint for parameter 'delay'.\n",
    );
    expect(await bench.ok(`${SYSTEM} shutdown poweroff -r "new memory" -d 12`)).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(bench.system.power).toEqual(['poweroff']);
  });

  it('shows and sets the time', async () => {
    expect(await bench.ok(`${SYSTEM} time get`)).toBe('2014-06-07T10:11:12Z\n');
    await bench.ok(`${SYSTEM} time set -y 2015 -M 2 -d 28 -H 23`);
    expect(await bench.ok(`${SYSTEM} time get`)).toBe('2015-02-28T23:11:12Z\n');
    expect(await bench.refused(`${SYSTEM} time set -d 29`)).toContain('no day 29 in month 2');
    expect(await bench.refused(`${SYSTEM} time set -H 24`)).toContain("'hour'");
  });
});

describe('dumps and modules', () => {
  it('choose the dump partition', async () => {
    const PARTITION = `${SYSTEM} coredump partition`;
    expect(await bench.ok(`${PARTITION} get`)).toBe(
      '   Active: mpx.vmhba0:C0:T0:L0:7\n   Configured: mpx.vmhba0:C0:T0:L0:7\n',
    );
    await bench.ok(`${PARTITION} set -e false`);
    expect(await bench.ok(`${PARTITION} get`)).toBe('   Active: \n   Configured: mpx.vmhba0:C0:T0:L0:7\n');
    await bench.ok(`${PARTITION} set -u`);
    expect(await bench.refused(`${PARTITION} set -e true`)).toContain('No dump partition is configured');
    await bench.ok(`${PARTITION} set -e true --smart`);
    expect(await bench.ok(`${PARTITION} list`)).toMatch(/true +true\n$/);
    expect(await bench.refused(`${PARTITION} set -p naa.1:2`)).toContain('is not a partition');
  });

  it('set the dump server before enabling it', async () => {
    const NETWORK = `${SYSTEM} coredump network`;
    expect(await bench.refused(`${NETWORK} set -e true`)).toContain('before enabling');
    await bench.ok(`${NETWORK} set -v vmk0 -i 10.20.0.9`);
    await bench.ok(`${NETWORK} set -e true`);
    expect(await bench.ok(`${NETWORK} get`)).toBe(
      '   Enabled: true\n   Host VNic: vmk0\n   Network Server IP: 10.20.0.9\n   Network Server Port: 6500\n',
    );
    expect(await bench.refused(`${NETWORK} check`)).toContain('vmk0 has no IPv4 address');
    await bench.ok('esxcli network ip interface ipv4 set -i vmk0 -t static -I 10.20.0.11 -N 255.255.255.0');
    expect(await bench.refused(`${NETWORK} check`)).toContain('did not answer');
    bench.system.network.alive.add('10.20.0.9');
    expect(await bench.ok(`${NETWORK} check`)).toContain('answers');
  });

  it('list modules and keep their parameters', async () => {
    expect(await bench.ok(`${SYSTEM} module list`)).toMatch(/virtio_net +true +true\n/);
    const PARAMETERS = `${SYSTEM} module parameters`;
    await bench.ok(`${PARAMETERS} set -m virtio_net -p "csum=1 gso=0"`);
    await bench.ok(`${PARAMETERS} set -m virtio_net -a -p gso=1`);
    expect(await bench.ok(`${PARAMETERS} list -m virtio_net`)).toMatch(/csum +bool +1 /);
    expect(bench.host.config.modules.virtio_net?.options).toBe('csum=1 gso=1');
    expect(await bench.refused(`${PARAMETERS} set -m virtio_net -p nope=1`)).toContain('has no parameter nope');
    expect(await bench.refused(`${SYSTEM} module get -m nope`)).toContain('Unable to find module nope');
    expect(await bench.refused(`${SYSTEM} module set -m virtio_net -e false`)).toContain('not supported');
  });
});

describe('memory file system', () => {
  it('lists RAM disks from the mounts', async () => {
    bench.system.files.write('/proc/mounts', 'tmpfs / tmpfs rw 0 0\nproc /proc proc rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n');
    const text = await bench.ok(`${SYSTEM} visorfs ramdisk list`);
    expect(
      text
        .split('\n')
        .slice(2)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['root', 'tmp', '']);
    expect(text).toContain('131072 KiB');
  });

  it('lists the modules of the bank', async () => {
    bench.system.files.mkdir('/vmfs/volumes/bank', { parents: true });
    bench.system.files.symlink('/vmfs/volumes/bank', '/bootbank');
    bench.system.files.write(
      '/bootbank/boot.cfg',
      'bootstate=0\nkernel=b.b00\nmodules=k.b00 --- s.v00 --- state.tgz\n',
    );
    bench.system.files.write('/bootbank/s.v00', 'x'.repeat(42));
    expect(await bench.ok(`${SYSTEM} visorfs tardisk list`)).toMatch(/s_v00 +42 +\/tardisks\/s\.v00/);
    expect(await bench.ok(`${SYSTEM} boot device get`)).toContain('   Boot Filesystem UUID: bank\n');
  });
});
