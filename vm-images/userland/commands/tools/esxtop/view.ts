import { adapterName, deviceId } from '../../../model/storage-devices.ts';
import { readDevices } from '../../../model/storage-inventory.ts';
import { isPoweredOn, listVms, vmPorts } from '../../../model/vm-registry.ts';
import type { CommandContext } from '../../framework/index.ts';
import { type DiskFigures, type Figures, figuresBetween, type LinkFigures } from './figures.ts';
import { type Sample, takeSample } from './sample.ts';

/** A port of a virtual switch with what passes through it. */
export interface PortRow {
  id: number;
  usedBy: string;
  /** Uplink it uses: `vmnic0`, `n/a`, or `-` for an uplink itself. */
  uplink: string;
  vswitch: string;
  figures: LinkFigures;
}

export interface VmRow {
  group: number;
  name: string;
  disks: number;
}

/** Everything the screens and the CSV show for one interval. */
export interface View extends Figures {
  now: Sample;
  clockMs: number;
  hostName: string;
  ports: PortRow[];
  /** By device: adapter and name. */
  devices: { adapter: string; device: string; figures: DiskFigures }[];
  vms: VmRow[];
}

export function sampleNow(ctx: CommandContext): Sample {
  const { files } = ctx.system;
  return takeSample({
    read(path) {
      try {
        return files.readText(path) ?? undefined;
      } catch {
        // A process that ended between listing and reading.
        return undefined;
      }
    },
    list: (path) => files.list(path) ?? [],
    nowMs: () => ctx.system.clock.monotonicMs(),
  });
}

export function viewBetween(ctx: CommandContext, before: Sample, after: Sample): View {
  const figures = figuresBetween(before, after);
  const { hostName, domain } = ctx.host.config;
  const none = (name: string): LinkFigures => ({
    name,
    txPackets: 0,
    txMbits: 0,
    rxPackets: 0,
    rxMbits: 0,
    txDroppedPercent: 0,
    rxDroppedPercent: 0,
  });
  const linkOf = (name: string): LinkFigures => figures.links.find((one) => one.name === name) ?? none(name);
  const vms = listVms(ctx.system).filter(isPoweredOn);
  return {
    ...figures,
    now: after,
    clockMs: ctx.system.clock.nowMs(),
    hostName: domain === '' ? hostName : `${hostName}.${domain}`,
    ports: ports(ctx, linkOf),
    devices: readDevices(ctx.system.files).flatMap((device) => {
      const own = figures.disks.find((one) => one.name === device.node);
      return own === undefined
        ? []
        : [{ adapter: adapterName(device.address[0]), device: deviceId(device), figures: own }];
    }),
    vms: vms.map((vm) => ({ group: vm.state.cartelId, name: vm.config.name, disks: vm.config.disks.length })),
  };
}

function ports(ctx: CommandContext, linkOf: (name: string) => LinkFigures): PortRow[] {
  const { network } = ctx.host.config;
  const machines = vmPorts(ctx.system);
  return network.vswitches.flatMap((vswitch, index) => {
    let id = 33554432 + index * 16777216;
    const next = (): number => {
      id += 1;
      return id;
    };
    const uplink = vswitch.policy.failover.activeUplinks?.[0] ?? vswitch.uplinks[0] ?? 'void';
    const names = new Set(vswitch.portgroups.map((one) => one.name));
    return [
      { id: next(), usedBy: 'Management', uplink: 'n/a', vswitch: vswitch.name, figures: linkOf('') },
      ...vswitch.uplinks.map((nic) => ({
        id: next(),
        usedBy: nic,
        uplink: '-',
        vswitch: vswitch.name,
        figures: linkOf(nic),
      })),
      ...network.vmknics
        .filter((one) => names.has(one.portgroup))
        .map((one) => ({ id: next(), usedBy: one.name, uplink, vswitch: vswitch.name, figures: linkOf(one.name) })),
      ...machines
        .filter((one) => names.has(one.portgroup))
        .map((one) => ({
          id: next(),
          usedBy: `${one.worldId}:${one.vm}`,
          uplink,
          vswitch: vswitch.name,
          figures: linkOf(''),
        })),
    ];
  });
}
