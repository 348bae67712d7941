import type { ImageRecipe } from '../types.ts';
import { APPLETS } from './applets.ts';

/**
 * What an ESXi host's banks hold. A later module's files overlay an earlier one's; state.tgz comes last.
 * The first module is small: the loader unpacks it by itself and the others with the busybox it brings. The runner bbjs is
 * the loader's own, shared with the host. The host's own programs are bytecode for bbjs; every command that hostd answers is a link to bbclient.
 */
export const esxiRecipe: ImageRecipe = {
  id: 'esxi',
  kernel: 'b.b00',
  kernelOptions: '',
  title: 'Loading VMware ESXi',
  memoryMiB: 128,
  modules: [
    {
      file: 'b.b00',
      vib: 'esx-base',
      payload: 'b',
      content: [
        {
          kind: 'directories',
          paths: ['bin', 'dev', 'etc', 'lib', 'opt', 'proc', 'sbin', 'sys', 'tmp', 'usr', 'var', 'vmfs', 'vmimages'],
        },
        { kind: 'directories', paths: ['usr/bin', 'usr/lib', 'usr/sbin', 'usr/lib/vmware', 'usr/share'] },
        { kind: 'directories', paths: ['var/lib', 'var/db', 'var/run', 'var/spool', 'var/log', 'var/lock'] },
        { kind: 'artifact', name: 'busybox', path: 'bin/busybox', mode: 0o755 },
      ],
    },
    {
      file: 'k.b00',
      vib: 'esx-base',
      payload: 'k',
      content: [
        { kind: 'links', target: 'busybox', folder: 'bin', names: APPLETS },
        { kind: 'artifact', name: 'bbclient', path: 'bin/bbclient', mode: 0o755 },
        { kind: 'program', name: 'init', path: 'sbin/init.qbc' },
        { kind: 'program', name: 'backup', path: 'usr/lib/vmware/backup.qbc' },
        { kind: 'artifact', name: 'iptables', path: 'sbin/iptables', mode: 0o755 },
        {
          kind: 'links',
          target: 'iptables',
          folder: 'sbin',
          names: ['iptables-restore', 'iptables-save', 'ip6tables', 'ip6tables-restore', 'ip6tables-save'],
        },
      ],
    },
    {
      file: 's.v00',
      vib: 'esx-base',
      payload: 's',
      content: [
        { kind: 'tree', folder: 'base' },
        { kind: 'text', path: 'etc/vmware/product', text: '{product}\n' },
        { kind: 'text', path: 'etc/vmware/release', text: '{release}' },
        { kind: 'source', file: 'vm-images/depot/keys/root.crt', path: 'usr/share/certs/bootbank.cert' },
        { kind: 'program', name: 'hostd', path: 'usr/lib/vmware/hostd.qbc' },
        { kind: 'program', name: 'vmsyslogd', path: 'usr/lib/vmware/vmsyslogd.qbc' },
        { kind: 'program', name: 'dcui', path: 'usr/lib/vmware/dcui.qbc' },
        { kind: 'program', name: 'esxupdate', path: 'usr/lib/vmware/esxupdate.qbc' },
        { kind: 'program', name: 'localcli', path: 'usr/lib/vmware/localcli.qbc' },
        { kind: 'script', path: 'sbin/localcli', interpreter: '/bin/bbjs /usr/lib/vmware/localcli.qbc' },
        { kind: 'script', path: 'sbin/dcui', interpreter: '/bin/bbjs /usr/lib/vmware/dcui.qbc' },
        { kind: 'commands', folder: 'sbin', target: '/bin/bbclient' },
      ],
    },
    {
      file: 'net-virt.v00',
      vib: 'net-virtio',
      payload: 'net-virtio',
      content: [
        {
          kind: 'text',
          path: 'etc/vmware/driver.map.d/virtio_net.map',
          text: 'regtype=linux,bus=pci,id=1af4:1000 0000:0000,driver=virtio_net,class=network\nregtype=linux,bus=pci,id=1af4:1041 0000:0000,driver=virtio_net,class=network\n',
        },
      ],
    },
    {
      file: 'ata-pata.v00',
      vib: 'ata-pata-piix',
      payload: 'ata-pata',
      content: [
        {
          kind: 'text',
          path: 'etc/vmware/driver.map.d/ata_piix.map',
          text: 'regtype=linux,bus=pci,id=8086:7010 0000:0000,driver=ata_piix,class=storage\n',
        },
      ],
    },
  ],
  vibs: [
    {
      name: 'esx-base',
      version: '{version}-0.0.{build}',
      summary: 'The base system of the lab host.',
      description: 'Boot files, system programs, host agent and direct console of a Bootbank lab host.',
      maintenanceModeRequired: true,
      liveInstallAllowed: false,
      liveRemoveAllowed: false,
      depends: [],
      provides: [{ name: 'esx-version', relation: '=', version: '{version}' }],
    },
    {
      name: 'net-virtio',
      version: '1.0.0-1bb.550.0.0.{build}',
      summary: 'Driver map of the paravirtual network adapter.',
      description: 'Which PCI devices the virtio_net driver serves.',
      maintenanceModeRequired: true,
      liveInstallAllowed: false,
      liveRemoveAllowed: false,
      depends: [{ name: 'esx-base', relation: '>=', version: '{version}' }],
      provides: [],
    },
    {
      name: 'ata-pata-piix',
      version: '2.13.0-1bb.550.0.0.{build}',
      summary: 'Driver map of the IDE controller.',
      description: 'Which PCI devices the ata_piix driver serves.',
      maintenanceModeRequired: true,
      liveInstallAllowed: false,
      liveRemoveAllowed: false,
      depends: [{ name: 'esx-base', relation: '>=', version: '{version}' }],
      provides: [],
    },
  ],
};
