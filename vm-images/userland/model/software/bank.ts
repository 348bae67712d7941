import { BOOT_STATE } from '../bank-choice.ts';
import { type BootConfig, bankPath, bootStateOffset, parseBootConfig, serializeBootConfig } from '../boot-config.ts';
import { SoftwareProblem } from './problem.ts';

/**
 * A bank as the tools that change images see it. What a call has written is on the disk when it returns, in this order: the
 * power may go at any moment.
 */
export interface BankVolume {
  /** `/altbootbank`, for messages. */
  readonly path: string;
  /** Plain files of the volume. */
  list(): { name: string; sizeBytes: number }[];
  clusterBytes(): number;
  freeBytes(): number;
  /** @returns null when there is no such file. */
  read(name: string): Uint8Array | null;
  readText(name: string): string | null;
  /** Makes or replaces a file. */
  write(name: string, data: Uint8Array | string): void;
  /** Puts `from` in the place of `to`: one or the other is there at any moment. */
  replace(from: string, to: string): void;
  remove(name: string): void;
  /** Overwrites bytes where they stand. */
  patch(name: string, offset: number, text: string): void;
}

/** A file of the new image: what it is called in the bank, and its bytes when they are needed. */
export interface BankFile {
  readonly name: string;
  readonly sizeBytes: number;
  read(): Uint8Array;
}

export interface NewImage {
  readonly config: Pick<BootConfig, 'title' | 'kernel' | 'kernelopt' | 'build' | 'updated'>;
  /** In the order of loading, without kernel, database and state. */
  readonly modules: readonly string[];
  readonly files: readonly BankFile[];
  readonly database: Uint8Array;
  /** state.tgz as it is now: the configuration follows. */
  readonly state: Uint8Array;
}

export const CONFIG = 'boot.cfg';
export const DATABASE = 'imgdb.tgz';
export const STATE = 'state.tgz';
const NEW_CONFIG = 'boot.new';
const NEW_DATABASE = 'imgdb.new';
/** What modules are called (bank-names.ts). One that no boot.cfg names is left from a change that was cut short. */
const MODULE = /^[a-z0-9_-]{1,8}\.[bv]\d{2,}$/;

/**
 * Writes an image to the bank that does not run. Until the last step the bank is INVALID, so that a host that loses its power
 * meanwhile starts from the other one; the last step changes one digit.
 *
 * @param keep Names whose files are right as they are: those of an image that is waiting for its first start.
 * @throws SoftwareProblem `InstallationError` when the image does not fit; the bank is untouched then.
 */
export function stageImage(bank: BankVolume, image: NewImage, keep: ReadonlySet<string> = new Set()): void {
  checkRoom(bank, image, keep);
  // Found before the configuration that names them is given up.
  const going = ownFiles(bank).filter((name) => !keep.has(name));
  invalidate(bank);
  for (const name of going) bank.remove(name);
  for (const file of image.files) if (!keep.has(file.name)) bank.write(file.name, file.read());
  bank.write(DATABASE, image.database);
  bank.write(STATE, image.state);
  const text = configText(image, BOOT_STATE.invalid);
  bank.write(CONFIG, text);
  bank.patch(CONFIG, bootStateOffset(text), String(BOOT_STATE.upgrading));
}

/**
 * Brings the bank that runs to an image at once. Files that go stay until nothing names them; boot.cfg decides, and it is
 * replaced in one step. A file of a name and size that the bank has is taken for that one: new files have new names.
 *
 * @throws SoftwareProblem `InstallationError` when there is no room for both.
 */
export function changeRunningBank(bank: BankVolume, image: NewImage): void {
  const before = settle(bank);
  clearLeftovers(bank, [...namedFiles(before), ...image.files.map(({ name }) => name)]);
  const present = new Map(bank.list().map(({ name, sizeBytes }) => [name, sizeBytes]));
  // One of another size is what an earlier attempt had written of it.
  const added = image.files.filter(({ name, sizeBytes }) => present.get(name) !== sizeBytes);
  const database = sized(image.database);
  checkFits(bank, [...added, database, database, sized(configText(image, 0))], roomOf(bank, [DATABASE]));
  for (const file of added) bank.write(file.name, file.read());
  bank.write(NEW_DATABASE, image.database);
  // The database has a second name for a moment: loaded by whichever boot.cfg is there.
  switchConfig(bank, configText(image, before.bootstate, NEW_DATABASE));
  bank.remove(DATABASE);
  bank.write(DATABASE, image.database);
  switchConfig(bank, configText(image, before.bootstate));
  bank.remove(NEW_DATABASE);
  clearLeftovers(bank, [image.config.kernel, ...image.modules], namedFiles(before));
}

/** Ends a change that was cut short between its two switches: the database gets its own name back. */
function settle(bank: BankVolume): BootConfig {
  const config = parseBootConfig(bank.readText(CONFIG) ?? '');
  const database = bank.read(NEW_DATABASE);
  if (database === null || !config.modules.some(({ file }) => file === NEW_DATABASE)) return config;
  bank.write(DATABASE, database);
  const modules = config.modules.map((module) => ({
    ...module,
    file: module.file === NEW_DATABASE ? DATABASE : module.file,
  }));
  switchConfig(bank, serializeBootConfig({ ...config, modules }));
  return { ...config, modules };
}

/** @param given Names that go as well when they are not wanted, whatever their form. */
function clearLeftovers(bank: BankVolume, wanted: readonly string[], given: readonly string[] = []): void {
  const kept = new Set([...wanted, CONFIG, DATABASE, STATE, NEW_DATABASE].map((name) => name.toLowerCase()));
  const gone = new Set(given);
  for (const { name } of bank.list()) {
    const plain = name.toLowerCase();
    if (!kept.has(plain) && (MODULE.test(plain) || gone.has(plain))) bank.remove(name);
  }
}

/** From now on nobody boots it. */
function invalidate(bank: BankVolume): void {
  const text = bank.readText(CONFIG);
  if (text === null) return;
  const offset = bootStateOffset(text);
  if (offset < 0) bank.remove(CONFIG);
  else if (parseBootConfig(text).bootstate !== BOOT_STATE.invalid)
    bank.patch(CONFIG, offset, String(BOOT_STATE.invalid));
}

function switchConfig(bank: BankVolume, text: string): void {
  bank.write(NEW_CONFIG, text);
  bank.replace(NEW_CONFIG, CONFIG);
}

function configText(image: NewImage, bootstate: number, database = DATABASE): string {
  const modules = [...image.modules, database, STATE].map((file) => ({ file, options: '' }));
  return serializeBootConfig({ ...image.config, bootstate, modules, prefix: '', timeoutSeconds: null });
}

/** What an image put there, as its boot.cfg and the usual names tell. What somebody else keeps in a bank stays. */
function ownFiles(bank: BankVolume): string[] {
  const named = namedFiles(parseBootConfig(bank.readText(CONFIG) ?? ''));
  const own = new Set([...named, DATABASE, STATE, NEW_CONFIG, NEW_DATABASE, 'state.new']);
  own.delete(CONFIG);
  return bank
    .list()
    .map(({ name }) => name)
    .filter((name) => own.has(name.toLowerCase()) || MODULE.test(name.toLowerCase()));
}

/** Kernel and modules as files of the bank's root, in small letters: FAT does not tell them apart. */
function namedFiles(config: BootConfig): string[] {
  return [config.kernel, ...config.modules.map(({ file }) => file)]
    .filter((file) => file !== '')
    .map((file) => bankPath(config, file).replace(/^\/+/, '').toLowerCase());
}

function checkRoom(bank: BankVolume, image: NewImage, keep: ReadonlySet<string>): void {
  const going = ownFiles(bank).filter((name) => !keep.has(name));
  const coming = image.files.filter(({ name }) => !keep.has(name));
  checkFits(bank, [...coming, sized(image.database), sized(image.state)], roomOf(bank, going));
}

/** Bytes that are free once these files are gone. */
function roomOf(bank: BankVolume, names: readonly string[]): number {
  const cluster = bank.clusterBytes();
  return bank
    .list()
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { sizeBytes }) => sum + roundUp(sizeBytes, cluster), 0);
}

function checkFits(bank: BankVolume, files: readonly { sizeBytes: number }[], freed = 0): void {
  const cluster = bank.clusterBytes();
  const needed = files.reduce((sum, { sizeBytes }) => sum + roundUp(sizeBytes, cluster), 2 * cluster);
  const room = bank.freeBytes() + freed;
  if (needed > room)
    throw new SoftwareProblem(
      'InstallationError',
      `There is not enough room in ${bank.path}: the image needs ${mebibytes(needed)}, ${mebibytes(room)} can be had.`,
    );
}

function sized(data: Uint8Array | string): { sizeBytes: number } {
  return { sizeBytes: data.length };
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

function mebibytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}
