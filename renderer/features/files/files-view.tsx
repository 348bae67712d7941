import { useEffect, useRef, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useActions } from '../../app/actions.ts';
import { recall, remember } from '../../app/memory.ts';
import { settings } from '../../app/settings.ts';
import { useStore } from '../../app/store.ts';
import { bytesText } from '../../app/text.ts';
import type { HostView } from '../../app/types.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Banner, Notice } from '../../components/notice.tsx';
import { lab, power } from '../session/lab-session.ts';
import { createEditor, editorOptions } from './editor.ts';
import { FileTree } from './file-tree.tsx';
import { type FileStore, filesOf, type OpenFile } from './open-files.ts';

/** Files of a host: a tree, and an editor that saves straight to it. */
export function FilesView({ host }: { host: HostView }) {
  const session = lab.get().view?.session ?? '';
  const files = filesOf(session, host.name);
  const [turn, setTurn] = useState(0);
  const [large, setLarge] = useState<{ path: string; bytes: number } | null>(null);
  const { open, shown } = useStore(files.store);
  const file = open.find((candidate) => candidate.path === shown);

  useActions(() => [
    ...open.map((one) => ({
      id: `file-${one.path}`,
      title: one.path,
      group: 'Files' as const,
      hint: host.name,
      run: () => void files.open(one.path),
    })),
    ...(file
      ? [
          {
            id: 'save-file',
            title: `Save ${file.path}`,
            group: 'Files' as const,
            keys: 'Ctrl+S',
            run: () => void files.save(file.path),
          },
        ]
      : []),
  ]);

  if (host.state !== 'ready' && open.length === 0) {
    return (
      <Notice
        title={`${host.name} is ${host.state}`}
        icon="folder"
        action={
          host.state === 'starting' ? undefined : (
            <Button kind="primary" onClick={() => void power(host.name, 'on')}>
              Power on
            </Button>
          )
        }
      >
        Its files can be read while it runs.
      </Notice>
    );
  }
  return (
    <Group
      orientation="horizontal"
      id={`files-${host.name}`}
      className="files"
      defaultLayout={recall('layout.files', undefined)}
      onLayoutChanged={(layout, meta) => meta.isUserInteraction && remember('layout.files', layout)}
    >
      <Panel id="tree" defaultSize={220} minSize={140} groupResizeBehavior="preserve-pixel-size">
        <div className="files-side">
          <PathField files={files} onRefresh={() => setTurn(turn + 1)} />
          <FileTree key={host.state} files={files} turn={turn} onLarge={(path, bytes) => setLarge({ path, bytes })} />
        </div>
      </Panel>
      <Separator className="separator vertical" />
      <Panel id="editor" minSize={200}>
        <div className="files-main">
          {large !== null && (
            <Banner
              kind="warn"
              action={
                <>
                  <Button
                    onClick={() => {
                      void files.open(large.path);
                      setLarge(null);
                    }}
                  >
                    Open it
                  </Button>
                  <IconButton label="Leave it" icon="cross" onClick={() => setLarge(null)} />
                </>
              }
            >
              {large.path} has {bytesText(large.bytes)}. Reading it takes a while.
            </Banner>
          )}
          <FileTabs files={files} open={open} shown={shown} />
          {file === undefined ? (
            <Notice title="No file is open" icon="file">
              Choose one on the left, or type its path above the tree.
            </Notice>
          ) : (
            <EditorArea files={files} file={file} />
          )}
        </div>
      </Panel>
    </Group>
  );
}

function PathField({ files, onRefresh }: { files: FileStore; onRefresh(): void }) {
  const [path, setPath] = useState('');
  const valid = path.startsWith('/') && !path.endsWith('/');
  return (
    <form
      className="path-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (!valid) return;
        void files.open(path);
        setPath('');
      }}
    >
      <input
        className="text-input"
        placeholder="/path/of/a/file"
        aria-label="Open a file by its path"
        spellCheck={false}
        value={path}
        onChange={(event) => setPath(event.target.value)}
        data-testid="file-path"
      />
      <IconButton label="Read the folders again" icon="reset" onClick={onRefresh} />
    </form>
  );
}

function FileTabs({ files, open, shown }: { files: FileStore; open: OpenFile[]; shown: string | null }) {
  const [asking, setAsking] = useState<string | null>(null);
  if (open.length === 0) return null;
  const close = (file: OpenFile) => {
    if (file.dirty && file.model !== null) setAsking(file.path);
    else files.close(file.path);
  };
  return (
    <>
      <div className="file-tabs" role="tablist" aria-label="Open files">
        {open.map((file) => (
          <div key={file.path} className={`tab ${file.path === shown ? 'selected' : ''}`}>
            <button
              type="button"
              role="tab"
              aria-selected={file.path === shown}
              title={file.path}
              onClick={() => void files.open(file.path)}
              data-testid={`file-${file.path}`}
            >
              {file.path.slice(file.path.lastIndexOf('/') + 1)}
              {file.dirty && (
                <span className="dirty" role="img" aria-label="not saved" title="Not saved">
                  ●
                </span>
              )}
            </button>
            <button type="button" className="tab-close" aria-label={`Close ${file.path}`} onClick={() => close(file)}>
              <Icon name="cross" size={12} />
            </button>
          </div>
        ))}
      </div>
      {asking !== null && (
        <Banner
          kind="warn"
          action={
            <>
              <Button onClick={() => setAsking(null)}>Keep it open</Button>
              <Button
                kind="danger"
                onClick={() => {
                  files.close(asking);
                  setAsking(null);
                }}
              >
                Close without saving
              </Button>
            </>
          }
        >
          {asking} has changes that are not on the host.
        </Banner>
      )}
    </>
  );
}

function EditorArea({ files, file }: { files: FileStore; file: OpenFile }) {
  if (file.state === 'loading' && file.model === null)
    return <div className="pane-loading muted">Reading {file.path}…</div>;
  if (file.state === 'failed') {
    return (
      <Notice
        title="The file could not be read"
        icon="bang"
        error
        action={
          <div className="row">
            <Button kind="primary" onClick={() => void files.reload(file.path)}>
              Try again
            </Button>
            <Button
              onClick={() => {
                files.close(file.path);
                files.create(file.path);
              }}
            >
              Create it
            </Button>
          </div>
        }
      >
        {file.message}
      </Notice>
    );
  }
  if (file.state === 'binary') {
    return (
      <Notice title="Not a text file" icon="file">
        {file.path} holds {bytesText(Number(file.message))} that are not text.
      </Notice>
    );
  }
  return <TextEditor files={files} file={file} />;
}

function TextEditor({ files, file }: { files: FileStore; file: OpenFile }) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<ReturnType<typeof createEditor> | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    const created = createEditor(box.current);
    view.current = created;
    const unsubscribe = settings.subscribe(() => created.updateOptions(editorOptions()));
    return () => {
      unsubscribe();
      created.dispose();
      view.current = null;
    };
  }, []);
  useEffect(() => {
    view.current?.setModel(file.model);
    view.current?.updateOptions({ ariaLabel: `Editor: ${file.path}` });
    view.current?.focus();
  }, [file.model, file.path]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    void files.save(file.path);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the editor inside it takes the keys; this hears Ctrl+S go by
    <div className="editor-area" onKeyDown={onKeyDown}>
      {file.state === 'changed-elsewhere' && (
        <Banner
          kind="warn"
          action={
            <>
              <Button onClick={() => void files.reload(file.path)}>Take the host’s</Button>
              <Button kind="danger" onClick={() => void files.save(file.path, true)}>
                Overwrite
              </Button>
            </>
          }
        >
          The file has changed on the host since it was opened. Nothing was saved.
        </Banner>
      )}
      {file.message !== '' && (
        <Banner kind="bad" action={<Button onClick={() => void files.save(file.path)}>Save again</Button>}>
          {file.message} Your changes are kept here.
        </Banner>
      )}
      <div className="editor-box" ref={box} data-testid="editor" />
      <div className="editor-foot small muted">
        <span className="path">{file.path}</span>
        <span className="grow" />
        <span data-testid="save-state">
          {file.state === 'saving' ? 'saving…' : file.dirty ? 'not saved' : 'saved on the host'}
        </span>
        <Button
          kind="quiet"
          keys="Ctrl+S"
          disabled={!file.dirty || file.state === 'saving'}
          onClick={() => void files.save(file.path)}
          data-testid="save-file"
        >
          Save
        </Button>
      </div>
    </div>
  );
}
