import type { Adapter } from './storage-devices.ts';
import type { System } from './system.ts';

/** Makes the kernel look again at what hangs on the adapters. A controller that cannot be scanned is skipped. */
export function rescanAdapters(system: System, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    const file = `/sys/class/scsi_host/host${adapter.host}/scan`;
    if (system.files.stat(file) === null) continue;
    try {
      system.files.append(file, '- - -\n');
    } catch (error) {
      system.log(
        'vmkernel',
        'warning',
        `ScsiScan: vmhba${adapter.host}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
