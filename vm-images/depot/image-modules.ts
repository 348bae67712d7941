import { readBaseDisk } from '../../main/vm/disk/base-disk.ts';
import { sliceReader } from '../../main/vm/disk/block-device.ts';
import { openFat } from '../../main/vm/disk/fat.ts';
import { readGpt, SECTOR_BYTES } from '../../main/vm/disk/gpt.ts';
import { Overlay } from '../../main/vm/disk/overlay.ts';
import type { HostImage } from '../../main/vm/types.ts';
import { readDatabase } from '../userland/model/software/database.ts';
import type { ImageProfile } from '../userland/model/software/profile.ts';
import { type Vib, vibId } from '../userland/model/software/vib.ts';
import { nodeCodec } from './node-codec.ts';

const BANK = 5;

/** What a host image consists of, as its first bank has it. */
export interface ImageModules {
  readonly profile: ImageProfile;
  readonly vibs: readonly Vib[];
  /** Packed payloads of a VIB, in the order of its descriptor. */
  payloads(vib: Vib): Uint8Array[];
}

/** @throws LabError of the disk readers when the image is damaged. */
export async function readImageModules(image: HostImage): Promise<ImageModules> {
  const base = await readBaseDisk(image.diskFile);
  const disk = new Overlay(base);
  const reader = { read: async (offset: number, length: number) => disk.read(offset, length) };
  const { partitions } = await readGpt(reader, base.byteLength);
  const { firstLba } = partitions.find((one) => one.number === BANK)!;
  const volume = await openFat(sliceReader(reader, firstLba * SECTOR_BYTES));
  const { profile, vibs } = readDatabase(nodeCodec.gunzip(await volume.readFile('/imgdb.tgz')), nodeCodec);
  const files = new Map<string, Uint8Array>();
  for (const { payloads } of profile.vibs)
    for (const { destName } of payloads) files.set(destName, await volume.readFile(`/${destName}`));
  return {
    profile,
    vibs,
    payloads(vib) {
      const named = profile.vibs.find(({ id }) => id === vibId(vib))!.payloads;
      return vib.payloads.map(({ name }) => files.get(named.find((one) => one.payloadName === name)!.destName)!);
    },
  };
}
