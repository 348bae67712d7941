import { gunzipSync } from 'node:zlib';
import { type Bank, BOOT_STATE, chooseBank } from '../../vm-images/userland/model/bank-choice.ts';
import {
  type BootConfig,
  bankPath,
  bootStateOffset,
  parseBootConfig,
} from '../../vm-images/userland/model/boot-config.ts';
import {
  gzipTrailer,
  IMAGE_DATABASES,
  isImageFile,
  type PayloadIndex,
  parsePayloadIndex,
} from '../../vm-images/userland/model/payload-index.ts';
import { readDatabase } from '../../vm-images/userland/model/software/database.ts';
import { ACCEPTANCE_NAMES } from '../../vm-images/userland/model/software/vib.ts';
import { listTar } from '../../vm-images/userland/model/tar.ts';
import { identifyVolume, VOLUME_HEAD_BYTES } from '../../vm-images/userland/model/volume-uuid.ts';
import type { BankView } from '../shared/contracts/banks.ts';
import { type BlockReader, sliceReader } from '../vm/disk/block-device.ts';
import { type FatVolume, openFat } from '../vm/disk/fat.ts';
import { readGpt, SECTOR_BYTES } from '../vm/disk/gpt.ts';
import type { DiskReader } from '../vm/types.ts';

const PARTITIONS = [5, 6];
/** What the loader wants `build` to begin with: see boot/loader.ts. */
const MAJOR_VERSION = '5';
const STATE_WORDS = ['valid', 'upgrading', 'dirty', 'invalid'] as const;
const utf8 = { utf8Decode: (data: Uint8Array) => new TextDecoder().decode(data) };

type Contents = Omit<BankView, 'isNext' | 'isRunning' | 'notes' | 'partition'>;

interface Read {
  bank: Bank;
  contents: Contents;
}

/**
 * Reads the banks of one host's disk again and again: what its modules hold is looked at anew only when something of the
 * volume has changed.
 */
export class BankReader {
  private readonly disk: DiskReader;
  private readonly known = new Map<number, { print: string; contents: Contents }>();

  constructor(disk: DiskReader) {
    this.disk = disk;
  }

  /**
   * @param runningUuid Volume that the host runs from; undefined: it does not run, or has not said.
   * @throws LabError of the disk readers when the disk has no partition table.
   */
  async read(runningUuid: string | undefined): Promise<BankView[]> {
    const { partitions } = await readGpt(this.disk, this.disk.byteLength);
    const found: Read[] = [];
    for (const partition of PARTITIONS) {
      const entry = partitions.find(({ number }) => number === partition);
      if (entry) found.push(await this.readBank(partition, sliceReader(this.disk, entry.firstLba * SECTOR_BYTES)));
    }
    const withConfig = found.filter(({ contents }) => contents !== NOTHING);
    const choice = chooseBank(
      withConfig.map(({ bank }) => bank),
      MAJOR_VERSION,
    );
    return found.map(({ bank, contents }) => ({
      partition: bank.partition,
      ...contents,
      isNext: choice.boot === bank,
      isRunning: runningUuid === undefined ? null : runningUuid === bank.uuid,
      notes: choice.notes.flatMap((note) => {
        const [, text] = new RegExp(`^BANK${bank.partition}: (.*)$`).exec(note) ?? [];
        return text === undefined ? [] : [text];
      }),
    }));
  }

  private async readBank(partition: number, reader: BlockReader): Promise<Read> {
    const head = await reader.read(0, VOLUME_HEAD_BYTES);
    const uuid = identifyVolume(head)?.uuid ?? '';
    const volume = await openFat(reader).catch(() => null);
    const text = volume && (await readText(volume, '/boot.cfg'));
    const config = parseBootConfig(text ?? '');
    const bank: Bank = { partition, uuid, config, stateOffset: bootStateOffset(text ?? '') };
    if (!volume || text === null) return { bank, contents: NOTHING };
    const print = `${text}\n${(await volume.list('/')).map((file) => `${file.name} ${file.size} ${file.modifiedMs}`).join('\n')}`;
    const known = this.known.get(partition);
    const contents = known?.print === print ? known.contents : await readContents(volume, config);
    this.known.set(partition, { print, contents });
    return { bank, contents };
  }
}

const NOTHING: Contents = {
  state: 'corrupt',
  build: '',
  updated: 0,
  profile: null,
  modules: [],
  vibs: [],
  freeBytes: 0,
  savedAt: null,
};

async function readContents(volume: FatVolume, config: BootConfig): Promise<Contents> {
  const files = config.modules.map(({ file }) => bankPath(config, file));
  const database = files.find((path) => IMAGE_DATABASES.includes(baseName(path)));
  const image = await readImage(volume, database ?? '');
  const modules: BankView['modules'] = [];
  if (config.kernel !== '') modules.push(await readModule(volume, bankPath(config, config.kernel), image.index, true));
  for (const path of files) modules.push(await readModule(volume, path, image.index, false));
  modules.push(...left(image.index, modules));
  return {
    state: stateOf(config),
    build: config.build,
    updated: config.updated,
    profile: image.profile,
    modules,
    vibs: image.vibs,
    freeBytes: volume.freeBytes,
    savedAt: await savedAt(volume),
  };
}

function stateOf(config: BootConfig): BankView['state'] {
  const word = STATE_WORDS[config.bootstate];
  if (config.problem !== '' || word === undefined) return 'corrupt';
  return config.bootstate === BOOT_STATE.invalid && config.build === '' ? 'empty' : word;
}

async function readImage(
  volume: FatVolume,
  database: string,
): Promise<{ profile: string | null; vibs: BankView['vibs']; index: PayloadIndex }> {
  try {
    const { profile, vibs, index } = readDatabase(gunzipSync(await volume.readFile(database)), utf8);
    const rows = vibs.map(({ name, version, vendor, acceptanceLevel }) => ({
      name,
      version,
      vendor,
      level: ACCEPTANCE_NAMES[acceptanceLevel],
    }));
    return { profile: profile.name, vibs: rows, index: parsePayloadIndex(index) };
  } catch {
    // Missing or damaged: its module says so.
    return { profile: null, vibs: [], index: new Map() };
  }
}

/** Of the image, but boot.cfg does not name it: the host would start without it. */
function left(index: PayloadIndex, named: BankView['modules']): BankView['modules'] {
  const names = new Set(named.map(({ file }) => baseName(file)));
  return [...index.keys()]
    .filter((name) => !names.has(name))
    .map((file) => ({ file, sizeBytes: null, state: 'missing' as const }));
}

/** As the loader judges it when it is its turn. */
async function readModule(
  volume: FatVolume,
  path: string,
  index: PayloadIndex,
  isKernel: boolean,
): Promise<BankView['modules'][number]> {
  const file = path.slice(1);
  const entry = await volume.stat(path).catch(() => null);
  if (entry?.type !== 'file') return { file, sizeBytes: null, state: 'missing' };
  const wanted = index.get(baseName(path));
  if (wanted === undefined && isImageFile(baseName(path)) && !isKernel && index.size > 0)
    return { file, sizeBytes: entry.size, state: 'unlisted' };
  try {
    const packed = await volume.readFile(path);
    // Throws when the content does not have the sum that the file says.
    gunzipSync(packed);
    const sum = gzipTrailer(packed);
    const isAsInstalled = !wanted || (sum?.crc32 === wanted.crc32 && sum.size === wanted.size);
    return { file, sizeBytes: entry.size, state: isAsInstalled ? 'ok' : 'damaged' };
  } catch {
    return { file, sizeBytes: entry.size, state: 'damaged' };
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function savedAt(volume: FatVolume): Promise<string | null> {
  const entry = await volume.stat('/state.tgz');
  return entry === null ? null : new Date(entry.modifiedMs).toISOString();
}

/**
 * A file of the saved configuration of a bank: of local.tgz in its state.tgz.
 *
 * @param stateArchive state.tgz.
 * @param path Absolute on the host.
 * @returns null when it has none. @throws Error when the archive is damaged.
 */
export function savedFile(stateArchive: Uint8Array, path: string): Uint8Array | null {
  const find = (archive: Uint8Array, name: string) =>
    listTar(new Uint8Array(gunzipSync(archive)), utf8).find((file) => file.path.replace(/^\.\//, '') === name)?.data;
  const local = find(stateArchive, 'local.tgz');
  return (local && find(local, path.slice(1))) ?? null;
}

async function readText(volume: FatVolume, path: string): Promise<string | null> {
  const bytes = await volume.readFile(path).catch(() => null);
  return bytes && new TextDecoder('latin1').decode(bytes);
}
