import { hash } from '../hash.ts';
import { child, childrenOf, childText, element, parseXml, serializeXml, type XmlElement } from './xml-tree.ts';

/**
 * The image database of a host: `/var/db/esximg/vibs/<file>.xml` (one descriptor a VIB) and
 * `/var/db/esximg/profiles/<file>.xml` (the image profile). The image build writes them, `esxcli software` reads them.
 */

/** Acceptance levels from the strictest down, by the word a descriptor uses. */
export const ACCEPTANCE_LEVELS = ['certified', 'accepted', 'partner', 'community'] as const;
export type AcceptanceLevel = (typeof ACCEPTANCE_LEVELS)[number];

/** The words esxcli shows and takes. */
export const ACCEPTANCE_NAMES: Readonly<Record<AcceptanceLevel, string>> = {
  certified: 'VMwareCertified',
  accepted: 'VMwareAccepted',
  partner: 'PartnerSupported',
  community: 'CommunitySupported',
};

export interface VibConstraint {
  name: string;
  /** `<<`, `<=`, `=`, `>=` or `>>`; absent: any version. */
  relation?: string;
  version?: string;
}

export interface VibChecksum {
  /** `sha-256` or `sha-1`. */
  type: string;
  /** `gunzip` when the sum is over the unpacked bytes, else empty. */
  verifyProcess: string;
  /** Lower-case hex. */
  sum: string;
}

export interface VibPayload {
  name: string;
  /** `boot`, `vgz`, `tgz`, `insttar` or `locker-tar`. */
  type: string;
  /** Bytes as packed. */
  size: number;
  checksums: VibChecksum[];
}

export interface Vib {
  type: 'bootbank' | 'locker';
  name: string;
  version: string;
  vendor: string;
  summary: string;
  description: string;
  /** ISO 8601 UTC. */
  releaseDate: string;
  urls: { key: string; url: string }[];
  depends: VibConstraint[];
  conflicts: VibConstraint[];
  replaces: VibConstraint[];
  provides: VibConstraint[];
  compatibleWith: VibConstraint[];
  tags: string[];
  maintenanceModeRequired: boolean;
  hardwarePlatforms: { vendor: string; model: string }[];
  /** Paths the VIB brings, relative to the root: `etc/ntp.conf`. */
  files: string[];
  acceptanceLevel: AcceptanceLevel;
  liveInstallAllowed: boolean;
  liveRemoveAllowed: boolean;
  cimomRestart: boolean;
  statelessReady: boolean;
  overlay: boolean;
  payloads: VibPayload[];
  /** ISO 8601 UTC; set once it is part of a host. */
  installDate?: string;
}

/** `Vendor_type_name_version`. */
export function vibId(vib: Pick<Vib, 'vendor' | 'type' | 'name' | 'version'>): string {
  return `${vib.vendor}_${vib.type}_${vib.name}_${vib.version}`;
}

/** An archive holds 100 letters of a name: what it can't hold would be missing from imgdb.tgz. */
const MAX_FILE_NAME = 100;
const EXTENSION = '.xml';

/**
 * File name of a VIB in the image database: `esx-base-<hash>.xml` on a host; ours is the id, which is unique and readable. Of
 * a very long one the end gives way to a number made of it.
 */
export function databaseFileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_');
  if (plain.length + EXTENSION.length <= MAX_FILE_NAME) return plain + EXTENSION;
  const end = `-${hash(name).toString(16).padStart(8, '0')}${EXTENSION}`;
  return plain.slice(0, MAX_FILE_NAME - end.length) + end;
}

/** A descriptor with every optional part at its usual value; name, version and summary are the caller's. */
export function createVib(
  parts: Partial<Vib> & Pick<Vib, 'name' | 'version' | 'vendor' | 'summary' | 'releaseDate'>,
): Vib {
  return {
    type: 'bootbank',
    description: parts.summary,
    urls: [],
    depends: [],
    conflicts: [],
    replaces: [],
    provides: [],
    compatibleWith: [],
    tags: [],
    maintenanceModeRequired: true,
    hardwarePlatforms: [],
    files: [],
    acceptanceLevel: 'certified',
    liveInstallAllowed: false,
    liveRemoveAllowed: false,
    cimomRestart: false,
    statelessReady: true,
    overlay: false,
    payloads: [],
    ...parts,
  };
}

/**
 * Reads a descriptor (`descriptor.xml` of a VIB or its copy in the image database).
 *
 * @throws Error when it is not XML, its root is not `vib`, or name, version, vendor, type or acceptance level is wrong.
 */
export function parseVib(text: string): Vib {
  const root = parseXml(text);
  if (root.name !== 'vib') throw new Error(`VIB descriptor: root element is <${root.name}>, expected <vib>`);
  const type = childText(root, 'type');
  if (type !== 'bootbank' && type !== 'locker')
    throw new Error(`VIB descriptor: type "${type}" is neither bootbank nor locker`);
  for (const name of ['name', 'version', 'vendor']) {
    if (childText(root, name) === '') throw new Error(`VIB descriptor: <${name}> is missing or empty`);
  }
  const relationships = child(root, 'relationships');
  const requires = child(root, 'system-requires');
  const installDate = childText(root, 'install-date');
  return {
    type,
    name: childText(root, 'name'),
    version: childText(root, 'version'),
    vendor: childText(root, 'vendor'),
    summary: childText(root, 'summary'),
    description: childText(root, 'description'),
    releaseDate: childText(root, 'release-date'),
    urls: childrenOf(child(root, 'urls'), 'url').map((url) => ({ key: url.attributes.key ?? '', url: url.text })),
    depends: parseConstraints(relationships, 'depends'),
    conflicts: parseConstraints(relationships, 'conflicts'),
    replaces: parseConstraints(relationships, 'replaces'),
    provides: parseConstraints(relationships, 'provides'),
    compatibleWith: parseConstraints(relationships, 'compatibleWith'),
    tags: childrenOf(child(root, 'software-tags'), 'tag').map((tag) => tag.text),
    maintenanceModeRequired: childText(requires, 'maintenance-mode') === 'true',
    hardwarePlatforms: childrenOf(requires, 'hwplatform').map((one) => ({
      vendor: one.attributes.vendor ?? '',
      model: one.attributes.model ?? '',
    })),
    files: childrenOf(child(root, 'file-list'), 'file').map((file) => file.text),
    acceptanceLevel: parseAcceptance(childText(root, 'acceptance-level')),
    liveInstallAllowed: childText(root, 'live-install-allowed') === 'true',
    liveRemoveAllowed: childText(root, 'live-remove-allowed') === 'true',
    cimomRestart: childText(root, 'cimom-restart') === 'true',
    statelessReady: childText(root, 'stateless-ready') === 'true',
    overlay: childText(root, 'overlay') === 'true',
    payloads: childrenOf(child(root, 'payloads'), 'payload').map(parsePayload),
    ...(installDate === '' ? {} : { installDate }),
  };
}

/** Writes a descriptor in the order of the format; `install-date` only when it has one. */
export function serializeVib(vib: Vib): string {
  const bool = (value: boolean): string => (value ? 'true' : 'false');
  const relationships = (['depends', 'conflicts', 'replaces', 'provides', 'compatibleWith'] as const).map((kind) =>
    element(kind, vib[kind].map(serializeConstraint)),
  );
  const root = element(
    'vib',
    [
      element('type', vib.type),
      element('name', vib.name),
      element('version', vib.version),
      element('vendor', vib.vendor),
      element('summary', vib.summary),
      element('description', vib.description),
      element('release-date', vib.releaseDate),
      element(
        'urls',
        vib.urls.map((one) => element('url', one.url, { key: one.key })),
      ),
      element('relationships', relationships),
      element(
        'software-tags',
        vib.tags.map((tag) => element('tag', tag)),
      ),
      element('system-requires', [
        element('maintenance-mode', bool(vib.maintenanceModeRequired)),
        ...vib.hardwarePlatforms.map((one) => element('hwplatform', '', { vendor: one.vendor, model: one.model })),
      ]),
      element(
        'file-list',
        vib.files.map((file) => element('file', file)),
      ),
      element('acceptance-level', vib.acceptanceLevel),
      element('live-install-allowed', bool(vib.liveInstallAllowed)),
      element('live-remove-allowed', bool(vib.liveRemoveAllowed)),
      element('cimom-restart', bool(vib.cimomRestart)),
      element('stateless-ready', bool(vib.statelessReady)),
      element('overlay', bool(vib.overlay)),
      element('payloads', vib.payloads.map(serializePayload)),
      ...(vib.installDate === undefined ? [] : [element('install-date', vib.installDate)]),
    ],
    { version: '5.0' },
  );
  return serializeXml(root);
}

export function parseAcceptance(word: string): AcceptanceLevel {
  const level = ACCEPTANCE_LEVELS.find((one) => one === word);
  if (level === undefined) throw new Error(`acceptance level "${word}" is none of ${ACCEPTANCE_LEVELS.join(', ')}`);
  return level;
}

function parseConstraints(relationships: XmlElement | undefined, kind: string): VibConstraint[] {
  return childrenOf(child(relationships, kind), 'constraint').map((one) => ({
    name: one.attributes.name ?? '',
    ...(one.attributes.relation === undefined ? {} : { relation: one.attributes.relation }),
    ...(one.attributes.version === undefined ? {} : { version: one.attributes.version }),
  }));
}

function serializeConstraint(one: VibConstraint): XmlElement {
  return element('constraint', '', {
    name: one.name,
    ...(one.relation === undefined ? {} : { relation: one.relation }),
    ...(one.version === undefined ? {} : { version: one.version }),
  });
}

function parsePayload(payload: XmlElement): VibPayload {
  return {
    name: payload.attributes.name ?? '',
    type: payload.attributes.type ?? '',
    size: Number(payload.attributes.size ?? '0'),
    checksums: childrenOf(payload, 'checksum').map((one) => ({
      type: one.attributes['checksum-type'] ?? '',
      verifyProcess: one.attributes['verify-process'] ?? '',
      sum: one.text,
    })),
  };
}

function serializePayload(payload: VibPayload): XmlElement {
  const checksums = payload.checksums.map((one) =>
    element('checksum', one.sum, {
      'checksum-type': one.type,
      ...(one.verifyProcess === '' ? {} : { 'verify-process': one.verifyProcess }),
    }),
  );
  return element('payload', checksums, { name: payload.name, type: payload.type, size: String(payload.size) });
}
