import { gunzipSync } from 'node:zlib';
import type { DepotDescription } from '../../labs/schema/depot.ts';
import type { ArchiveEntry } from '../build/archive.ts';
import { IMAGE_PRODUCT, type Product, productLine, RELEASE_FILE, serializeRelease } from '../userland/model/product.ts';
import type { Vib } from '../userland/model/software/vib.ts';
import type { ImageModules } from './image-modules.ts';
import { replaceInTar } from './tar-edit.ts';
import type { NewVib } from './vib-writer.ts';

const PRODUCT_FILE = 'etc/vmware/product';

type Base = NonNullable<DepotDescription['base']>;

/**
 * Another release of the base system: the image's own, with another build in the two files that name it, and what the
 * description adds. Everything else about it is as it was.
 */
export function releaseBase(
  image: ImageModules,
  base: Base,
  added: readonly ArchiveEntry[],
  pack: (tar: Uint8Array) => Uint8Array,
): NewVib {
  const vib = image.vibs.find((one) => one.payloads.some(({ type }) => type === 'boot'))!;
  const product: Product = { ...IMAGE_PRODUCT, build: base.build, update: String(base.update) };
  const texts = new Map([
    [RELEASE_FILE, serializeRelease(product)],
    [PRODUCT_FILE, `${productLine(product)}\n`],
  ]);
  const payloads = image.payloads(vib).map((packed, at) => {
    const tar = new Uint8Array(gunzipSync(packed));
    const edited = replaceInTar(tar, texts, at === vib.payloads.length - 1 ? added : []);
    return {
      name: vib.payloads[at]!.name,
      type: vib.payloads[at]!.type,
      packed: edited === null ? packed : pack(edited),
    };
  });
  const brought = added.filter(({ kind }) => kind !== 'directory').map(({ path }) => path);
  return {
    vib: { ...vib, ...renamed(vib, product), files: [...new Set([...vib.files, ...brought])] },
    payloads,
  };
}

/** What says which release it is. */
function renamed(vib: Vib, product: Product): Pick<Vib, 'version' | 'provides'> {
  const provides = vib.provides.map((one) => (one.name === 'esx-version' ? { ...one, version: product.version } : one));
  return { version: versionOf(product), provides };
}

/** `5.5.0-1.15.1700700`: version, update, build. */
function versionOf({ version, build, update }: Product): string {
  return `${version}-${update === '0' ? '0.1' : `${update}.${Number(update) * 15}`}.${build}`;
}
