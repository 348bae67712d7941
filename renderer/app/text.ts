/** Words and dates, in one place so that every view says the same. */
import type { MachineState } from './types.ts';

export const stateWords: Record<MachineState, string> = {
  off: 'off',
  starting: 'starting',
  ready: 'ready',
  halted: 'halted',
  crashed: 'crashed',
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function points(value: number): string {
  return plural(value, 'point');
}

const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const secondFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

export function clock(iso: string): string {
  return timeFormat.format(new Date(iso));
}

/** The time of day with seconds; with the date in front when it was not today. */
export function secondText(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const time = secondFormat.format(then);
  return startOfDay(then) === startOfDay(now) ? time : `${dayFormat.format(then)}, ${time}`;
}

/** `today 14:05`, `yesterday 09:12` or a date. */
export function whenText(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000);
  if (days === 0) return `today ${timeFormat.format(then)}`;
  if (days === 1) return `yesterday ${timeFormat.format(then)}`;
  return dayFormat.format(then);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

const courseNames: Record<string, string> = {
  'first-steps': 'First steps',
  networking: 'Networking',
  storage: 'Storage',
  updates: 'Updates',
  remote: 'Remote management',
  deployment: 'Deployment',
  security: 'Security',
  migration: 'Migration',
};

/** Known courses in the order they are taught, then any others by name. */
export function courseOrder(course: string): number {
  const index = Object.keys(courseNames).indexOf(course);
  return index < 0 ? 99 : index;
}

export function courseName(course: string): string {
  return courseNames[course] ?? course.charAt(0).toUpperCase() + course.slice(1).replaceAll('-', ' ');
}
