/** Short names for what the session API tells. */
import type { HostView } from '../../main/shared/contracts/api.ts';

export type {
  ApiEvent,
  ApiEvents,
  HostView,
  LabCard,
  SessionView,
  TaskView,
} from '../../main/shared/contracts/api.ts';
export type { BankView } from '../../main/shared/contracts/banks.ts';
export type { ConsoleKind, PowerAction } from '../../main/shared/contracts/console.ts';
export type { CheckReport, LabReport, Outcome, TaskReport } from '../../main/shared/contracts/report.ts';
export type MachineState = HostView['state'];
