import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  bytesSource,
  readZip,
  readZipEntry,
  serializeZip,
} from '../../../../../../vm-images/userland/model/package/index.ts';

/** Files of an archive by name. */
export function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  const source = bytesSource(zip);
  return new Map(readZip(source, nodeCodec).map((entry) => [entry.name, readZipEntry(source, entry, nodeCodec)]));
}

/** An archive of files by name, stored. */
export function zipOf(files: Iterable<readonly [string, Uint8Array | string]>): Uint8Array {
  const bytes = [...files].map(([name, data]) => ({
    name,
    data: typeof data === 'string' ? nodeCodec.utf8Encode(data) : data,
  }));
  return serializeZip(bytes, nodeCodec, 0);
}

/** The depot with other files in it. */
export function withFiles(zip: Uint8Array, change: (name: string, data: Uint8Array) => Uint8Array): Uint8Array {
  return zipOf([...unzip(zip)].map(([name, data]) => [name, change(name, data)] as const));
}

/** The depot with other texts in its metadata. */
export function withMetadata(zip: Uint8Array, change: (xml: string, name: string) => string): Uint8Array {
  const edit = (name: string, data: Uint8Array) => nodeCodec.utf8Encode(change(nodeCodec.utf8Decode(data), name));
  return withFiles(zip, (name, data) => (name === 'metadata.zip' ? withFiles(data, edit) : data));
}
