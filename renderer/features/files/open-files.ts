/** Files of hosts that are open in the editor. Edits live here until they are saved or the lab is closed. */
import { client, errorText } from '../../app/client.ts';
import { createStore, type Store } from '../../app/store.ts';
import { createModel, type TextModel } from './editor.ts';

export const LARGE_BYTES = 1024 * 1024;

export interface OpenFile {
  path: string;
  state: 'loading' | 'open' | 'failed' | 'binary' | 'saving' | 'changed-elsewhere';
  message: string;
  dirty: boolean;
  model: TextModel | null;
}

interface HostFiles {
  open: OpenFile[];
  shown: string | null;
}

interface Content {
  /** null: not UTF-8 text. */
  text: string | null;
  bytes: number;
}

export class FileStore {
  readonly store: Store<HostFiles> = createStore<HostFiles>({ open: [], shown: null });
  private readonly session: string;
  private readonly host: string;
  /** What the host held when a file was read or last saved. */
  private readonly known = new Map<string, string>();

  constructor(session: string, host: string) {
    this.session = session;
    this.host = host;
  }

  async list(path: string) {
    const { entries } = await client.call('host.listFiles', { ...this.address(), path });
    return entries.sort((a, b) => rank(a.type) - rank(b.type) || a.name.localeCompare(b.name));
  }

  async open(path: string): Promise<void> {
    const existing = this.find(path);
    this.store.set({ shown: path });
    if (existing !== undefined && existing.state !== 'failed') return;
    if (existing === undefined) {
      const file: OpenFile = { path, state: 'loading', message: '', dirty: false, model: null };
      this.store.set({ open: [...this.store.get().open, file] });
    } else this.change(path, { state: 'loading', message: '' });
    try {
      this.fill(path, await this.read(path));
    } catch (error) {
      this.change(path, { state: 'failed', message: errorText(error) });
    }
  }

  /** Opens an empty file that the host will have once it is saved. */
  create(path: string): void {
    if (this.find(path) !== undefined) {
      this.store.set({ shown: path });
      return;
    }
    const file: OpenFile = { path, state: 'open', message: '', dirty: true, model: null };
    this.store.set({ open: [...this.store.get().open, file], shown: path });
    this.setModel(path, createModel(path, ''));
    this.change(path, { dirty: true });
  }

  /** @param force Saves even when the file has changed on the host since it was read. */
  async save(path: string, force = false): Promise<void> {
    const file = this.find(path);
    if (file?.model == null || file.state === 'saving') return;
    const text = file.model.getValue();
    this.change(path, { state: 'saving', message: '' });
    try {
      if (!force && (await this.changedElsewhere(path))) {
        this.change(path, { state: 'changed-elsewhere', message: '' });
        return;
      }
      await client.call('host.writeFile', { ...this.address(), path, text });
      this.known.set(path, text);
      this.change(path, { state: 'open', dirty: file.model.getValue() !== text });
    } catch (error) {
      this.change(path, { state: 'open', message: `Not saved: ${errorText(error)}` });
    }
  }

  /** Takes what the host has now; edits made here are lost. */
  async reload(path: string): Promise<void> {
    this.change(path, { state: 'loading', message: '' });
    try {
      this.fill(path, await this.read(path));
    } catch (error) {
      this.change(path, { state: 'failed', message: errorText(error) });
    }
  }

  close(path: string): void {
    const { open, shown } = this.store.get();
    const index = open.findIndex((file) => file.path === path);
    open[index]?.model?.dispose();
    this.known.delete(path);
    const left = open.filter((file) => file.path !== path);
    const neighbour = left[Math.min(index, left.length - 1)]?.path ?? null;
    this.store.set({ open: left, shown: shown === path ? neighbour : shown });
  }

  dispose(): void {
    for (const file of this.store.get().open) file.model?.dispose();
    this.store.set({ open: [], shown: null });
  }

  private address() {
    return { session: this.session, host: this.host };
  }

  private find(path: string): OpenFile | undefined {
    return this.store.get().open.find((file) => file.path === path);
  }

  private change(path: string, patch: Partial<OpenFile>): void {
    this.store.set({ open: this.store.get().open.map((file) => (file.path === path ? { ...file, ...patch } : file)) });
  }

  private async read(path: string): Promise<Content> {
    const answer = await client.call('host.readFile', { ...this.address(), path, encoding: 'base64' });
    if ('text' in answer) return { text: answer.text, bytes: answer.text.length };
    const bytes = Uint8Array.from(atob(answer.base64), (character) => character.charCodeAt(0));
    return { text: decodeText(bytes), bytes: bytes.length };
  }

  private fill(path: string, { text, bytes }: Content): void {
    if (text === null) {
      this.change(path, { state: 'binary', message: String(bytes) });
      return;
    }
    this.known.set(path, text);
    const model = this.find(path)?.model;
    if (model) model.setValue(text);
    else this.setModel(path, createModel(path, text));
    this.change(path, { state: 'open', dirty: false });
  }

  private setModel(path: string, model: TextModel): void {
    model.onDidChangeContent(() => {
      const dirty = model.getValue() !== this.known.get(path);
      if (this.find(path)?.dirty !== dirty) this.change(path, { dirty });
    });
    this.change(path, { model });
  }

  private async changedElsewhere(path: string): Promise<boolean> {
    const before = this.known.get(path);
    if (before === undefined) return false;
    const now = await this.read(path).catch(() => null);
    return now !== null && now.text !== before;
  }
}

/** @returns null when the bytes are not text. */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function rank(type: string): number {
  return type === 'directory' ? 0 : 1;
}

let session = '';
const stores = new Map<string, FileStore>();

/** One store a host; another session starts with none. */
export function filesOf(sessionId: string, host: string): FileStore {
  if (sessionId !== session) {
    for (const store of stores.values()) store.dispose();
    stores.clear();
    session = sessionId;
  }
  const existing = stores.get(host) ?? new FileStore(sessionId, host);
  stores.set(host, existing);
  return existing;
}
