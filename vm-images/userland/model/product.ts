import type { Files } from './system.ts';

/** What the host calls itself. It is part of the image: another bank may hold another build. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly update: string;
}

/** The release that host images are built of. */
export const IMAGE_PRODUCT: Product = { name: 'VMware ESXi', version: '5.5.0', build: '1500500', update: '0' };

/** Comes with the base system: `version`, `build` and `update`, a line each. */
export const RELEASE_FILE = 'etc/vmware/release';

export function serializeRelease({ version, build, update }: Product): string {
  return `version = "${version}"\nbuild = "${build}"\nupdate = "${update}"\n`;
}

/** The release of the running root; that of the image build where the file is missing. */
export function readProduct(files: Pick<Files, 'readText'>): Product {
  return parseRelease(files.readText(`/${RELEASE_FILE}`) ?? '');
}

export function parseRelease(text: string): Product {
  const value = (key: string, usual: string) => new RegExp(`^${key} = "([^"]*)"$`, 'm').exec(text)?.[1] ?? usual;
  const { name, version, build, update } = IMAGE_PRODUCT;
  return { name, version: value('version', version), build: value('build', build), update: value('update', update) };
}

/** First line of the consoles. */
export function productLine({ name, version, build }: Product): string {
  return `${name} ${version} (VMKernel Release Build ${build})`;
}
