import { useCallback, useEffect, useRef, useState } from 'react';
import { errorText } from '../../app/client.ts';
import { Icon } from '../../components/icon.tsx';
import { type FileStore, LARGE_BYTES } from './open-files.ts';

type Entry = Awaited<ReturnType<FileStore['list']>>[number];

interface Folder {
  entries: Entry[] | null;
  error: string | null;
}

/** Folders of a host, read when they are opened. Arrow keys walk it as in any tree. */
export function FileTree({
  files,
  turn,
  onLarge,
}: {
  files: FileStore;
  turn: number;
  onLarge(path: string, bytes: number): void;
}) {
  const [folders, setFolders] = useState<Record<string, Folder>>({});
  const [open, setOpen] = useState<string[]>(['/', '/etc']);
  const root = useRef<HTMLDivElement>(null);

  const load = useCallback(
    async (path: string) => {
      try {
        const entries = await files.list(path);
        setFolders((all) => ({ ...all, [path]: { entries, error: null } }));
      } catch (error) {
        setFolders((all) => ({ ...all, [path]: { entries: null, error: errorText(error) } }));
      }
    },
    [files],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for everything anew
  useEffect(() => {
    for (const path of open) void load(path);
  }, [load, turn]);

  const toggle = (path: string) => {
    if (open.includes(path)) return setOpen(open.filter((other) => other !== path));
    setOpen([...open, path]);
    void load(path);
  };

  const choose = (path: string, entry: Entry) => {
    if (entry.type === 'directory') toggle(path);
    else if (entry.type === 'link') void followLink(path);
    else if (entry.size > LARGE_BYTES) onLarge(path, entry.size);
    else void files.open(path);
  };

  /** A link is opened as what it leads to. */
  const followLink = async (path: string) => {
    try {
      const entries = await files.list(path);
      setFolders((all) => ({ ...all, [path]: { entries, error: null } }));
      setOpen((all) => (all.includes(path) ? all.filter((other) => other !== path) : [...all, path]));
    } catch {
      void files.open(path);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [])];
    const here = document.activeElement as HTMLElement;
    const index = items.indexOf(here);
    const path = here.dataset['path'];
    const expanded = here.getAttribute('aria-expanded');
    const go = (item: HTMLElement | undefined) => {
      event.preventDefault();
      item?.focus();
    };
    if (event.key === 'ArrowDown') go(items[index + 1]);
    else if (event.key === 'ArrowUp') go(items[index - 1]);
    else if (event.key === 'Home') go(items[0]);
    else if (event.key === 'End') go(items.at(-1));
    else if (event.key === 'ArrowRight' && expanded === 'false') here.click();
    else if (event.key === 'ArrowRight' && expanded === 'true') go(items[index + 1]);
    else if (event.key === 'ArrowLeft' && expanded === 'true') here.click();
    else if (event.key === 'ArrowLeft' && path) go(items.find((item) => item.dataset['path'] === parentOf(path)));
  };

  const rows = (path: string, depth: number): React.ReactNode => {
    const folder = folders[path];
    if (folder?.error) {
      return (
        <div className="tree-note bad small" role="none" style={{ paddingLeft: 12 + depth * 12 }}>
          {folder.error}
        </div>
      );
    }
    if (!folder?.entries) return null;
    if (folder.entries.length === 0) {
      return (
        <div className="tree-note muted small" role="none" style={{ paddingLeft: 28 + depth * 12 }}>
          empty
        </div>
      );
    }
    return folder.entries.map((entry) => {
      const full = path === '/' ? `/${entry.name}` : `${path}/${entry.name}`;
      const isOpen = open.includes(full);
      const folderLike = entry.type === 'directory' || (entry.type === 'link' && isOpen);
      return (
        <div key={full} role="none">
          <button
            type="button"
            role="treeitem"
            className="tree-row"
            data-path={full}
            aria-level={depth + 1}
            aria-expanded={folderLike ? isOpen : undefined}
            tabIndex={depth === 0 && entry === folder.entries?.[0] ? 0 : -1}
            style={{ paddingLeft: 8 + depth * 12 }}
            onClick={() => choose(full, entry)}
            title={entry.type === 'link' ? `${full} (link)` : full}
          >
            <Icon
              name={folderLike ? (isOpen ? 'chevron-down' : 'chevron-right') : entry.type === 'link' ? 'link' : 'file'}
              size={14}
            />
            <span>{entry.name}</span>
          </button>
          {isOpen && (
            // biome-ignore lint/a11y/useSemanticElements: a group of a tree, not a field set
            <div role="group">{rows(full, depth + 1)}</div>
          )}
        </div>
      );
    });
  };

  return (
    <div className="tree" role="tree" aria-label="Files" ref={root} onKeyDown={onKeyDown} data-testid="file-tree">
      {rows('/', 0)}
    </div>
  );
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
