import { beforeEach, describe, expect, it } from 'vitest';
import { vmPorts } from '../../../../../vm-images/userland/model/vm-registry.ts';
import { DATASTORE, LabHost } from './lab-host.ts';

const FOLDER = `/vmfs/volumes/${DATASTORE}/web01`;
let host: LabHost;
beforeEach(async () => {
  host = new LabHost();
  await host.run('vim-cmd vmsvc/createdummyvm web01 datastore1');
});

describe('vim-cmd vmsvc', () => {
  it('lists machines with their files on the datastore', async () => {
    const { out } = await host.run('vim-cmd vmsvc/getallvms');
    expect(out).toMatch(/^Vmid {3}Name {4}File {27}Guest OS {5}Version {3}Annotation\n/);
    expect(out).toMatch(/^1 {6}web01 {3}\[datastore1\] web01\/web01\.vmx {3}otherGuest {3}vmx-08 /m);
  });

  it('gives a machine worlds, identity, swap and a port while it runs', async () => {
    await host.run('vim-cmd vmsvc/devices.createnic 1 e1000 "VM Network"');
    expect(await host.run('vim-cmd vmsvc/power.on 1')).toEqual({ status: 0, out: 'Powering on VM:\n', err: '' });
    expect((await host.run('vim-cmd vmsvc/power.getstate 1')).out).toBe('Retrieved runtime info\nPowered on\n');
    const listed = (await host.run('esxcli vm process list')).out;
    expect(listed).toMatch(
      /^web01\n {3}World ID: 35001\n {3}Process ID: 0\n {3}VMX Cartel ID: 35000\n {3}UUID: 56 4d( [0-9a-f]{2}){6}-[0-9a-f]{2}( [0-9a-f]{2}){7}\n/,
    );
    expect(listed).toContain(`   Config File: ${FOLDER}/web01.vmx\n`);
    expect(vmPorts(host.bench.system)).toEqual([
      { vm: 'web01', worldId: 35001, portgroup: 'VM Network', mac: expect.stringMatching(/^00:0c:29:/) },
    ]);
    expect((await host.run('esxcli network vswitch standard portgroup list')).out).toMatch(/VM Network +vSwitch0 +1 /);
    expect((await host.run('esxcli network vm list')).out).toMatch(/35001 {2}web01 +1 {2}VM Network/);
    expect((await host.run('esxcfg-vswitch -D "VM Network" vSwitch0')).err).toContain('in use by web01');
    expect(host.files.list(FOLDER)?.some((name) => name.endsWith('.vswp'))).toBe(true);
    expect((await host.run('vim-cmd vmsvc/power.on 1')).err).toContain('InvalidPowerState');
    await host.run('esxcli vm process kill -t soft -w 35001');
    expect((await host.run('esxcli vm process list')).out).toBe('');
    expect(host.files.list(FOLDER)?.some((name) => name.endsWith('.vswp'))).toBe(false);
  });

  it('does not start machines in maintenance mode or without their disk', async () => {
    await host.run('esxcli system maintenanceMode set -e true');
    expect((await host.run('vim-cmd vmsvc/power.on 1')).err).toContain('maintenance mode');
    await host.run('esxcli system maintenanceMode set -e false');
    host.files.remove(`${FOLDER}/web01.vmdk`);
    expect((await host.run('vim-cmd vmsvc/power.on 1')).err).toContain('FileNotFound');
    expect((await host.run('vim-cmd vmsvc/power.getstate 1')).out).toContain('Powered off');
  });

  it('suspends and resumes', async () => {
    await host.run('vim-cmd vmsvc/power.on 1');
    await host.run('vim-cmd vmsvc/power.suspend 1');
    expect((await host.run('vim-cmd vmsvc/power.getstate 1')).out).toContain('Suspended');
    expect(host.files.stat(`${FOLDER}/web01.vmss`)).not.toBeNull();
    await host.run('vim-cmd vmsvc/power.on 1');
    expect(host.files.stat(`${FOLDER}/web01.vmss`)).toBeNull();
  });

  it('says that no guest runs', async () => {
    await host.run('vim-cmd vmsvc/power.on 1');
    expect((await host.run('vim-cmd vmsvc/power.shutdown 1')).err).toContain('VMware Tools is not running');
    expect((await host.run('vim-cmd vmsvc/tools.install 1')).err).toContain('not supported');
  });

  it('refuses to enter maintenance mode over a running machine', async () => {
    await host.run('vim-cmd vmsvc/power.on 1');
    expect((await host.run('vim-cmd hostsvc/maintenance_mode_enter')).err).toContain('web01 is running');
    expect(host.config.maintenanceMode).toBe(false);
  });

  it('builds a chain of disks with snapshots and folds it again', async () => {
    await host.run('vim-cmd vmsvc/snapshot.create 1 clean "before the patch"');
    await host.run('vim-cmd vmsvc/snapshot.create 1 patched');
    expect(host.files.readText(`${FOLDER}/web01-000002.vmdk`)).toContain('parentFileNameHint="web01-000001.vmdk"');
    expect(host.files.readText(`${FOLDER}/web01.vmx`)).toContain('scsi0:0.fileName = "web01-000002.vmdk"');
    const tree = (await host.run('vim-cmd vmsvc/snapshot.get 1')).out;
    expect(tree).toMatch(/^Get Snapshot:\n\|-ROOT\n--Snapshot Name {8}: clean\n--Snapshot Id {8}: 1\n/);
    expect(tree).toContain('--|-CHILD\n----Snapshot Name        : patched\n');
    await host.run('vim-cmd vmsvc/snapshot.remove 1 1');
    expect((await host.run('vim-cmd vmsvc/snapshot.get 1')).out).toMatch(/\|-ROOT\n--Snapshot Name {8}: patched/);
    await host.run('vim-cmd vmsvc/snapshot.removeall 1');
    expect(host.files.readText(`${FOLDER}/web01.vmx`)).toContain('scsi0:0.fileName = "web01.vmdk"');
    expect(host.files.list(FOLDER)?.filter((name) => /-0000|Snapshot/.test(name))).toEqual([]);
  });

  it('goes back to a snapshot and drops what came after it on the disks', async () => {
    await host.run('vim-cmd vmsvc/snapshot.create 1 clean');
    await host.run('vim-cmd vmsvc/power.on 1');
    await host.run('vim-cmd vmsvc/snapshot.revert 1 1 0');
    expect((await host.run('vim-cmd vmsvc/power.getstate 1')).out).toContain('Powered off');
    const disk = /scsi0:0\.fileName = "(.*)"/.exec(host.files.readText(`${FOLDER}/web01.vmx`) ?? '')?.[1];
    expect(host.files.readText(`${FOLDER}/${disk}`)).toContain('parentFileNameHint="web01.vmdk"');
    expect((await host.run('vim-cmd vmsvc/snapshot.revert 1 9 0')).err).toContain('NotFound');
  });

  it('adds and removes disks', async () => {
    await host.run('vim-cmd vmsvc/device.diskadd 1 2048 0 1 datastore1');
    expect(host.files.stat(`${FOLDER}/web01_1-flat.vmdk`)?.sizeBytes).toBe(2097152);
    expect((await host.run('vim-cmd vmsvc/device.getdevices 1')).out).toContain('label = "Hard disk 2", ');
    expect((await host.run('vim-cmd vmsvc/device.diskadd 1 2048 0 1 datastore1')).err).toContain('the unit is taken');
    await host.run('vim-cmd vmsvc/device.diskremove 1 0 1 y');
    expect(host.files.stat(`${FOLDER}/web01_1.vmdk`)).toBeNull();
    expect(host.files.readText(`${FOLDER}/web01.vmx`)).not.toContain('scsi0:1');
  });

  it('unregisters, registers again under a new number, and destroys', async () => {
    await host.run('vim-cmd vmsvc/unregister 1');
    expect(host.files.stat(`${FOLDER}/web01.vmx`)).not.toBeNull();
    expect((await host.run('vim-cmd solo/registervm "[datastore1] web01/web01.vmx" renamed')).out).toBe('1\n');
    expect((await host.run('vim-cmd solo/registervm /vmfs/volumes/datastore1/web01/web01.vmx')).err).toContain(
      'AlreadyExists',
    );
    expect((await host.run('vim-cmd vmsvc/getallvms')).out).toContain('renamed');
    await host.run('vim-cmd vmsvc/destroy 1');
    expect(host.files.stat(FOLDER)).toBeNull();
    expect(await host.run('vim-cmd vmsvc/power.on 1')).toMatchObject({
      status: 1,
      err: expect.stringContaining('Unable to find a VM'),
    });
  });

  it.each(['datastore1', '[datastore1]', '/vmfs/volumes/datastore1', '/vmfs/volumes/datastore1/'])(
    'makes a dummy machine on %s',
    async (datastore) => {
      expect(await host.run(`vim-cmd vmsvc/createdummyvm more01 ${datastore}`)).toMatchObject({
        status: 0,
        out: '2\n',
      });
    },
  );

  it('prints data objects as the management API names them', async () => {
    const { out } = await host.run('vim-cmd vmsvc/get.summary 1');
    expect(out).toMatch(
      /^Listsummary:\n\n\(vim\.vm\.Summary\) \{\n {3}dynamicType = <unset>, \n {3}vm = 'vim\.VirtualMachine:1', \n/,
    );
    expect(out).toContain('      powerState = "poweredOff", \n');
    expect(out.endsWith('}\n')).toBe(true);
  });
});

describe('vim-cmd hostsvc', () => {
  it('lists commands at every level and explains one', async () => {
    expect((await host.run('vim-cmd')).out).toMatch(/^Commands available under \/:\nhbrsvc\/ +solo\//);
    expect((await host.run('vim-cmd hostsvc/net/')).out).toMatch(/^Commands available under hostsvc\/net\/:\n/);
    expect((await host.run('vim-cmd help hostsvc/net/portgroup_add')).out).toMatch(
      /^Usage: portgroup_add vswitch-name portgroup-name\n/,
    );
    expect(await host.run('vim-cmd nosuch')).toMatchObject({ status: 1, err: "Invalid command 'nosuch'.\n" });
  });

  it('changes the same network as esxcli', async () => {
    await host.run('vim-cmd hostsvc/net/vswitch_add vSwitch5');
    await host.run('vim-cmd hostsvc/net/portgroup_add vSwitch5 Guests');
    await host.run('vim-cmd hostsvc/net/portgroup_set --portgroup-vlan=33 --securepolicy-promisc=true vSwitch5 Guests');
    const portgroup = host.config.network.vswitches.find((one) => one.name === 'vSwitch5')?.portgroups[0];
    expect(portgroup).toMatchObject({ name: 'Guests', vlanId: 33, policy: { security: { promiscuous: true } } });
    expect((await host.run('esxcli network vswitch standard portgroup list')).out).toMatch(/Guests +vSwitch5 +0 +33/);
    expect((await host.run('vim-cmd hostsvc/net/info')).out).toContain('vlanId = 33, ');
    expect((await host.run('vim-cmd hostsvc/net/vswitch_setpolicy --nosuch=1 vSwitch5')).err).toContain(
      'Unknown option --nosuch',
    );
  });

  it('sets advanced options by their dotted names', async () => {
    await host.run('vim-cmd hostsvc/advopt/update UserVars.SuppressShellWarning long 1');
    expect(host.config.advanced['/UserVars/SuppressShellWarning']).toBe('1');
    expect((await host.run('vim-cmd hostsvc/advopt/view UserVars.SuppressShellWarning')).out).toContain(
      'key = "UserVars.SuppressShellWarning", \n      value = 1, ',
    );
    expect((await host.run('vim-cmd hostsvc/advopt/update UserVars.SuppressShellWarning string x')).status).toBe(1);
  });

  it('enters and leaves maintenance mode as a task', async () => {
    expect((await host.run('vim-cmd hostsvc/maintenance_mode_enter')).out).toBe(
      "'vim.Task:haTask-ha-host-vim.HostSystem.enterMaintenanceMode-1'\n",
    );
    expect(host.config.maintenanceMode).toBe(true);
    expect((await host.run('vim-cmd hostsvc/runtimeinfo')).out).toContain('   inMaintenanceMode = true, \n');
    await host.run('vim-cmd hostsvc/maintenance_mode_exit');
    expect(host.config.maintenanceMode).toBe(false);
    expect((await host.run('vim-cmd vimsvc/task_list')).out).toContain('exitMaintenanceMode-2');
  });

  it('switches services for now and for boot', async () => {
    host.put('/etc/init.d/SSH', '#!/bin/sh');
    host.put('/etc/chkconfig.db', 'hostd on\nSSH off\n');
    await host.run('vim-cmd hostsvc/enable_ssh');
    await host.run('vim-cmd hostsvc/start_ssh');
    expect(host.files.readText('/etc/chkconfig.db')).toBe('hostd on\nSSH on\n');
    expect(host.runs).toContain('/etc/init.d/SSH start');
    expect((await host.run('vim-cmd hostsvc/get_service_status TSM-SSH')).out).toBe('TSM-SSH: running\n');
    await host.run('chkconfig ssh off');
    expect((await host.run('chkconfig --list')).out).toBe('hostd                   on\nSSH                     off\n');
    expect((await host.run('chkconfig nosuch on')).status).toBe(1);
  });

  it('switches lockdown mode', async () => {
    expect((await host.run('vim-cmd vimsvc/auth/lockdown_is_enabled')).out).toBe('false\n');
    await host.run('vim-cmd -U dcui vimsvc/auth/lockdown_mode_enter');
    expect(host.config.lockdownMode).toBe(true);
    expect((await host.run('vim-cmd -U dcui vimsvc/auth/lockdown_mode_enter')).status).toBe(1);
  });

  it('renames a datastore on the disk', async () => {
    await host.run('vim-cmd hostsvc/datastore/rename datastore1 labstore');
    expect(new TextDecoder().decode(host.files.readAt('/dev/sda3', 1024 + 0x78, 8))).toBe('labstore');
    expect(host.files.readLink('/vmfs/volumes/labstore')).toBe(DATASTORE);
    expect(host.files.readLink('/vmfs/volumes/datastore1')).toBeNull();
    expect((await host.run('vim-cmd vmsvc/getallvms')).out).toContain('[labstore] web01/web01.vmx');
    expect((await host.run('vim-cmd hostsvc/datastore/rename labstore a/b')).status).toBe(1);
  });

  it('resets the configuration to that of a fresh host with the same identity, and restarts', async () => {
    host.put('/bootbank/state.tgz', 'old');
    await host.run('esxcli system hostname set -H changed');
    let written = '';
    host.archiveMade = (argv) => {
      if (argv.includes('local.tgz') && argv.includes('etc'))
        written = host.files.readText('/tmp/resetState/etc/vmware/esx.conf') ?? '';
      if (argv.includes('/bootbank/state.tgz.new')) host.put('/bootbank/state.tgz.new', 'new');
    };
    expect(await host.run('vim-cmd hostsvc/firmware/reset_config')).toMatchObject({ status: 0, err: '' });
    expect(written).toContain(`/system/uuid = "${host.config.systemUuid}"`);
    expect(written).not.toContain('changed');
    expect(host.files.readText('/bootbank/state.tgz')).toBe('new');
    expect(host.files.stat('/var/run/vmware/state-is-final')).not.toBeNull();
    expect(host.bench.system.power).toEqual(['reboot']);
  });

  it('restores a bundle in maintenance mode only', async () => {
    expect((await host.run('vim-cmd hostsvc/firmware/restore_config /tmp/b.tgz')).err).toContain('maintenance mode');
    expect(host.bench.system.power).toEqual([]);
  });

  it('starts machines of the start-up list in their order', async () => {
    await host.run('vim-cmd vmsvc/createdummyvm db01 datastore1');
    await host.run('vim-cmd hostsvc/autostartmanager/enable_autostart 1');
    await host.run(
      'vim-cmd hostsvc/autostartmanager/update_autostartentry 1 PowerOn 5 2 systemDefault 5 systemDefault',
    );
    await host.run(
      'vim-cmd hostsvc/autostartmanager/update_autostartentry 2 PowerOn 5 1 systemDefault 5 systemDefault',
    );
    expect((await host.run('vim-cmd hostsvc/autostartmanager/autostart')).out).toBe(
      'Powering on db01\nPowering on web01\n',
    );
    expect((await host.run('vim-cmd vmsvc/power.getstate 2')).out).toContain('Powered on');
  });
});
