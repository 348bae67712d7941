import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-700.css';
import '@fontsource/jetbrains-mono/latin-ext-400.css';
import '@xterm/xterm/css/xterm.css';
import './theme.css';
import '../components/components.css';
import './app.css';
import '../features/catalog/catalog.css';
import '../features/session/session.css';
import '../features/terminal/terminal.css';
import '../features/files/files.css';
import '../features/results/results.css';
import '../features/banks/banks.css';
import '../features/settings/settings.css';
import '../features/palette/palette.css';
import { createRoot } from 'react-dom/client';
import { followSessions } from '../features/session/lab-session.ts';
import { terminals } from '../features/terminal/terminals.ts';
import { App } from './app.tsx';
import { listenToKeys } from './keys.ts';
import { followService } from './service.ts';
import { loadSettings } from './settings.ts';
import { openAtStart, tellWhenUsable } from './start-lab.ts';

declare global {
  interface Window {
    /** Only in end-to-end tests. */
    bootbankTest?: { read(key: string): string[] | null; terminals(): string[] };
  }
}

followService();
followSessions();
terminals.follow();
listenToKeys();
if (window.lab.test) {
  window.bootbankTest = { read: (key) => terminals.read(key), terminals: () => terminals.keys() };
  tellWhenUsable();
}
// The terminal measures its font when it opens: the bundled one must be there by then.
const fonts = Promise.all([
  document.fonts.load('14px "JetBrains Mono"'),
  document.fonts.load('700 14px "JetBrains Mono"'),
]);
void Promise.allSettled([loadSettings(), fonts]).then(() => {
  const root = document.getElementById('root');
  if (root !== null) createRoot(root).render(<App />);
  void openAtStart(window.lab.startLab);
});
