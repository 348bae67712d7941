import { useState } from 'react';
import { recall, remember } from '../../app/memory.ts';
import { Icon } from '../../components/icon.tsx';
import type { ConsoleTerminal } from './console-terminal.ts';

const functionKeys = Array.from({ length: 12 }, (_, i) => ({ label: `F${i + 1}`, codes: [`F${i + 1}`] }));

const chords = [
  { label: 'Esc', codes: ['Escape'] },
  { label: 'Alt+F1', codes: ['AltLeft', 'F1'] },
  { label: 'Alt+F2', codes: ['AltLeft', 'F2'] },
  { label: 'Alt+F11', codes: ['AltLeft', 'F11'] },
  { label: 'Alt+F12', codes: ['AltLeft', 'F12'] },
  { label: 'Shift+R', codes: ['ShiftLeft', 'KeyR'] },
  { label: 'Shift+O', codes: ['ShiftLeft', 'KeyO'] },
];

/** Sends the keys that a desktop keeps for itself. */
export function KeyBar({ terminal }: { terminal: ConsoleTerminal }) {
  const [open, setOpen] = useState(recall('key-bar', true));
  const fold = () => {
    remember('key-bar', !open);
    setOpen(!open);
  };
  const button = ({ label, codes }: { label: string; codes: string[] }) => (
    <button
      type="button"
      key={label}
      className="key"
      data-testid={`key-${label}`}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => terminal.press(codes)}
    >
      {label}
    </button>
  );
  return (
    <div className="key-bar" role="toolbar" aria-label={`Keys for ${terminal.host}`}>
      <button
        type="button"
        className="key key-fold"
        aria-expanded={open}
        onClick={fold}
        title="Keys that this computer may keep for itself"
      >
        <Icon name="keyboard" size={14} />
        <span className="visually-hidden">Key bar</span>
      </button>
      {open && (
        <>
          {chords.map(button)}
          <span className="key-gap" />
          {functionKeys.map(button)}
        </>
      )}
    </div>
  );
}
