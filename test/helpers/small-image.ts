import { type ArchiveEntry, writeTar } from '../../vm-images/build/archive.ts';
import { gzip, IMAGE_TIME_SECONDS, withFolders } from '../../vm-images/build/modules.ts';
import type { ImageModules } from '../../vm-images/depot/image-modules.ts';
import { describeVib } from '../../vm-images/depot/vib-writer.ts';
import { IMAGE_PRODUCT, productLine, RELEASE_FILE, serializeRelease } from '../../vm-images/userland/model/product.ts';
import type { ImageProfile } from '../../vm-images/userland/model/software/profile.ts';
import { createVib, type Vib, vibId } from '../../vm-images/userland/model/software/vib.ts';

const RELEASED = '2014-09-11T00:00:00.000000+00:00';

/** A module as an image has it: a gzipped archive of text files by path. */
export function packModule(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(
    ([path, text]): ArchiveEntry => ({ kind: 'file', path, mode: 0o644, data: new TextEncoder().encode(text) }),
  );
  return gzip(writeTar(withFolders(entries), IMAGE_TIME_SECONDS));
}

interface Part {
  vib: Vib;
  payloads: Uint8Array[];
  files: string[];
}

function part(
  vib: Partial<Vib> & Pick<Vib, 'name' | 'version'>,
  modules: readonly { name: string; type: string; file: string; content: Readonly<Record<string, string>> }[],
): Part {
  const payloads = modules.map(({ name, type, content }) => ({ name, type, packed: packModule(content) }));
  const described = createVib({
    vendor: 'Bootbank',
    summary: vib.name,
    releaseDate: RELEASED,
    installDate: RELEASED,
    files: modules.flatMap(({ content }) => Object.keys(content)),
    ...vib,
  });
  return {
    vib: describeVib({ vib: described, payloads }),
    payloads: payloads.map(({ packed }) => packed),
    files: modules.map(({ file }) => file),
  };
}

/**
 * An image of two VIBs that fits in a test: `esx-base` with the modules `b` (what boot.cfg calls the kernel) and `s`, and
 * `net-old`, which may come and go while a host runs.
 */
export function smallImage(): ImageModules & { names(vib: Vib): readonly string[] } {
  const parts = [
    part({ name: 'esx-base', version: '5.5.0-0.1.1500500', provides: PROVISIONS }, [
      { name: 'b', type: 'boot', file: 'b.b00', content: { 'bin/bbjs': 'runner' } },
      {
        name: 's',
        type: 'vgz',
        file: 's.v00',
        content: {
          [RELEASE_FILE]: serializeRelease(IMAGE_PRODUCT),
          'etc/vmware/product': `${productLine(IMAGE_PRODUCT)}\n`,
        },
      },
    ]),
    part(
      {
        name: 'net-old',
        version: '1.0.0-1bb.550.0.0.1500500',
        depends: [{ name: 'vmkapi_2_2_0_0' }],
        maintenanceModeRequired: false,
        liveInstallAllowed: true,
        liveRemoveAllowed: true,
      },
      [{ name: 'net-old', type: 'vgz', file: 'net-old.v00', content: { 'usr/lib/vmware/vmkmod/old': 'driver' } }],
    ),
  ];
  const find = (vib: Vib) => parts.find((one) => vibId(one.vib) === vibId(vib))!;
  return {
    profile: profileOf(parts),
    vibs: parts.map(({ vib }) => vib),
    payloads: (vib) => find(vib).payloads,
    names: (vib) => find(vib).files,
  };
}

const PROVISIONS = [{ name: 'esx-version', relation: '=', version: '5.5.0' }, { name: 'vmkapi_2_2_0_0' }];

function profileOf(parts: readonly Part[]): ImageProfile {
  return {
    name: 'ESXi-5.5.0-1500500-standard',
    creator: 'Bootbank',
    creationTime: RELEASED,
    modifiedTime: RELEASED,
    acceptanceLevel: 'partner',
    description: 'An image of a few kilobytes.',
    readonly: true,
    statelessReady: true,
    vibs: parts.map(({ vib, files }) => ({
      id: vibId(vib),
      payloads: vib.payloads.map(({ name }, at) => ({ payloadName: name, destName: files[at]! })),
    })),
  };
}
