import { fromHex } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { parseDer } from './der.ts';
import { contextTag, integer, nullValue, octetString, oid, sequence, set, sorted, time } from './der-writer.ts';
import { PackageError } from './errors.ts';
import { OID } from './oids.ts';

export interface NewSignedData {
  /** Digest of the content, hex. */
  contentSha256Hex: string;
  /** In DER: the signer's and those between it and the root, which need not be there. */
  certificates: Uint8Array[];
  signer: Certificate;
  /** Milliseconds since 1970; kept in whole seconds. */
  signingTimeMs: number;
  /** The signer's signature over the bytes: RSASSA-PKCS1-v1_5 with SHA-256. */
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * Makes a detached signature: SignedData with signed attributes, by one signer.
 *
 * @returns its DER, a ContentInfo.
 * @see RFC 5652, 5
 */
export function buildSignedData(parts: NewSignedData): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(parts.contentSha256Hex))
    throw new PackageError('signature', `expected a SHA-256 in hex, found "${parts.contentSha256Hex}"`, {
      reason: 'malformed',
    });
  const digestAlgorithm = sequence(oid(OID.sha256), nullValue());
  const signedData = sequence(
    integer(1),
    set(digestAlgorithm),
    sequence(oid(OID.data)),
    contextTag(0, ...sorted(parts.certificates.map((der) => parseDer(der).raw))),
    set(signerInfo(parts, digestAlgorithm)),
  );
  return sequence(oid(OID.signedData), contextTag(0, signedData));
}

function signerInfo(parts: NewSignedData, digestAlgorithm: Uint8Array): Uint8Array {
  const attributes = sorted([
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octetString(fromHex(parts.contentSha256Hex))),
    attribute(OID.signingTime, time(parts.signingTimeMs)),
  ]);
  return sequence(
    integer(1),
    sequence(parts.signer.issuer.raw, integer(BigInt(`0x${parts.signer.serial}`))),
    digestAlgorithm,
    contextTag(0, ...attributes),
    sequence(oid(OID.rsaEncryption), nullValue()),
    // Signed with the tag of a SET, sent with a context tag. @see RFC 5652, 5.4
    octetString(parts.sign(set(...attributes))),
  );
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), set(value));
}
