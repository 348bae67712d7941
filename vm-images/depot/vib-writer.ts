import { gunzipSync } from 'node:zlib';
import { serializeAr } from '../userland/model/package/index.ts';
import { serializeVib, type Vib } from '../userland/model/software/vib.ts';
import { nodeCodec } from './node-codec.ts';
import type { SignDescriptor, SignerName } from './signers.ts';

export interface NewVib {
  /** Without payloads: they are described here. */
  vib: Omit<Vib, 'payloads'>;
  payloads: { name: string; type: string; packed: Uint8Array }[];
}

/** The descriptor's data with the true sizes and sums of the payloads. */
export function describeVib({ vib, payloads }: NewVib): Vib {
  return {
    ...vib,
    payloads: payloads.map(({ name, type, packed }) => ({
      name,
      type,
      size: packed.length,
      checksums: [
        { type: 'sha-256', verifyProcess: '', sum: nodeCodec.sha256(packed) },
        { type: 'sha-1', verifyProcess: 'gunzip', sum: nodeCodec.sha1(new Uint8Array(gunzipSync(packed))) },
      ],
    })),
  };
}

export interface SealOptions {
  signer: SignerName | 'nobody';
  sign: SignDescriptor;
  releasedMs: number;
  damage?: 'payload' | 'descriptor' | 'truncated' | undefined;
}

/** A VIB file: descriptor, signature, payloads; then what somebody did to it. */
export function sealVib(vib: Vib, payloads: NewVib['payloads'], options: SealOptions): Uint8Array {
  const { installDate: _installDate, ...described } = vib;
  const descriptor = nodeCodec.utf8Encode(serializeVib(described));
  const signature =
    options.signer === 'nobody' ? new Uint8Array(0) : options.sign(descriptor, options.signer, options.releasedMs);
  const members = [
    { name: 'descriptor.xml', data: options.damage === 'descriptor' ? reworded(descriptor) : descriptor },
    { name: 'sig.pkcs7', data: signature },
    ...payloads.map(({ name, packed }, at) => ({
      name,
      data: options.damage === 'payload' && at === 0 ? flipped(packed) : packed,
    })),
  ];
  const file = serializeAr(members, Math.floor(options.releasedMs / 1000));
  return options.damage === 'truncated' ? file.slice(0, Math.floor(file.length * 0.6)) : file;
}

/** Somebody made the descriptor say more than was signed. */
function reworded(descriptor: Uint8Array): Uint8Array {
  const text = nodeCodec.utf8Decode(descriptor);
  return nodeCodec.utf8Encode(text.replace('<description>', '<description>Changed. '));
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = Math.floor(copy.length / 2);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}
