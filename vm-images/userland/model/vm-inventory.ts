import { childrenOf, childText, element, parseXml, serializeXml } from './software/xml-tree.ts';

/** One registered machine: its number in vim-cmd and where its configuration is. */
export interface InventoryEntry {
  id: number;
  /** Absolute: `/vmfs/volumes/<uuid>/web01/web01.vmx`. */
  vmxPath: string;
}

/** Where the host keeps the list. */
export const INVENTORY_FILE = '/etc/vmware/hostd/vmInventory.xml';

/** @throws Error when the file is not XML. An empty text is an empty inventory. */
export function parseInventory(text: string): InventoryEntry[] {
  if (text.trim() === '') return [];
  return childrenOf(parseXml(text), 'ConfigEntry').map((entry) => ({
    id: Number(childText(entry, 'objID', '0')),
    vmxPath: childText(entry, 'vmxCfgPath'),
  }));
}

export function serializeInventory(entries: readonly InventoryEntry[]): string {
  return serializeXml(
    element(
      'ConfigRoot',
      entries.map((entry, index) =>
        element('ConfigEntry', [element('objID', String(entry.id)), element('vmxCfgPath', entry.vmxPath)], {
          id: String(index).padStart(4, '0'),
        }),
      ),
    ),
  );
}

/** Numbers are not given out again while higher ones exist. */
export function nextInventoryId(entries: readonly InventoryEntry[]): number {
  return entries.reduce((highest, entry) => Math.max(highest, entry.id), 0) + 1;
}

/** One snapshot of a machine as its `.vmsd` file lists it. */
export interface VmSnapshot {
  uid: number;
  /** uid of the one it was taken from; 0 for a root. */
  parent: number;
  displayName: string;
  description: string;
  /** Microseconds since 1970. */
  createdUs: number;
  /** 0: power was off, 1: with memory. */
  type: number;
  /** Memory file, empty without one. */
  memoryFile: string;
  /** The disks as they were: node and file. */
  disks: { node: string; fileName: string }[];
}

/** The tree of one machine's snapshots. */
export interface SnapshotFile {
  current: number;
  lastUid: number;
  snapshots: VmSnapshot[];
}

/** Reads a `.vmsd`; an empty text is a machine without snapshots. */
export function parseSnapshots(text: string): SnapshotFile {
  const values = new Map<string, string>();
  for (const found of text.matchAll(/^([\w.:]+)\s*=\s*"([^"\n]*)"/gm))
    values.set(found[1] ?? '', decodeValue(found[2] ?? ''));
  const count = Number(values.get('snapshot.numSnapshots') ?? '0');
  const snapshots: VmSnapshot[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = (key: string): string => values.get(`snapshot${index}.${key}`) ?? '';
    const disks = Array.from({ length: Number(at('numDisks') || '0') }, (_, disk) => ({
      node: at(`disk${disk}.node`),
      fileName: at(`disk${disk}.fileName`),
    }));
    snapshots.push({
      uid: Number(at('uid')),
      parent: Number(at('parent') || '0'),
      displayName: at('displayName'),
      description: at('description'),
      createdUs: Number(at('createTimeHigh') || '0') * 2 ** 32 + (Number(at('createTimeLow') || '0') >>> 0),
      type: Number(at('type') || '0'),
      memoryFile: at('filename'),
      disks,
    });
  }
  return {
    current: Number(values.get('snapshot.current') ?? '0'),
    lastUid: Number(values.get('snapshot.lastUID') ?? '0'),
    snapshots,
  };
}

export function serializeSnapshots(file: SnapshotFile): string {
  const lines: string[] = ['.encoding = "UTF-8"'];
  const add = (key: string, value: string | number): void => {
    lines.push(`${key} = "${encodeValue(String(value))}"`);
  };
  add('snapshot.lastUID', file.lastUid);
  if (file.current !== 0) add('snapshot.current', file.current);
  for (const [index, one] of file.snapshots.entries()) {
    const prefix = `snapshot${index}`;
    add(`${prefix}.uid`, one.uid);
    add(`${prefix}.filename`, one.memoryFile);
    if (one.parent !== 0) add(`${prefix}.parent`, one.parent);
    add(`${prefix}.displayName`, one.displayName);
    add(`${prefix}.description`, one.description);
    if (one.type !== 0) add(`${prefix}.type`, one.type);
    add(`${prefix}.createTimeHigh`, Math.floor(one.createdUs / 2 ** 32));
    add(`${prefix}.createTimeLow`, (one.createdUs % 2 ** 32) | 0);
    add(`${prefix}.numDisks`, one.disks.length);
    for (const [disk, each] of one.disks.entries()) {
      add(`${prefix}.disk${disk}.fileName`, each.fileName);
      add(`${prefix}.disk${disk}.node`, each.node);
    }
  }
  add('snapshot.numSnapshots', file.snapshots.length);
  return `${lines.join('\n')}\n`;
}

function encodeValue(value: string): string {
  return value.replace(/["|\n]/g, (char) => `|${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function decodeValue(value: string): string {
  return value.replace(/\|([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
