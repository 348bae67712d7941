import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Props {
  button: (props: { open: boolean; toggle: () => void }) => ReactNode;
  children: (close: () => void) => ReactNode;
  label: string;
  align?: 'left' | 'right';
  up?: boolean;
}

/** A small surface below (or above) its button. Esc, a click elsewhere or Tab out close it; arrows walk its buttons. */
export function Popover({ button, children, label, align = 'left', up = false }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>('button')?.focus();
  };

  useEffect(() => {
    if (!open) return;
    panel.current?.querySelector<HTMLElement>('button:not(:disabled), input')?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside, true);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveFocus(panel.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the buttons inside
    <div className="popover-root" ref={root} onKeyDown={onKeyDown}>
      {button({ open, toggle: () => setOpen(!open) })}
      {open && (
        // biome-ignore lint/a11y/useSemanticElements: a field set is for form fields
        <div ref={panel} className={`popover ${align} ${up ? 'up' : ''}`} role="group" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

function moveFocus(panel: HTMLElement | null, by: number): void {
  const items = [...(panel?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
  const index = items.indexOf(document.activeElement as HTMLElement);
  items[(index + by + items.length) % items.length]?.focus();
}
