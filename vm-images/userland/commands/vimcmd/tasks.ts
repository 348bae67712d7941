import type { CommandContext } from '../framework/index.ts';
import { array, object, printValue, ref } from './data-object.ts';

/** Tasks are over when their command returns; the list of this boot is kept for `vimsvc/task_list`. */
const TASKS_FILE = '/var/run/vmware/tasks';
const KEPT = 20;

export interface Task {
  key: string;
  /** `vim.HostSystem.enterMaintenanceMode`. */
  method: string;
  entity: string;
  startedMs: number;
  finishedMs: number;
  /** Empty when it went well. */
  fault: string;
}

/**
 * Runs an operation as a task.
 *
 * @param entity `ha-host`, or a machine's number.
 * @returns The line vim-cmd prints: the task's reference.
 */
export async function runTask(
  ctx: CommandContext,
  entity: string,
  method: string,
  work: () => Promise<unknown> | unknown,
): Promise<string> {
  const startedMs = ctx.system.clock.nowMs();
  let fault = '';
  try {
    await work();
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    remember(ctx, { method, entity, startedMs, fault });
  }
  return `'vim.Task:${readTasks(ctx).at(-1)?.key ?? ''}'\n`;
}

export function readTasks(ctx: CommandContext): Task[] {
  const lines = (ctx.system.files.readText(TASKS_FILE) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Task);
}

function remember(ctx: CommandContext, task: Omit<Task, 'key' | 'finishedMs'>): void {
  const tasks = readTasks(ctx);
  const number = Number(tasks.at(-1)?.key.split('-').pop() ?? '0') + 1;
  const key = `haTask-${task.entity}-${task.method}-${number}`;
  const all = [...tasks, { ...task, key, finishedMs: ctx.system.clock.nowMs() }].slice(-KEPT);
  ctx.system.files.mkdir('/var/run/vmware', { parents: true });
  ctx.system.files.write(TASKS_FILE, all.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

export function printTaskList(ctx: CommandContext): string {
  return `${printValue(
    array(
      'ManagedObjectReference',
      readTasks(ctx).map((task) => ref(`vim.Task:${task.key}`)),
    ),
  )}\n`;
}

export function printTaskInfo(task: Task): string {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return `${printValue(
    object('vim.TaskInfo', {
      key: task.key,
      task: ref(`vim.Task:${task.key}`),
      description: null,
      name: ref(task.method),
      descriptionId: task.method.replace(/^vim\./, ''),
      entity: ref(task.entity === 'ha-host' ? 'vim.HostSystem:ha-host' : `vim.VirtualMachine:${task.entity}`),
      entityName: task.entity,
      state: task.fault === '' ? 'success' : 'error',
      cancelled: false,
      cancelable: false,
      error: task.fault === '' ? null : object('vmodl.fault.SystemError', { reason: task.fault, msg: task.fault }),
      result: null,
      progress: null,
      queueTime: iso(task.startedMs),
      startTime: iso(task.startedMs),
      completeTime: iso(task.finishedMs),
      eventChainId: Number(task.key.split('-').pop()),
    }),
  )}\n`;
}
