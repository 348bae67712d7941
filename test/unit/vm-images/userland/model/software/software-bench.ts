import { gunzipSync } from 'node:zlib';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { BOOT_STATE } from '../../../../../../vm-images/userland/model/bank-choice.ts';
import { parseBootConfig } from '../../../../../../vm-images/userland/model/boot-config.ts';
import { bytesSource } from '../../../../../../vm-images/userland/model/package/index.ts';
import {
  databaseFiles,
  indexPayloads,
  readDatabase,
} from '../../../../../../vm-images/userland/model/software/database.ts';
import { readDepot, zipDepot } from '../../../../../../vm-images/userland/model/software/depot.ts';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import {
  type ChangeFlags,
  type ChangeRequest,
  type ChangeResult,
  changeImage,
  type LiveChange,
  type PresentImage,
  type SoftwareHost,
} from '../../../../../../vm-images/userland/model/software/transaction.ts';
import type { AcceptanceLevel } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { openVib } from '../../../../../../vm-images/userland/model/software/vib-archive.ts';
import { certificate, type DepotParts, makeDepot, SOME_DAY } from '../../../../../helpers/small-depot.ts';
import { smallImage } from '../../../../../helpers/small-image.ts';
import { type Banks, bringUp, type CameUp, finishStart } from './bring-up.ts';
import { MemoryBank } from './memory-bank.ts';
import { packTexts, STATE } from './plain-image.ts';

const BANK_BYTES = 256 << 10;

export const NO_FLAGS: ChangeFlags = {
  dryRun: false,
  force: false,
  maintenanceMode: false,
  noLiveInstall: false,
  noSigCheck: false,
};

/** Flags that matter, and what else an operation needs. */
export type Asked = Partial<ChangeFlags> & {
  depots?: string[];
  viburls?: string[];
  names?: string[];
  profile?: string;
  okToRemove?: boolean;
  allowDowngrades?: boolean;
};

/** A host of two banks in memory, with depots that it can reach by name; it is asked for changes, restarted, looked at. */
export class SoftwareBench {
  readonly banks: Banks;
  /** What it runs from. */
  partition: 5 | 6 = 5;
  hostLevel: AcceptanceLevel = 'partner';
  inMaintenanceMode = false;
  platform = { vendor: 'Bootbank', model: 'Lab Host' };
  atMs = SOME_DAY;
  readonly live: LiveChange[] = [];
  readonly logged: string[] = [];
  readonly depots = new Map<string, Uint8Array>();
  /** VIBs by `DEPOT/NAME`. */
  readonly files = new Map<string, Uint8Array>();

  constructor() {
    this.banks = {
      5: new MemoryBank('/bootbank', smallImageFiles(), BANK_BYTES),
      6: new MemoryBank('/altbootbank', {}, BANK_BYTES),
    };
  }

  /** The same host, as it is now: what happens to one does not happen to the other. */
  copy(): SoftwareBench {
    const other = new SoftwareBench();
    Object.assign(other, {
      ...this,
      banks: { 5: this.banks[5].copy(), 6: this.banks[6].copy() },
      live: [],
      logged: [],
    });
    return other;
  }

  get runningBank(): MemoryBank {
    return this.banks[this.partition];
  }

  get otherBank(): MemoryBank {
    return this.banks[this.partition === 5 ? 6 : 5];
  }

  addDepot(where: string, parts: DepotParts = {}): this {
    const { zip, vibs } = makeDepot(parts);
    this.depots.set(where, zip);
    for (const [name, file] of vibs) this.files.set(`${where}/${name}`, file);
    return this;
  }

  change(operation: ChangeRequest['operation'], asked: Asked): Promise<ChangeResult> {
    const usual = {
      'vib.install': { depots: [], viburls: [], names: [] },
      'vib.update': { depots: [], viburls: [], names: [] },
      'vib.remove': { names: [] },
      'profile.install': { depots: [], profile: '', okToRemove: false },
      'profile.update': { depots: [], profile: '', allowDowngrades: false },
    };
    return changeImage(this.host(), { ...NO_FLAGS, ...usual[operation], ...asked, operation } as ChangeRequest);
  }

  /**
   * A change that must be refused, with nothing written to any bank.
   *
   * @returns the problem as esxcli would print it: `[Kind] line line`.
   */
  async refusal(operation: ChangeRequest['operation'], asked: Asked): Promise<string> {
    for (const bank of [this.banks[5], this.banks[6]]) bank.restart();
    const outcome = await this.change(operation, asked).catch((error: unknown) => error);
    if (!(outcome instanceof SoftwareProblem)) throw new Error(`not refused: ${JSON.stringify(outcome)} ${outcome}`);
    const written = [...this.banks[5].operations, ...this.banks[6].operations];
    if (written.length + this.live.length > 0)
      throw new Error(`refused with ${outcome.message}, but something was written: ${JSON.stringify(written)}`);
    return outcome.message;
  }

  /** Off and on; the start ends well unless `isCutShort`. */
  restart({ isCutShort = false } = {}): CameUp {
    const came = bringUp(this.banks);
    this.partition = came.partition as 5 | 6;
    if (!isCutShort) finishStart(this.runningBank);
    return came;
  }

  host(): SoftwareHost {
    const config = parseBootConfig(this.otherBank.readText('boot.cfg') ?? '');
    const isPending = config.bootstate === BOOT_STATE.upgrading && config.problem === '';
    return {
      codec: nodeCodec,
      trust: { roots: [certificate('root')], atMs: this.atMs },
      running: present(this.runningBank),
      pending: isPending && this.otherBank.read('imgdb.tgz') !== null ? present(this.otherBank) : null,
      otherBank: this.otherBank,
      hostLevel: this.hostLevel,
      inMaintenanceMode: this.inMaintenanceMode,
      platform: this.platform,
      now: '2014-11-10T00:00:00.000000+00:00',
      openDepot: async (where) =>
        readDepot(zipDepot(bytesSource(this.bytes(this.depots, where)), where, nodeCodec), nodeCodec),
      openVib: async (where) => openVib(bytesSource(this.bytes(this.files, where)), where, nodeCodec),
      saveState: async () => this.runningBank.read('state.tgz')!,
      pack: packTexts,
      applyLive: async (change) => {
        this.live.push(change);
      },
      log: (text) => this.logged.push(text),
    };
  }

  private bytes(files: ReadonlyMap<string, Uint8Array>, where: string): Uint8Array {
    const found = files.get(where);
    if (found === undefined) throw new SoftwareProblem('VibDownloadError', `${where} does not exist.`);
    return found;
  }
}

function present(bank: MemoryBank): PresentImage {
  const config = parseBootConfig(bank.readText('boot.cfg') ?? '');
  const name = config.modules.some(({ file }) => file === 'imgdb.new') ? 'imgdb.new' : 'imgdb.tgz';
  return { ...readDatabase(new Uint8Array(gunzipSync(bank.read(name)!)), nodeCodec), config, bank };
}

function smallImageFiles(): Record<string, Uint8Array | string> {
  const image = smallImage();
  const modules = image.vibs.flatMap((vib) =>
    image.payloads(vib).map((bytes, at) => ({ name: image.names(vib)[at]!, bytes })),
  );
  const named = modules.map(({ name }) => name).filter((name) => name !== 'b.b00');
  return {
    'boot.cfg': `bootstate=0\ntitle=Loading VMware ESXi\nkernel=b.b00\nkernelopt=\nmodules=${[...named, 'imgdb.tgz', 'state.tgz'].join(' --- ')}\nbuild=5.5.0-1500500\nupdated=1\n`,
    ...Object.fromEntries(modules.map(({ name, bytes }) => [name, bytes])),
    'imgdb.tgz': packTexts(databaseFiles(image.vibs, image.profile, indexPayloads(modules))),
    'state.tgz': STATE,
  };
}
