import { viewerOn } from '../screens/viewer.ts';
import type { Menu } from './types.ts';

/** Names as ESXi numbers them, and the files behind them. */
const logs = [
  { label: 'Syslog', path: '/var/log/syslog.log' },
  { label: 'Vmkernel', path: '/var/log/vmkernel.log' },
  { label: 'Config', path: '/var/log/sysboot.log' },
  { label: 'Management Agent (hostd)', path: '/var/log/hostd.log' },
  { label: 'VirtualCenter Agent (vpxa)', path: '/var/log/vpxa.log' },
  { label: 'VMware ESXi Observation log (vobd)', path: '/var/log/vobd.log' },
];

export const logsMenu: Menu = {
  title: 'View System Logs',
  leave: '<Esc> Exit',
  numbered: true,
  entries: () =>
    logs.map(({ label, path }, index) => ({
      label: `<${index + 1}> ${label}`,
      hint: '<Enter> View',
      details: () => [path, '', 'In the viewer: / searches, Q leaves, H shows the keys.'],
      open: (turn) => turn.request({ name: 'log.read', input: { path } }, label),
    })),
  close: (turn) => turn.pop(),
  answer(answer, screen, turn) {
    if (answer.name !== 'log.read') return;
    const log = logs[screen.selected];
    if (log === undefined) return;
    if (answer.output.missing) turn.notice('View System Logs', [`${log.path} does not exist.`], 'error');
    else turn.push(viewerOn(`${log.label}  ${log.path}`, log.path, answer.output.lines, turn.state.rows));
  },
};
