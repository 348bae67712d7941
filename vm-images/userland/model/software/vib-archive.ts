import {
  type ByteSource,
  type Certificate,
  type PackageCodec,
  PackageError,
  readAr,
  sliceSource,
  verifySignedData,
} from '../package/index.ts';
import { SoftwareProblem } from './problem.ts';
import {
  ACCEPTANCE_LEVELS,
  type AcceptanceLevel,
  parseVib,
  serializeVib,
  type Vib,
  type VibPayload,
  vibId,
} from './vib.ts';

const DESCRIPTOR = 'descriptor.xml';
const SIGNATURE = 'sig.pkcs7';
/** A descriptor lists files; one of megabytes is no descriptor. */
const MAX_DESCRIPTOR_BYTES = 4 << 20;
const MAX_SIGNATURE_BYTES = 256 << 10;
/** Header and trailer, with nothing between. */
const MIN_GZIP_BYTES = 18;

/** A VIB file: `ar` with `descriptor.xml`, `sig.pkcs7` (empty: unsigned) and the payloads, in this order. */
export interface VibArchive {
  readonly vib: Vib;
  readonly descriptor: Uint8Array;
  readonly signature: Uint8Array;
  /** By payload name. */
  readonly payloads: ReadonlyMap<string, ByteSource>;
}

/**
 * Opens a VIB; nothing in it is believed yet.
 *
 * @param where For messages: path or URL.
 * @throws SoftwareProblem `VibFormatError`
 */
export function openVib(source: ByteSource, where: string, codec: PackageCodec): VibArchive {
  try {
    const [descriptor, signature, ...payloads] = readAr(source);
    if (descriptor?.name !== DESCRIPTOR) throw new Error(`its first member is not ${DESCRIPTOR}`);
    if (signature?.name !== SIGNATURE) throw new Error(`its second member is not ${SIGNATURE}`);
    if (descriptor.size > MAX_DESCRIPTOR_BYTES || signature.size > MAX_SIGNATURE_BYTES)
      throw new Error('descriptor or signature is too large');
    const bytes = source.read(descriptor.offset, descriptor.size);
    const vib = parseVib(codec.utf8Decode(bytes));
    const found = new Map(payloads.map((one) => [one.name, sliceSource(source, one.offset, one.size)]));
    for (const { name } of vib.payloads) if (!found.has(name)) throw new Error(`its payload ${name} is missing`);
    if (found.size !== vib.payloads.length) throw new Error('it has members that its descriptor does not name');
    return { vib, descriptor: bytes, signature: source.read(signature.offset, signature.size), payloads: found };
  } catch (error) {
    throw new SoftwareProblem('VibFormatError', `${where} is not a usable VIB: ${messageOf(error)}.`);
  }
}

export interface Trust {
  /** Certificates that signers' chains must end at. */
  readonly roots: readonly Certificate[];
  readonly atMs: number;
}

/**
 * Checks who vouches for a VIB: a signature over the descriptor by a signer who may sign for its acceptance level.
 * CommunitySupported needs none.
 *
 * @throws SoftwareProblem `VibSigMissingError`, `VibSigVerifyError` naming the VIB and the reason.
 */
export function checkSignature(archive: VibArchive, trust: Trust, codec: PackageCodec): void {
  const { vib, signature, descriptor } = archive;
  if (signature.length === 0) {
    if (vib.acceptanceLevel === 'community') return;
    throw new SoftwareProblem(
      'VibSigMissingError',
      `VIB ${vibId(vib)} has no signature, which its acceptance level ${vib.acceptanceLevel} needs.`,
    );
  }
  const signerLevel = levelOfSigner(archive, () =>
    verifySignedData(signature, codec.sha256(descriptor), trust.roots, trust.atMs, codec),
  );
  if (ACCEPTANCE_LEVELS.indexOf(signerLevel.level) > ACCEPTANCE_LEVELS.indexOf(vib.acceptanceLevel))
    throw new SoftwareProblem(
      'VibSigVerifyError',
      `VIB ${vibId(vib)} says that it is ${vib.acceptanceLevel}, but its signer "${signerLevel.name}" may sign ${signerLevel.level} at most.`,
    );
}

/** Signers carry the highest level they may sign as the organizational unit of their certificate. */
function levelOfSigner(
  { vib }: VibArchive,
  verify: () => { signer: Certificate },
): { level: AcceptanceLevel; name: string } {
  try {
    const { commonName, organizationalUnit } = verify().signer.subject;
    const level = ACCEPTANCE_LEVELS.find((one) => one === organizationalUnit);
    if (level === undefined) throw new Error(`certificate "${commonName}" is not one of a package signer`);
    return { level, name: commonName };
  } catch (error) {
    throw new SoftwareProblem(
      'VibSigVerifyError',
      `The signature of VIB ${vibId(vib)} can't be verified: ${messageOf(error)}.`,
    );
  }
}

/**
 * Checks that a VIB is what its depot's metadata say: these are signed by nobody, and it was judged by them. Texts for people
 * may differ.
 *
 * @throws SoftwareProblem `VibFormatError` naming the VIB.
 */
export function checkDescriptor({ vib }: VibArchive, described: Vib): void {
  const judged = (one: Vib) => {
    const { installDate: _installDate, ...rest } = one;
    return serializeVib({ ...rest, summary: '', description: '', releaseDate: '', urls: [] });
  };
  if (judged(vib) !== judged(described))
    throw new SoftwareProblem(
      'VibFormatError',
      `VIB ${vibId(described)} is not what the metadata of its depot say: its descriptor differs from them.`,
    );
}

/**
 * Checks a payload against the sums in the descriptor, and gives its bytes.
 *
 * @throws SoftwareProblem `VibChecksumError`, `VibFormatError` naming VIB and payload.
 */
export function readPayload(archive: VibArchive, payload: VibPayload, codec: PackageCodec): Uint8Array {
  const source = archive.payloads.get(payload.name)!;
  const bytes = source.read(0, source.length);
  const fail = (why: string): never => {
    throw new SoftwareProblem('VibChecksumError', `Payload ${payload.name} of VIB ${vibId(archive.vib)} ${why}.`);
  };
  if (bytes.length !== payload.size) fail(`has ${bytes.length} bytes; its descriptor says ${payload.size}`);
  const sums = payload.checksums.filter((one) => one.verifyProcess === '' && one.type === 'sha-256');
  // Without a sum the signature would say nothing about the payload.
  if (sums.length === 0) fail('has no SHA-256 checksum in its descriptor');
  for (const { sum } of sums)
    if (codec.sha256(bytes) !== sum.toLowerCase()) fail('is not what was signed: its checksum differs');
  // The loader would find out at the next start.
  if (bytes.length < MIN_GZIP_BYTES || bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    throw new SoftwareProblem(
      'VibFormatError',
      `Payload ${payload.name} of VIB ${vibId(archive.vib)} is not a gzip archive.`,
    );
  return bytes;
}

export function messageOf(error: unknown): string {
  if (error instanceof PackageError || error instanceof Error) return error.message.replace(/\.$/, '');
  return String(error);
}
