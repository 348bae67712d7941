import type { Vib } from './vib.ts';
import { vibId } from './vib.ts';
import { child, childrenOf, childText, element, parseXml, serializeXml } from './xml-tree.ts';

/** `index.xml` of a depot: its vendors, each with an index of its own. */
export interface DepotVendor {
  name: string;
  code: string;
  /** File beside index.xml, or below `relativePath`. */
  indexFile: string;
  relativePath: string;
}

/** An entry of a vendor's index: metadata for one platform. */
export interface DepotMetadata {
  productId: string;
  version: string;
  locale: string;
  /** Relative to the vendor's index. */
  url: string;
}

/** A bulletin: why VIBs were released, for people. */
export interface Bulletin {
  id: string;
  vendor: string;
  summary: string;
  severity: string;
  category: string;
  description: string;
  kbUrl: string;
  /** ISO 8601 UTC. */
  releaseDate: string;
  vibIds: string[];
}

export const DEPOT_INDEX = 'index.xml';
export const VENDOR_INDEX = 'vendor-index.xml';
export const METADATA_ZIP = 'metadata.zip';

/** Where a depot keeps a VIB: `vib20/NAME/VENDOR_bootbank_NAME_VERSION.vib`. */
export function vibPath(vib: Pick<Vib, 'vendor' | 'type' | 'name' | 'version'>): string {
  return `vib20/${vib.name}/${vibId(vib)}.vib`;
}

/** @throws Error when it is not a depot's index. */
export function parseDepotIndex(text: string): DepotVendor[] {
  const root = parseXml(text);
  if (root.name !== 'vendorList') throw new Error(`root element is <${root.name}>, expected <vendorList>`);
  return childrenOf(root, 'vendor').map((vendor) => ({
    name: childText(vendor, 'name'),
    code: childText(vendor, 'code'),
    indexFile: childText(vendor, 'indexfile', VENDOR_INDEX),
    relativePath: childText(vendor, 'relativePath'),
  }));
}

export function serializeDepotIndex(vendors: readonly DepotVendor[]): string {
  return serializeXml(
    element(
      'vendorList',
      vendors.map(({ name, code, indexFile, relativePath }) =>
        element('vendor', [
          element('name', name),
          element('code', code),
          element('indexfile', indexFile),
          element('relativePath', relativePath),
          element('content', [
            element('name', 'VMware ESX'),
            element('type', 'http://www.vmware.com/depotmanagement/esx'),
          ]),
        ]),
      ),
    ),
  );
}

/** @throws Error when it is not a vendor's index. */
export function parseVendorIndex(text: string): DepotMetadata[] {
  const root = parseXml(text);
  if (root.name !== 'metaList') throw new Error(`root element is <${root.name}>, expected <metaList>`);
  return childrenOf(root, 'metadata').map((one) => ({
    productId: childText(one, 'productId'),
    version: childText(one, 'version'),
    locale: childText(one, 'locale'),
    url: childText(one, 'url', METADATA_ZIP),
  }));
}

export function serializeVendorIndex(list: readonly DepotMetadata[]): string {
  return serializeXml(
    element(
      'metaList',
      list.map(({ productId, version, locale, url }) =>
        element('metadata', [
          element('productId', productId),
          element('version', version),
          element('locale', locale),
          element('url', url),
        ]),
      ),
    ),
  );
}

/** @throws Error when it is not a bulletin. */
export function parseBulletin(text: string): Bulletin {
  const root = parseXml(text);
  if (root.name !== 'bulletin') throw new Error(`root element is <${root.name}>, expected <bulletin>`);
  return {
    id: childText(root, 'id'),
    vendor: childText(root, 'vendor'),
    summary: childText(root, 'summary'),
    severity: childText(root, 'severity'),
    category: childText(root, 'category'),
    description: childText(root, 'description'),
    kbUrl: childText(root, 'kbUrl'),
    releaseDate: childText(root, 'releaseDate'),
    vibIds: childrenOf(child(root, 'vibList'), 'vib').map((vib) => childText(vib, 'vibID')),
  };
}

export function serializeBulletin(bulletin: Bulletin): string {
  return serializeXml(
    element('bulletin', [
      element('id', bulletin.id),
      element('vendor', bulletin.vendor),
      element('summary', bulletin.summary),
      element('severity', bulletin.severity),
      element('category', bulletin.category),
      element('urgency', bulletin.severity),
      element('releaseType', 'patch'),
      element('description', bulletin.description),
      element('kbUrl', bulletin.kbUrl),
      element('contact'),
      element('releaseDate', bulletin.releaseDate),
      element('platforms', [
        element('softwarePlatform', '', { locale: '', version: '5.*', productLineID: 'embeddedEsx' }),
      ]),
      element(
        'vibList',
        bulletin.vibIds.map((id) => element('vib', [element('vibID', id)])),
      ),
    ]),
  );
}
