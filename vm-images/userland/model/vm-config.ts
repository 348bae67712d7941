/** A `.vmx` file: `key = "value"` lines in their order. Keys are compared without case, kept as written. */
export class VmxFile {
  readonly #entries: { key: string; value: string }[] = [];

  /** Reads the text; lines that are not `key = value` (comments, blanks) are dropped. */
  static parse(text: string): VmxFile {
    const file = new VmxFile();
    for (const found of text.matchAll(/^[ \t]*([^\s#=][^=\n]*?)[ \t]*=[ \t]*(?:"([^"\n]*)"|([^\n]*?))[ \t]*\r?$/gm)) {
      file.set(found[1] ?? '', decode(found[2] ?? found[3] ?? ''));
    }
    return file;
  }

  serialize(): string {
    return this.#entries.map((one) => `${one.key} = "${encode(one.value)}"\n`).join('');
  }

  get(key: string, fallback = ''): string {
    return this.#find(key)?.value ?? fallback;
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  set(key: string, value: string): void {
    const present = this.#find(key);
    if (present === undefined) this.#entries.push({ key, value });
    else present.value = value;
  }

  delete(key: string): void {
    const at = this.#entries.findIndex((one) => one.key.toLowerCase() === key.toLowerCase());
    if (at >= 0) this.#entries.splice(at, 1);
  }

  keys(): string[] {
    return this.#entries.map((one) => one.key);
  }

  #find(key: string): { key: string; value: string } | undefined {
    return this.#entries.find((one) => one.key.toLowerCase() === key.toLowerCase());
  }
}

export interface VmDisk {
  /** `scsi0:0`, `ide0:0`. */
  node: string;
  /** As written in the vmx: relative to its folder, or an absolute path. */
  fileName: string;
}

export interface VmNic {
  /** `ethernet0`. */
  node: string;
  portgroup: string;
  /** Lower-case colon form; empty until the first power-on generates one. */
  mac: string;
  /** `e1000`, `vmxnet3`, `vlance`. */
  model: string;
  connected: boolean;
}

export interface VmConfig {
  name: string;
  guestOs: string;
  /** `vmx-08`. */
  hardwareVersion: string;
  annotation: string;
  memoryMiB: number;
  cpus: number;
  /** `56 4d … -… ee`; empty until the first power-on. */
  uuid: string;
  instanceUuid: string;
  disks: VmDisk[];
  cdroms: { node: string; fileName: string; type: string }[];
  nics: VmNic[];
}

/** What the shell tools need out of a `.vmx`. */
export function readVmConfig(file: VmxFile): VmConfig {
  const present = (node: string): boolean => isTrue(file.get(`${node}.present`, 'FALSE'));
  const units = file
    .keys()
    .map((key) => /^((?:scsi|ide|sata)\d+:\d+)\.present$/i.exec(key)?.[1])
    .filter((node): node is string => node !== undefined && present(node));
  const nicNodes = file
    .keys()
    .map((key) => /^(ethernet\d+)\.present$/i.exec(key)?.[1])
    .filter((node): node is string => node !== undefined && present(node));
  const isCdrom = (node: string): boolean => /cdrom|atapi/i.test(file.get(`${node}.deviceType`));
  return {
    name: file.get('displayName', ''),
    guestOs: guestId(file.get('guestOS', 'other')),
    hardwareVersion: `vmx-${file.get('virtualHW.version', '8').padStart(2, '0')}`,
    annotation: file.get('annotation'),
    memoryMiB: Number(file.get('memSize', '4')),
    cpus: Number(file.get('numvcpus', '1')),
    uuid: file.get('uuid.bios'),
    instanceUuid: file.get('vc.uuid'),
    disks: units.filter((node) => !isCdrom(node)).map((node) => ({ node, fileName: file.get(`${node}.fileName`) })),
    cdroms: units.filter(isCdrom).map((node) => ({
      node,
      fileName: file.get(`${node}.fileName`),
      type: file.get(`${node}.deviceType`),
    })),
    nics: nicNodes.map((node) => ({
      node,
      portgroup: file.get(`${node}.networkName`),
      mac: file.get(`${node}.address`, file.get(`${node}.generatedAddress`)).toLowerCase(),
      model: file.get(`${node}.virtualDev`, 'vlance'),
      connected: isTrue(file.get(`${node}.startConnected`, 'TRUE')),
    })),
  };
}

/** The `.vmx` of a new machine, as `vmsvc/createdummyvm` and tests make it. */
export function createVmx(parts: {
  name: string;
  guestOs?: string;
  memoryMiB?: number;
  cpus?: number;
  hardwareVersion?: number;
}): VmxFile {
  const file = new VmxFile();
  file.set('.encoding', 'UTF-8');
  file.set('config.version', '8');
  file.set('virtualHW.version', String(parts.hardwareVersion ?? 8));
  file.set('nvram', `${parts.name}.nvram`);
  file.set('displayName', parts.name);
  file.set('guestOS', parts.guestOs ?? 'other');
  file.set('memSize', String(parts.memoryMiB ?? 32));
  file.set('numvcpus', String(parts.cpus ?? 1));
  file.set('scsi0.present', 'TRUE');
  file.set('scsi0.virtualDev', 'lsilogic');
  return file;
}

function isTrue(value: string): boolean {
  return /^(true|1|yes|y|on)$/i.test(value);
}

/** The API's guest id of a vmx word: `rhel6-64` → `rhel6_64Guest`. */
function guestId(word: string): string {
  const known: Record<string, string> = {
    other: 'otherGuest',
    'other-64': 'otherGuest64',
    winnetstandard: 'winNetStandardGuest',
  };
  return known[word.toLowerCase()] ?? (word.endsWith('Guest') ? word : `${word.replaceAll('-', '_')}Guest`);
}

/** vmx values write odd characters as `|XX`. */
function decode(value: string): string {
  return value.includes('|')
    ? value.replace(/\|([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : value;
}

function encode(value: string): string {
  return value.replace(/["|\n]/g, (char) => `|${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
