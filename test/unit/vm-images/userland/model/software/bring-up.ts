import { gunzipSync } from 'node:zlib';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { type Bank, type BankChoice, chooseBank } from '../../../../../../vm-images/userland/model/bank-choice.ts';
import { bootStateOffset, parseBootConfig } from '../../../../../../vm-images/userland/model/boot-config.ts';
import {
  gzipTrailer,
  isImageFile,
  parsePayloadIndex,
} from '../../../../../../vm-images/userland/model/payload-index.ts';
import { readDatabase } from '../../../../../../vm-images/userland/model/software/database.ts';
import { vibId } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { listTar } from '../../../../../../vm-images/userland/model/tar.ts';
import type { MemoryBank } from './memory-bank.ts';

/** What a host came up with. */
export interface CameUp {
  partition: number;
  choice: BankChoice;
  /** Ids of the VIBs in the image database. */
  vibs: string[];
  /** Kernel and modules that were loaded, without database and state. */
  modules: string[];
  /** Content of the files that the modules brought, by path. */
  root: Map<string, string>;
}

/** Banks by partition number. */
export type Banks = Readonly<Record<5 | 6, MemoryBank>>;

export function banksOf(banks: Banks): Bank[] {
  return ([5, 6] as const).flatMap((partition) => {
    const text = banks[partition].readText('boot.cfg');
    if (text === null) return [];
    return [{ partition, uuid: '', config: parseBootConfig(text), stateOffset: bootStateOffset(text) }];
  });
}

/**
 * Power-on, as the loader does it: choose a bank, rewrite states, load what the bank's boot.cfg names and its index has. The
 * banks are changed as the loader changes them.
 *
 * @throws Error where the loader would stop.
 */
export function bringUp(banks: Banks): CameUp {
  const choice = chooseBank(banksOf(banks), '5');
  for (const { partition, bootstate } of choice.rewrites) {
    const { stateOffset } = banksOf(banks).find((bank) => bank.partition === partition)!;
    banks[partition as 5 | 6].patch('boot.cfg', stateOffset, String(bootstate));
  }
  if (choice.boot === null) throw new Error(`No hypervisor found. ${choice.notes.join(' ')}`);
  const { partition, config } = choice.boot;
  return {
    partition,
    choice,
    ...load(banks[partition as 5 | 6], [config.kernel, ...config.modules.map(({ file }) => file)]),
  };
}

/** The first start of a new image has ended well. */
export function finishStart(bank: MemoryBank): void {
  const text = bank.readText('boot.cfg')!;
  if (parseBootConfig(text).bootstate !== 0) bank.patch('boot.cfg', bootStateOffset(text), '0');
}

function load(bank: MemoryBank, named: readonly string[]): Pick<CameUp, 'vibs' | 'modules' | 'root'> {
  const files = named.map((name) => name.replace(/^\//, ''));
  const read = (name: string) => {
    const bytes = bank.read(name);
    if (bytes === null) throw new Error(`${bank.path}/${name}: 15 (Not found)`);
    return bytes;
  };
  const unpack = (name: string) => listTar(new Uint8Array(gunzipSync(read(name))), nodeCodec);
  const database = files.find((name) => name === 'imgdb.tgz' || name === 'imgdb.new');
  if (database === undefined) throw new Error('no image database');
  const { vibs, index } = readDatabase(new Uint8Array(gunzipSync(read(database))), nodeCodec);
  const sums = parsePayloadIndex(index);
  const modules = files.filter(isImageFile);
  const root = new Map<string, string>();
  for (const name of modules) {
    const wanted = sums.get(name);
    if (wanted === undefined) throw new Error(`${name} is not part of the image`);
    const found = gzipTrailer(read(name));
    if (found?.crc32 !== wanted.crc32 || found.size !== wanted.size) throw new Error(`${name}: 33 (Inconsistent data)`);
    for (const { path, data } of unpack(name)) root.set(path, nodeCodec.utf8Decode(data));
  }
  const left = [...sums.keys()].filter((name) => !modules.includes(name));
  if (left.length > 0) throw new Error(`${left.join(', ')} of the image are not loaded`);
  unpack('state.tgz');
  return { vibs: vibs.map(vibId), modules, root };
}
