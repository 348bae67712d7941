import { useEffect, useRef } from 'react';
import { route } from '../../app/route.ts';
import { IconButton } from '../../components/button.tsx';

const groups: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Anywhere',
    keys: [
      ['Ctrl+P', 'Command palette: labs, machines, files, actions'],
      ['F6', 'Next region (Shift+F6 back)'],
      ['?', 'This sheet'],
      ['Ctrl+,', 'Settings'],
    ],
  },
  {
    title: 'In a lab',
    keys: [
      ['Ctrl+Enter', 'Check the task'],
      ['Ctrl+1 … Ctrl+9', 'Machine 1 … 9'],
      ['Ctrl+`', 'Shell'],
      ['Ctrl+J', 'Drawer'],
      ['Ctrl+S', 'Save the file in the editor'],
    ],
  },
  {
    title: 'In a shell',
    keys: [
      ['Ctrl+Shift+C', 'Copy'],
      ['Ctrl+Shift+V', 'Paste'],
      ['Ctrl+Alt, then Esc', 'Leave the terminal'],
    ],
  },
  {
    title: 'In a console',
    keys: [
      ['All other keys', 'Go to the machine: F2, F12, Alt+F1, Shift+R …'],
      ['Key bar', 'Sends the keys this computer keeps for itself'],
      ['Ctrl+Shift+V', 'Types the clipboard'],
      ['Ctrl+Alt, then Esc', 'Leave the console'],
    ],
  },
];

export function KeySheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  const close = () => route.set({ keySheet: false });
  return (
    <dialog
      ref={dialog}
      className="key-sheet"
      aria-label="Keyboard shortcuts"
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
      data-testid="key-sheet"
    >
      <header className="key-sheet-head">
        <h2>Keyboard shortcuts</h2>
        <IconButton label="Close" icon="cross" onClick={close} />
      </header>
      <div className="key-groups">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
