export { waitForText } from './console-wait.ts';
export { skipCountdown } from './loader-keys.ts';
export { createMachine, JOURNAL_FILE, type MachineOptions } from './machine.ts';
export {
  checkImage,
  parseSnapshot,
  parseSnapshotHeader,
  readSnapshotFile,
  serializeSnapshot,
  writeSnapshotFile,
} from './snapshot.ts';
export { prepareWorkers } from './spare-workers.ts';
export type * from './types.ts';
export { ENGINE } from './worker/v86-internals.ts';
