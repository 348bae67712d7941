import { listVolumes } from '../../model/storage-mounts.ts';
import { createVmx } from '../../model/vm-config.ts';
import { createDisk } from '../../model/vm-disk-files.ts';
import { registerVm, VmError } from '../../model/vm-registry.ts';
import { array, object, printValue } from './data-object.ts';
import { required, type VimCall, type VimCommand } from './types.ts';
import { guestName } from './vm-objects.ts';

const register = (path: string): VimCommand => ({
  path,
  usage: '[datastore path] [name] [resourcePool]',
  summary: 'Put a machine that is on a datastore into the inventory; prints its number.',
  run: (call) => `${registerVm(call.ctx.system, required(call, 0, 'the path of the .vmx file'), call.args[1])}\n`,
});

const NOT_HERE = 'internal of the product, with nothing behind it on a lab host';

export const soloCommands: VimCommand[] = [
  register('solo/register'),
  register('solo/registervm'),
  {
    path: 'solo/environment',
    usage: '',
    summary: 'Show what machines this host can run.',
    run: () =>
      `${printValue(
        object('vim.vm.ConfigOption', {
          version: 'vmx-10',
          description: 'ESXi 5.5 virtual machine',
          guestOSDescriptor: array(
            'vim.vm.GuestOsDescriptor',
            ['otherGuest', 'otherGuest64', 'rhel6_64Guest', 'ubuntu64Guest'].map((id) =>
              object('vim.vm.GuestOsDescriptor', { id, fullName: guestName(id) }),
            ),
          ),
        }),
      )}\n`,
  },
  {
    path: 'solo/querycfgopt',
    usage: '',
    summary: 'Show the configuration options of machines.',
    unsupported: NOT_HERE,
  },
];

/** `vmsvc/createdummyvm NAME DATASTORE`: a machine with one small disk. */
export const createDummyVm: VimCommand = {
  path: 'vmsvc/createdummyvm',
  usage: 'vmName datastore [diskSizeKB]',
  summary: 'Make a small machine with one disk and register it; prints its number.',
  async run(call: VimCall) {
    const { system } = call.ctx;
    const name = required(call, 0, 'the name of the machine');
    // A bare name, `[name]`, or the path it is mounted at: all three are in people's scripts.
    const wanted = required(call, 1, 'the datastore').replace(/^(?:\/vmfs\/volumes\/)?\[?([^\]/]*)\]?\/?$/, '$1');
    if (name.includes('/')) throw new VmError('vim.fault.InvalidName', `The name '${name}' is not valid.`);
    const volume = listVolumes(system).find((one) => one.isMounted && (one.label === wanted || one.uuid === wanted));
    if (volume === undefined) throw new VmError('vim.fault.InvalidDatastore', `There is no datastore '${wanted}'.`);
    const folder = `${volume.mountPoint}/${name}`;
    if (system.files.lstat(folder) !== null)
      throw new VmError('vim.fault.AlreadyExists', `'${name}' exists on the datastore already.`);
    system.files.mkdir(folder, { parents: true });
    const file = createVmx({ name });
    file.set('scsi0:0.present', 'TRUE');
    file.set('scsi0:0.fileName', `${name}.vmdk`);
    file.set('scsi0:0.deviceType', 'scsi-hardDisk');
    await createDisk(system, `${folder}/${name}.vmdk`, Number(call.args[2] ?? '1024') * 1024, {
      format: 'thin',
      adapter: 'lsilogic',
    });
    system.files.write(`${folder}/${name}.vmx`, file.serialize());
    return `${registerVm(system, `${folder}/${name}.vmx`)}\n`;
  },
};

/** Namespaces for products that are not here. */
export const otherServices: VimCommand[] = [
  ...['vm.enablerepl', 'vm.disablerepl', 'vmreplica.getState'].map((name) => ({
    path: `hbrsvc/${name}`,
    usage: 'vmid',
    summary: 'vSphere Replication of a machine.',
    unsupported: 'vSphere Replication is not part of a lab host',
  })),
  ...['list_services', 'add_tcp_service', 'remove_service', 'service_list'].map((name) => ({
    path: `proxysvc/${name}`,
    usage: '',
    summary: 'Endpoints of the reverse proxy.',
    unsupported: 'the web services of the host come with a later release',
  })),
];
