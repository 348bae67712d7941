/** VMkernel boot settings of 5.5: names and defaults, texts our own. Only the two port settings have an effect here. */
export interface KernelSetting {
  name: string;
  type: 'Bool' | 'uint32' | 'uint16' | 'uint8' | 'String' | 'select';
  description: string;
  fallback: string;
  /** select only. */
  values?: readonly string[];
}

function bool(name: string, fallback: boolean, description: string): KernelSetting {
  return { name, type: 'Bool', description, fallback: fallback ? 'TRUE' : 'FALSE' };
}
function uint32(name: string, fallback: number, description: string): KernelSetting {
  return { name, type: 'uint32', description, fallback: String(fallback) };
}
function select(name: string, fallback: string, values: readonly string[], description: string): KernelSetting {
  return { name, type: 'select', description, fallback, values };
}

const PORTS = ['default', 'none', 'com1', 'com2'] as const;

export const KERNEL_SETTINGS: readonly KernelSetting[] = [
  bool('acpiDbgTablesDump', false, 'Log the ACPI tables'),
  bool('autoCreateDumpFile', true, 'Create a dump file when there is no dump partition'),
  uint32('busSpeedMayVary', 0, 'The bus speed changes'),
  bool('checkCPUIDLimit', true, 'Refuse processors whose CPUID is limited'),
  bool('checkPages', false, 'Check pages of memory'),
  uint32('cacheFlushImmOnAllHalt', 0, 'Flush caches when all processors halt'),
  uint32('com1_baud', 115200, 'Speed of the first serial port'),
  uint32('com2_baud', 115200, 'Speed of the second serial port'),
  bool('debugBreak', false, 'Stop in the debugger early'),
  bool('debugLogToSerial', true, 'Log to the serial port'),
  bool('disableACSCheck', false, 'Pass devices through without access control services'),
  bool('disableCFOH', false, 'No power management by the firmware'),
  bool('disableHwrng', false, "Do not use the processor's random numbers"),
  bool('dmaEngine', true, 'Use DMA engines'),
  bool('enableACPIPCIeHotplug', true, 'PCI Express hot plug by ACPI'),
  bool('execInstalledOnly', false, 'Run installed programs only'),
  bool('fsCheck', false, 'Check file systems at boot'),
  select('gdbPort', 'default', PORTS, 'Port of the kernel debugger'),
  bool('heapFreeOwnerCheck', false, 'Check who frees heap memory'),
  bool('heapMetadataProtect', false, 'Protect heap metadata'),
  bool('hyperthreading', true, 'Use hyperthreading'),
  bool('ignoreHeadless', false, 'Use a display although the firmware reports none'),
  bool('interleaveFakeNUMAnodes', false, 'Interleave invented NUMA nodes'),
  bool('ioAbilityChecks', false, 'Check I/O abilities'),
  bool('iovDisableIR', false, 'Disable Interrupt Routing in the IOMMU'),
  bool('ipmiEnabled', true, 'Use IPMI'),
  bool('leaveWakeGPEsDisabled', true, 'Leave wake events disabled'),
  select('logPort', 'default', PORTS, 'Port of the VMkernel log'),
  uint32('maxPCPUS', 320, 'Processors at most'),
  uint32('maxVMs', 512, 'Virtual machines at most'),
  uint32('memLowReservedMB', 0, 'Low memory kept back, in MB'),
  bool('netNetqueueEnabled', true, 'Several queues an adapter'),
  bool('pcipDisablePciErrReporting', true, 'Do not report PCI errors'),
  bool('preferVmklinux', false, 'Prefer Linux drivers'),
  bool('quietBoot', false, 'Few messages while booting'),
  bool('scrubIgnoredPages', true, 'Scrub ignored pages'),
  bool('scrubMemoryAfterModuleLoad', false, 'Scrub memory after loading modules'),
  bool('skipMicrocodeCompatCheck', false, 'Skip the check of microcode'),
  bool('skipPartitioningSsds', false, 'Do not partition solid state disks'),
  bool('terminateVMOnPDL', false, 'End virtual machines whose device is lost for good'),
  bool('timerEnableACPI', true, 'ACPI timer'),
  bool('timerEnableHPET', true, 'HPET timer'),
  bool('timerEnableTSC', true, 'Time stamp counter'),
  select('tty1Port', 'default', PORTS, 'Port of the ESXi Shell besides the console'),
  select('tty2Port', 'default', PORTS, 'Port of the direct console besides the console'),
  bool('updateBusIRQ', false, 'Update interrupts of buses'),
  bool('useNUMAInfo', true, 'Use NUMA information'),
  bool('useReliableMem', true, 'Use reliable memory'),
];

export function findKernelSetting(name: string): KernelSetting | undefined {
  return KERNEL_SETTINGS.find((setting) => setting.name === name);
}

/** Settings that boot options name, `iovDisableIR=TRUE`; of two of one name the last. What is no setting is passed over. */
export function kernelSettingsOf(options: string): Record<string, string> {
  const found = options.split(/\s+/).flatMap((word) => {
    const [, name = '', raw = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    const setting = findKernelSetting(name);
    const value = setting && normalizeKernelValue(setting, raw);
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The value in the table's spelling, or null when the setting does not take it. */
export function normalizeKernelValue(setting: KernelSetting, raw: string): string | null {
  switch (setting.type) {
    case 'Bool':
      if (/^(true|yes|1)$/i.test(raw)) return 'TRUE';
      return /^(false|no|0)$/i.test(raw) ? 'FALSE' : null;
    case 'select':
      return setting.values?.find((value) => value === raw.toLowerCase()) ?? null;
    case 'String':
      return raw;
    default:
      return /^\d{1,10}$/.test(raw) && Number(raw) <= 4294967295 ? String(Number(raw)) : null;
  }
}
