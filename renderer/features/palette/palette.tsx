import { useEffect, useMemo, useRef, useState } from 'react';
import { type Action, currentActions } from '../../app/actions.ts';
import { route } from '../../app/route.ts';
import { search } from './search.ts';

/** One field that finds labs, machines, files and actions. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => currentActions(), []);
  const found = useMemo(() => search(all, query), [all, query]);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.querySelector(`#palette-${index}`)?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  const close = () => route.set({ palette: false });
  const run = (action: Action | undefined) => {
    close();
    if (action) requestAnimationFrame(() => action.run());
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : -1;
      setIndex((index + by + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      run(found[index]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Command palette"
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
      data-testid="palette"
    >
      <input
        className="palette-input"
        placeholder="Find a lab, a machine, a file or an action"
        aria-label="Find a lab, a machine, a file or an action"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${index}` : undefined}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label="Found" ref={list}>
        {found.length === 0 && <p className="palette-empty muted">Nothing is called that. Fewer letters find more.</p>}
        {found.map((action, at) => (
          <div key={`${action.group}/${action.id}`} role="presentation">
            {(at === 0 || found[at - 1]?.group !== action.group) && (
              <div className="palette-group small muted">{action.group}</div>
            )}
            <div
              id={`palette-${at}`}
              role="option"
              aria-selected={at === index}
              tabIndex={-1}
              className="palette-row"
              onPointerMove={() => setIndex(at)}
              onClick={() => run(action)}
              onKeyDown={onKeyDown}
            >
              <span>{action.title}</span>
              {action.hint && <span className="small muted">{action.hint}</span>}
              <span className="grow" />
              {action.keys && <kbd>{action.keys}</kbd>}
            </div>
          </div>
        ))}
      </div>
    </dialog>
  );
}
