import { listVolumes } from '../../model/storage-mounts.ts';
import { cell, esxcliRows } from '../esxcfg/esxcli-call.ts';
import type { CommandContext } from '../framework/index.ts';
import { memoryBytes, pciNames, readCpus, readPci, readPlatform } from '../hardware/facts.ts';
import { isOnAtBoot, isRunning, listServices } from '../tools/services.ts';
import { array, type DataArray, type DataObject, object, raw, ref } from './data-object.ts';
import { networkInfo } from './network-objects.ts';

const hostRef = ref('vim.HostSystem:ha-host');

export function aboutInfo(ctx: CommandContext): DataObject {
  const { product } = ctx.host;
  return object('vim.AboutInfo', {
    name: product.name,
    fullName: `${product.name} ${product.version} build-${product.build}`,
    vendor: readPlatform(ctx).vendorName,
    version: product.version,
    build: product.build,
    localeVersion: 'INTL',
    localeBuild: '000',
    osType: 'vmnix-x86',
    productLineId: 'embeddedEsx',
    apiType: 'HostAgent',
    apiVersion: '5.5',
    instanceUuid: null,
    licenseProductName: null,
    licenseProductVersion: null,
  });
}

export function hostSummary(ctx: CommandContext): DataObject {
  const platform = readPlatform(ctx);
  const cpus = readCpus(ctx);
  const memory = ctx.system.files.readText('/proc/meminfo') ?? '';
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? '0');
  return object('vim.host.Summary', {
    host: hostRef,
    hardware: object('vim.host.Summary.HardwareSummary', {
      vendor: platform.vendorName,
      model: platform.productName,
      uuid: platform.uuid,
      otherIdentifyingInfo: array('vim.host.SystemIdentificationInfo', []),
      memorySize: memoryBytes(ctx),
      cpuModel: cpus[0]?.model ?? '',
      cpuMhz: Math.round(cpus[0]?.mhz ?? 0),
      numCpuPkgs: new Set(cpus.map((cpu) => cpu.packageId)).size,
      numCpuCores: cpus.length,
      numCpuThreads: cpus.length,
      numNics: ctx.host.runtime.nics.length,
      numHBAs: (ctx.system.files.list('/sys/class/scsi_host') ?? []).length,
    }),
    runtime: hostRuntime(ctx),
    config: object('vim.host.Summary.ConfigSummary', {
      name: fullName(ctx),
      port: 902,
      sslThumbprint: null,
      product: aboutInfo(ctx),
      vmotionEnabled: ctx.host.config.network.vmknics.some((one) => one.tags.includes('VMotion')),
      faultToleranceEnabled: false,
      featureVersion: null,
      agentVmDatastore: null,
      agentVmNetwork: null,
    }),
    quickStats: object('vim.host.Summary.QuickStats', {
      overallCpuUsage: null,
      overallMemoryUsage: Math.round((kib('MemTotal') - kib('MemAvailable')) / 1024),
      distributedCpuFairness: null,
      distributedMemoryFairness: null,
      uptime: Math.floor(ctx.system.clock.uptimeMs() / 1000),
    }),
    overallStatus: 'gray',
    rebootRequired: false,
    customValue: null,
    managementServerIp: null,
    maxEVCModeKey: null,
    currentEVCModeKey: null,
  });
}

export function hostRuntime(ctx: CommandContext): DataObject {
  return object('vim.host.RuntimeInfo', {
    connectionState: 'connected',
    powerState: 'poweredOn',
    standbyMode: null,
    inMaintenanceMode: ctx.host.config.maintenanceMode,
    bootTime: new Date(ctx.system.clock.nowMs() - ctx.system.clock.uptimeMs()).toISOString(),
    healthSystemRuntime: null,
    dasHostState: null,
    tpmPcrValues: null,
    vsanRuntimeInfo: null,
  });
}

export function hardwareInfo(ctx: CommandContext): DataObject {
  const platform = readPlatform(ctx);
  const cpus = readCpus(ctx);
  return object('vim.host.HardwareInfo', {
    systemInfo: object('vim.host.SystemInfo', {
      vendor: platform.vendorName,
      model: platform.productName,
      uuid: platform.uuid,
      otherIdentifyingInfo: array('vim.host.SystemIdentificationInfo', []),
    }),
    cpuPowerManagementInfo: null,
    cpuInfo: object('vim.host.CpuInfo', {
      numCpuPackages: new Set(cpus.map((cpu) => cpu.packageId)).size,
      numCpuCores: cpus.length,
      numCpuThreads: cpus.length,
      hz: Math.round((cpus[0]?.mhz ?? 0) * 1e6),
    }),
    cpuPkg: cpuPackages(ctx),
    memorySize: memoryBytes(ctx),
    numaInfo: object('vim.host.NumaInfo', { type: 'none', numNodes: 0, numaNode: null }),
    pciDevice: array(
      'vim.host.PciDevice',
      readPci(ctx).map((device) =>
        object('vim.host.PciDevice', {
          id: device.address,
          classId: Number.parseInt(device.classCode.slice(0, 4), 16),
          vendorId: Number.parseInt(device.vendorId, 16),
          vendorName: pciNames(device).vendor,
          deviceId: Number.parseInt(device.deviceId, 16),
          deviceName: pciNames(device).device,
          parentBridge: null,
        }),
      ),
    ),
    cpuFeature: null,
    biosInfo: object('vim.host.BIOSInfo', {
      biosVersion: platform.biosVersion,
      releaseDate: platform.biosDate === '' ? null : platform.biosDate,
    }),
    reliableMemoryInfo: null,
  });
}

/** The processors, one a package. */
export function cpuPackages(ctx: CommandContext): DataArray {
  const cpus = readCpus(ctx);
  return array(
    'vim.host.CpuPackage',
    cpus.map((cpu) =>
      object('vim.host.CpuPackage', {
        index: cpu.packageId,
        vendor: cpu.vendor === 'AuthenticAMD' ? 'amd' : 'intel',
        hz: Math.round(cpu.mhz * 1e6),
        busHz: 0,
        description: cpu.model,
        threadId: array('short', [cpu.id]),
        cpuFeature: null,
      }),
    ),
  );
}

/** The parts of the configuration that this host has; the rest is unset. */
export async function hostConfigInfo(ctx: CommandContext): Promise<DataObject> {
  const services = [];
  for (const service of listServices(ctx.system)) {
    services.push(
      object('vim.host.Service', {
        key: service.key,
        label: service.label,
        required: service.isRequired,
        uninstallable: false,
        running: await isRunning(ctx.system, service.script),
        ruleset: service.ruleset === '' ? null : array('string', [service.ruleset]),
        policy: isOnAtBoot(ctx.system, service.script) ? 'on' : 'off',
      }),
    );
  }
  const ntp = /^\s*server\s+(\S+)/gm;
  const servers = [...(ctx.system.files.readText('/etc/ntp.conf') ?? '').matchAll(ntp)].map((found) => found[1] ?? '');
  const rulesets = await esxcliRows(ctx, 'network firewall ruleset list');
  return object('vim.host.ConfigInfo', {
    host: hostRef,
    product: aboutInfo(ctx),
    hyperThread: object('vim.host.HyperThreadScheduleInfo', { available: false, active: false, config: false }),
    network: networkInfo(ctx),
    firewall: object('vim.host.FirewallInfo', {
      defaultPolicy: object('vim.host.FirewallInfo.DefaultPolicy', {
        incomingBlocked: ctx.host.config.firewall.defaultAction === 'drop',
        outgoingBlocked: ctx.host.config.firewall.defaultAction === 'drop',
      }),
      ruleset: array(
        'vim.host.Ruleset',
        rulesets.map((row) =>
          object('vim.host.Ruleset', { key: cell(row, 'Name'), enabled: raw(cell(row, 'Enabled')) }),
        ),
      ),
    }),
    service: object('vim.host.ServiceInfo', { service: array('vim.host.Service', services) }),
    adminDisabled: ctx.host.config.lockdownMode,
    dateTimeInfo: object('vim.host.DateTimeInfo', {
      timeZone: object('vim.host.DateTimeSystem.TimeZone', {
        key: 'UTC',
        name: 'UTC',
        description: 'UTC',
        gmtOffset: 0,
      }),
      ntpConfig: object('vim.host.NtpConfig', { server: array('string', servers) }),
    }),
    fileSystemVolume: array(
      'vim.host.FileSystemMountInfo',
      listVolumes(ctx.system).map((volume) =>
        object('vim.host.FileSystemMountInfo', {
          mountInfo: object('vim.host.MountInfo', {
            path: volume.mountPoint,
            accessMode: 'readWrite',
            mounted: volume.isMounted,
          }),
          volume: object(volume.type === 'vfat' ? 'vim.host.VfatVolume' : 'vim.host.VmfsVolume', {
            type: volume.type === 'vfat' ? 'VFFS' : 'VMFS',
            name: volume.label,
            capacity: volume.sizeBytes,
            uuid: volume.uuid,
          }),
        }),
      ),
    ),
    systemResources: null,
  });
}

export function fullName(ctx: CommandContext): string {
  const { hostName, domain } = ctx.host.config;
  return domain === '' ? hostName : `${hostName}.${domain}`;
}
