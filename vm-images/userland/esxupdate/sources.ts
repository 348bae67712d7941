import * as native from 'native';
import * as os from 'os';
import { realFiles } from '../hostd/system/files.ts';
import type { ByteSource } from '../model/package/index.ts';
import { type Depot, type DepotFiles, readDepot, zipDepot } from '../model/software/depot.ts';
import { DEPOT_INDEX } from '../model/software/depot-index.ts';
import { SoftwareProblem, type SoftwareProblemKind } from '../model/software/problem.ts';
import { messageOf, openVib, type VibArchive } from '../model/software/vib-archive.ts';
import { nativeCodec } from './codec.ts';
import { download } from './http.ts';

/** Downloads go to the scratch volume: memory is short. */
const DOWNLOADS = '/scratch/downloads';

/** Depots and VIBs by path or address. What was downloaded goes when it is closed. */
export class Sources {
  private readonly proxy: string;
  private readonly temporary: string[] = [];
  private readonly open: number[] = [];

  constructor(proxy: string) {
    this.proxy = proxy;
  }

  /** `/vmfs/volumes/ds/depot.zip`, `/path/index.xml`, `http://server/depot.zip`, `http://server/depot/index.xml`. */
  async depot(where: string): Promise<Depot> {
    const isIndex = where.endsWith(`/${DEPOT_INDEX}`);
    const files = isIndex
      ? this.folderDepot(where)
      : zipDepot(await this.bytes(where, 'MetadataDownloadError'), where, nativeCodec);
    return readDepot(files, nativeCodec);
  }

  async vib(where: string): Promise<VibArchive> {
    return openVib(await this.bytes(where, 'VibDownloadError'), where, nativeCodec);
  }

  close(): void {
    for (const fd of this.open) os.close(fd);
    for (const path of this.temporary) realFiles.remove(path);
  }

  private folderDepot(index: string): DepotFiles {
    const base = index.slice(0, -DEPOT_INDEX.length);
    return {
      where: index,
      open: (path, kind) => this.bytes(base + path, kind === 'vib' ? 'VibDownloadError' : 'MetadataDownloadError'),
    };
  }

  private async bytes(where: string, kind: SoftwareProblemKind): Promise<ByteSource> {
    const path = where.replace(/^file:\/\//, '');
    if (path.startsWith('/')) return this.file(path, where, kind);
    if (/^https:/i.test(where))
      throw new SoftwareProblem(kind, `${where}: https is not supported by this lab host; use http or a file.`);
    if (!/^http:/i.test(where))
      throw new SoftwareProblem(
        kind,
        `${where} is neither an address nor an absolute path: paths begin with /vmfs/volumes/….`,
      );
    return this.fetched(where, kind);
  }

  private async fetched(url: string, kind: SoftwareProblemKind): Promise<ByteSource> {
    realFiles.mkdir(DOWNLOADS, { parents: true });
    const path = `${DOWNLOADS}/esxupdate-${native.getpid()}-${this.temporary.length}`;
    this.temporary.push(path);
    const fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600);
    try {
      if (fd < 0) throw new Error(`${path} can't be written`);
      await download(url, fd, this.proxy);
    } catch (error) {
      throw new SoftwareProblem(kind, `${url} can't be downloaded: ${messageOf(error)}.`);
    } finally {
      if (fd >= 0) os.close(fd);
    }
    return this.file(path, url, kind);
  }

  private file(path: string, where: string, kind: SoftwareProblemKind): ByteSource {
    const stat = realFiles.stat(path);
    if (stat === null) throw new SoftwareProblem(kind, `${where} does not exist.`);
    if (stat.type !== 'file') throw new SoftwareProblem(kind, `${where} is not a file.`);
    const fd = os.open(path, os.O_RDONLY);
    if (fd < 0) throw new SoftwareProblem(kind, `${where} can't be read.`);
    this.open.push(fd);
    return {
      length: stat.sizeBytes,
      read(offset, length) {
        const buffer = new ArrayBuffer(length);
        const count = native.pread(fd, buffer, 0, length, offset);
        if (count !== length) throw new Error(`it ends after ${offset + count} bytes`);
        return new Uint8Array(buffer);
      },
    };
  }
}
