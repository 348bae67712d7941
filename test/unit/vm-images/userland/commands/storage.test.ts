import { beforeEach, describe, expect, it } from 'vitest';
import { parsePartitionTable } from '../../../../../vm-images/userland/model/storage-gpt.ts';
import { BANK, DATASTORE, LabHost } from './lab-host.ts';

const DEVICE = 'mpx.vmhba0:C0:T0:L0';
let host: LabHost;
beforeEach(() => {
  host = new LabHost();
});

describe('esxcli storage', () => {
  it('lists volumes with the columns of the real tool', async () => {
    expect((await host.run('esxcli storage filesystem list')).out).toBe(
      [
        'Mount Point                                        Volume Name  UUID                                 Mounted  Type         Size      Free',
        '-------------------------------------------------  -----------  -----------------------------------  -------  ------  ---------  --------',
        `/vmfs/volumes/${DATASTORE}  datastore1   ${DATASTORE}     true  VMFS-5  134217728  67108864`,
        `/vmfs/volumes/${BANK}               ${BANK}     true  vfat    134217728  67108864`,
        '',
      ].join('\n'),
    );
  });

  it('names the disk after its path and shows it in blocks', async () => {
    const { out } = await host.run('esxcli storage core device list');
    expect(out.split('\n').slice(0, 7)).toEqual([
      DEVICE,
      `   Display Name: Local ATA Disk (${DEVICE})`,
      '   Has Settable Display Name: false',
      '   Size: 16',
      '   Device Type: Direct-Access ',
      '   Multipath Plugin: NMP',
      `   Devfs Path: /vmfs/devices/disks/${DEVICE}`,
    ]);
    expect(out).toContain('   Other UIDs: vml.0000000000766d686261303a303a30\n');
  });

  it('shows adapter and path under the same names', async () => {
    expect((await host.run('esxcli storage core adapter list')).out).toMatch(
      /^vmhba0 {4}ata_piix {2}link-n\/a {4}ide\.vmhba0 {2}\(0:0:1\.1\)/m,
    );
    expect((await host.run('esxcli storage core path list')).out).toContain(
      `ide.vmhba0-ide.0:0-${DEVICE}\n   UID: ide.vmhba0-ide.0:0-${DEVICE}\n`,
    );
    expect((await host.run('esxcli storage core path list -d naa.1')).err).toBe('Unknown device: naa.1\n');
  });

  it('unmounts a datastore, keeps it listed, and mounts it again', async () => {
    expect((await host.run('esxcli storage filesystem unmount -l datastore1')).status).toBe(0);
    expect(host.files.readText('/proc/mounts')).not.toContain(DATASTORE);
    expect(host.files.readLink('/vmfs/volumes/datastore1')).toBeNull();
    expect(host.config.extra[`storage/volume[${DATASTORE}]/mounted`]).toBe('false');
    expect((await host.run('esxcli storage filesystem list')).out).toMatch(
      new RegExp(`datastore1 +${DATASTORE} +false +VMFS-unknown version +0 +0`),
    );
    expect((await host.run('esxcli storage filesystem rescan')).status).toBe(0);
    expect(host.files.readText('/proc/mounts')).not.toContain(DATASTORE);
    expect((await host.run('esxcli storage filesystem mount -l datastore1')).status).toBe(0);
    expect(host.files.readText('/proc/mounts')).toContain(DATASTORE);
    expect(host.files.readLink('/vmfs/volumes/datastore1')).toBe(DATASTORE);
    expect(host.config.extra[`storage/volume[${DATASTORE}]/mounted`]).toBeUndefined();
  });

  it('refuses to unmount what the system or a registered machine lives on', async () => {
    expect((await host.run(`esxcli storage filesystem unmount -u ${BANK}`)).err).toContain(
      'Reason: The system uses it',
    );
    await host.run('vim-cmd vmsvc/createdummyvm web01 datastore1');
    const refused = await host.run('esxcli storage filesystem unmount -l datastore1');
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('web01/web01.vmx is registered') });
    expect(host.files.readText('/proc/mounts')).toContain(DATASTORE);
  });

  it('keeps the path selection of a device in the configuration', async () => {
    expect((await host.run(`esxcli storage nmp device set -d ${DEVICE} -P VMW_PSP_RR`)).status).toBe(0);
    await host.run(`esxcli storage nmp psp roundrobin deviceconfig set -d ${DEVICE} -t iops -I 1`);
    expect(host.config.extra[`storage/plugin/NMP/device[${DEVICE}]/psp`]).toBe('VMW_PSP_RR');
    expect((await host.run(`esxcli storage nmp device list -d ${DEVICE}`)).out).toContain(
      '   Path Selection Policy Device Config: {policy=iops,iops=1,',
    );
    expect((await host.run(`esxcli storage nmp psp fixed deviceconfig get -d ${DEVICE}`)).status).toBe(1);
    await host.run(`esxcli storage nmp device set -d ${DEVICE} -E`);
    expect((await host.run(`esxcli storage nmp device list -d ${DEVICE}`)).out).toContain(
      '   Path Selection Policy: VMW_PSP_FIXED\n',
    );
  });

  it('puts a claim rule in the file first, and in force on load', async () => {
    await host.run('esxcli storage core claimrule add -r 200 -t vendor -V Acme -M Disk -P MASK_PATH');
    const rows = async (): Promise<string[]> =>
      (await host.run('esxcli storage core claimrule list')).out.split('\n').filter((line) => line.includes('Acme'));
    expect(await rows()).toEqual([expect.stringContaining('200  file')]);
    await host.run('esxcli storage core claimrule load');
    expect(await rows()).toEqual([expect.stringContaining('200  runtime'), expect.stringContaining('200  file')]);
    expect((await host.run('esxcli storage core claimrule add -r 200 -t driver -D x -P NMP')).err).toContain(
      'rule 200 already exists',
    );
    await host.run('esxcli storage core claimrule remove -r 200');
    expect(await rows()).toEqual([expect.stringContaining('200  runtime')]);
  });

  it('says what is not there', async () => {
    expect(await host.run('esxcli storage nfs add -H a -s b -v c')).toMatchObject({
      status: 1,
      err: expect.stringContaining('not supported'),
    });
    expect((await host.run('esxcli storage nfs list')).out).toBe('');
    expect((await host.run('esxcli storage vmfs snapshot mount -l copy')).err).toContain("label 'copy'");
  });

  it('refuses to detach a device in use', async () => {
    expect((await host.run(`esxcli storage core device set -d ${DEVICE} --state=off`)).err).toContain(
      'volume datastore1 is mounted from it',
    );
    await host.run(`esxcli storage core device set -d ${DEVICE} --name "My Disk"`);
    expect((await host.run('esxcfg-mpath -b')).out).toContain(`${DEVICE} : My Disk\n`);
  });
});

describe('esxcfg storage tools', () => {
  it('scsidevs and mpath show the same devices', async () => {
    const lines = (await host.run('esxcfg-scsidevs -c')).out.split('\n');
    expect(lines[0]).toBe(
      'Device UID                            Device Type      Console Device                                            Size      Multipath PluginDisplay Name',
    );
    expect(lines[1]).toBe(
      `${DEVICE}                   Direct-Access    /vmfs/devices/disks/${DEVICE}                   16MB      NMP     Local ATA Disk (${DEVICE})`,
    );
    expect((await host.run('esxcfg-scsidevs -m')).out).toMatch(
      new RegExp(`^${DEVICE}:3 +/vmfs/devices/disks/${DEVICE}:3 +${DATASTORE} 0 +datastore1\n$`),
    );
  });

  it('rescan says so, and refuses an adapter that is not there', async () => {
    expect((await host.run('esxcfg-rescan -A')).out).toBe('Rescanning all adapters..\n');
    expect((await host.run('esxcfg-rescan vmhba7')).status).toBe(1);
  });
});

describe('partedUtil', () => {
  const disk = `/dev/disks/${DEVICE}`;

  it('prints the table in the order of the disk', async () => {
    expect((await host.run(`partedUtil getptbl ${disk}`)).out).toBe(
      'gpt\n16 64 32 32768\n5 8192 16383 EBD0A0A2B9E5443387C068B6B72699C7 linuxNative 0\n3 16384 24575 AA31E02A400F11DB9590000C2911D1B8 vmfs 0\n',
    );
    expect((await host.run(`partedUtil getUsableSectors ${disk}`)).out).toBe('34 32734\n');
  });

  it('writes a new partition to the disk itself, and its backup', async () => {
    const entries =
      '"5 8192 16383 EBD0A0A2B9E5443387C068B6B72699C7 0" "3 16384 24575 AA31E02A400F11DB9590000C2911D1B8 0" "4 24576 30000 9D27538040AD11DBBF97000C2911D1B8 0"';
    expect((await host.run(`partedUtil setptbl ${disk} gpt ${entries}`)).out).toContain(
      '4 24576 30000 9D27538040AD11DBBF97000C2911D1B8 vmkDiagnostic 0\n',
    );
    const table = parsePartitionTable(host.files.readAt('/dev/sda', 0, 34 * 512).buffer as ArrayBuffer, 32768);
    expect(table.partitions.map((one) => one.number)).toEqual([3, 4, 5]);
    expect(new TextDecoder().decode(host.files.readAt('/dev/sda', 32767 * 512, 8))).toBe('EFI PART');
    await host.run(`partedUtil delete ${disk} 4`);
    expect((await host.run(`partedUtil getptbl ${disk}`)).out).not.toContain('vmkDiagnostic');
  });

  it('protects what is in use, and refuses nonsense', async () => {
    expect((await host.run(`partedUtil delete ${disk} 3`)).err).toContain('is mounted from it');
    expect((await host.run(`partedUtil mklabel ${disk} msdos`)).status).toBe(1);
    expect(
      (
        await host.run(
          `partedUtil setptbl ${disk} gpt "5 8192 16383 EBD0A0A2B9E5443387C068B6B72699C7 0" "3 16384 24575 AA31E02A400F11DB9590000C2911D1B8 0" "4 20000 30000 AA31E02A400F11DB9590000C2911D1B8 0"`,
        )
      ).err,
    ).toContain('overlap');
    expect((await host.run('partedUtil getptbl /dev/disks/naa.1')).status).toBe(1);
    expect((await host.run(`partedUtil getptbl ${disk}`)).out).toContain('3 16384 24575');
  });
});

describe('vmkfstools', () => {
  const ds = '/vmfs/volumes/datastore1';

  it('makes a thin disk that takes no space, and a thick one that takes all of it', async () => {
    const made = await host.run(`vmkfstools -c 10m -d thin ${ds}/a.vmdk`);
    expect(made.out).toBe(`Creating disk '/vmfs/volumes/${DATASTORE}/a.vmdk'...\nCreate: 100% done.\n`);
    expect(host.files.stat(`${ds}/a-flat.vmdk`)?.sizeBytes).toBe(10485760);
    expect(host.runs.some((line) => line.includes('fallocate'))).toBe(false);
    await host.run(`vmkfstools -c 4m ${ds}/b.vmdk`);
    expect(host.runs).toContain(`/bin/busybox fallocate -l 4194304 /vmfs/volumes/${DATASTORE}/b-flat.vmdk`);
    expect(host.files.stat(`${ds}/b-flat.vmdk`)?.sizeBytes).toBe(4194304);
    expect(host.files.readText(`${ds}/a.vmdk`)).toContain('RW 20480 VMFS "a-flat.vmdk"');
    expect(host.files.readText(`${ds}/a.vmdk`)).toContain('ddb.thinProvisioned = "1"');
  });

  it('copies, renames, grows and deletes with the data', async () => {
    await host.run(`vmkfstools -c 4m -d thin ${ds}/a.vmdk`);
    host.files.writeAt(`${ds}/a-flat.vmdk`, 2097152, new TextEncoder().encode('hello'));
    await host.run(`vmkfstools -i ${ds}/a.vmdk ${ds}/b.vmdk -d thin`);
    expect(new TextDecoder().decode(host.files.readAt(`${ds}/b-flat.vmdk`, 2097152, 5))).toBe('hello');
    await host.run(`vmkfstools -E ${ds}/b.vmdk ${ds}/c.vmdk`);
    expect(host.files.stat(`${ds}/b-flat.vmdk`)).toBeNull();
    expect(host.files.readText(`${ds}/c.vmdk`)).toContain('"c-flat.vmdk"');
    await host.run(`vmkfstools -X 8m ${ds}/c.vmdk`);
    expect(host.files.stat(`${ds}/c-flat.vmdk`)?.sizeBytes).toBe(8388608);
    expect((await host.run(`vmkfstools -X 4m ${ds}/c.vmdk`)).status).toBe(1);
    expect((await host.run(`vmkfstools -x check ${ds}/c.vmdk`)).out).toBe('Disk is error free\n');
    await host.run(`vmkfstools -U ${ds}/c.vmdk`);
    expect(host.files.list(ds)).toEqual(['a-flat.vmdk', 'a.vmdk']);
  });

  it('refuses what cannot be', async () => {
    await host.run(`vmkfstools -c 4m -d thin ${ds}/a.vmdk`);
    expect((await host.run(`vmkfstools -c 4m ${ds}/a.vmdk`)).err).toContain('already exists');
    expect((await host.run(`vmkfstools -c 4x ${ds}/b.vmdk`)).err).toContain("invalid size '4x'");
    expect((await host.run(`vmkfstools -c 4t ${ds}/b.vmdk`)).status).toBe(1);
    host.files.free = { ...host.files.free, freeBlocks: 1 };
    expect((await host.run(`vmkfstools -c 4m ${ds}/b.vmdk`)).err).toContain('not enough space');
    expect((await host.run(`vmkfstools -U ${ds}/none.vmdk`)).err).toContain('cannot find');
    expect((await host.run('vmkfstools')).out).toMatch(/^No valid command specified\n/);
    expect(host.files.list(ds)).toEqual(['a-flat.vmdk', 'a.vmdk']);
  });

  it('makes datastores only on free partitions of their type', async () => {
    expect((await host.run(`vmkfstools -C vmfs5 -S second ${DEVICE}:5`)).err).toContain(
      'the type of the partition is linuxNative, not vmfs',
    );
    expect((await host.run(`vmkfstools -C vmfs5 -S second /dev/disks/${DEVICE}:3`)).err).toContain(
      'is mounted from it',
    );
    expect((await host.run(`vmkfstools -C vmfs5 -S second ${DEVICE}:9`)).err).toContain('does not exist');
    await host.run('esxcli storage filesystem unmount -l datastore1');
    expect((await host.run(`vmkfstools -C vmfs5 -S a/b ${DEVICE}:3`)).err).toContain('is not valid');
    expect(host.runs.some((line) => line.includes('mke2fs'))).toBe(false);
    expect((await host.run(`vmkfstools -C vmfs5 -S second ${DEVICE}:3`)).status).toBe(0);
    expect(host.runs).toContain('/bin/busybox mke2fs -L second /dev/sda3');
  });

  it('finds a disk whose bytes are gone', async () => {
    await host.run(`vmkfstools -c 4m -d thin ${ds}/a.vmdk`);
    host.files.remove(`${ds}/a-flat.vmdk`);
    expect(await host.run(`vmkfstools -x check ${ds}/a.vmdk`)).toMatchObject({
      status: 1,
      out: expect.stringContaining('is missing'),
    });
  });
});
