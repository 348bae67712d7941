import { type ArchiveEntry, writeTar } from '../../../../../../vm-images/build/archive.ts';
import { gzip } from '../../../../../../vm-images/build/modules.ts';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import type { NewImage } from '../../../../../../vm-images/userland/model/software/bank.ts';
import { databaseFiles, indexPayloads } from '../../../../../../vm-images/userland/model/software/database.ts';
import type { ImageProfile } from '../../../../../../vm-images/userland/model/software/profile.ts';
import { createVib, vibId } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { packModule } from '../../../../../helpers/small-image.ts';

const WHEN = '2014-09-11T00:00:00.000000+00:00';
export const KERNEL = 'b.b00';
export const STATE = packModule({ 'local.tgz': 'configuration' });

/** Packs files as the image database is packed. */
export function packTexts(files: readonly { path: string; text: string }[]): Uint8Array {
  const entries = files.map(
    ({ path, text }): ArchiveEntry => ({ kind: 'file', path, mode: 0o644, data: nodeCodec.utf8Encode(text) }),
  );
  return gzip(writeTar(entries, 0));
}

/**
 * An image with a VIB a module: `b.b00` is the kernel, each brings the file `usr/NAME` with the given text.
 *
 * @param modules Texts by the name of the module in the bank. Another text is another version.
 */
export function plainImage(modules: Readonly<Record<string, string>>, updated = 1): NewImage & { vibs: string[] } {
  const packed = Object.entries(modules).map(([name, text]) => ({
    name,
    bytes: packModule({ [`usr/${name}`]: text }),
  }));
  const vibs = Object.entries(modules).map(([name, text]) =>
    createVib({ name, version: `1.0-${text}`, vendor: 'Bootbank', summary: name, releaseDate: WHEN }),
  );
  const profile: ImageProfile = {
    name: 'plain',
    creator: 'Bootbank',
    creationTime: WHEN,
    modifiedTime: WHEN,
    acceptanceLevel: 'partner',
    description: '',
    readonly: true,
    statelessReady: true,
    vibs: vibs.map((vib) => ({ id: vibId(vib), payloads: [{ payloadName: vib.name, destName: vib.name }] })),
  };
  return {
    config: { title: 'Loading VMware ESXi', kernel: KERNEL, kernelopt: '', build: '5.5.0-1500500', updated },
    modules: Object.keys(modules).filter((name) => name !== KERNEL),
    files: packed.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length, read: () => bytes })),
    database: packTexts(databaseFiles(vibs, profile, indexPayloads(packed))),
    state: STATE,
    vibs: vibs.map(vibId).sort(),
  };
}

/** Files of a bank that holds an image, `boot.cfg` among them. */
export function bankFiles(image: NewImage, bootstate = 0): Record<string, Uint8Array | string> {
  const { title, kernel, kernelopt, build, updated } = image.config;
  const modules = [...image.modules, 'imgdb.tgz', 'state.tgz'].join(' --- ');
  return {
    'boot.cfg': `bootstate=${bootstate}\ntitle=${title}\nkernel=${kernel}\nkernelopt=${kernelopt}\nmodules=${modules}\nbuild=${build}\nupdated=${updated}\n`,
    ...Object.fromEntries(image.files.map((file) => [file.name, file.read()])),
    'imgdb.tgz': image.database,
    'state.tgz': image.state,
  };
}
