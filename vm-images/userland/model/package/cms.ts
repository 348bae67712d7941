import { equalBytes, toHex } from './bytes.ts';
import { type Certificate, certificateFromNode, nameText, readSerial } from './certificate.ts';
import { verifyChain } from './certificate-chain.ts';
import { DerFields, type DerNode, parseDer, readInteger, readOctetString, readOid, readTime, TAG } from './der.ts';
import { PackageError, type TrustReason } from './errors.ts';
import { OID } from './oids.ts';
import { verifyPkcs1 } from './rsa.ts';
import type { PackageCodec } from './types.ts';

export interface SignerInfo {
  /** Name of the issuer in DER and serial number in hex: which certificate is the signer's. */
  issuer: Uint8Array;
  serial: string;
  /** SHA-256 of the content, lower-case hex. */
  messageDigest: string;
  /** By the signer's own clock. */
  signingTimeMs: number;
  /** The signed attributes as the SET OF that the signature is over. */
  signedBytes: Uint8Array;
  signature: Uint8Array;
}

export interface SignedData {
  certificates: Certificate[];
  signerInfos: SignerInfo[];
}

export interface VerifiedSignature {
  signer: Certificate;
  /** From the signer to the root. */
  chain: Certificate[];
  signingTimeMs: number;
}

/**
 * Reads a detached signature: SignedData of version 1 over plain data, SHA-256 and RSA with PKCS #1 v1.5, signed
 * attributes. What no signature covers has one accepted value each (no revocation lists, no unsigned attributes, one
 * identifier an algorithm), so that no changed byte goes unseen. Nothing is verified.
 *
 * @throws PackageError `der` or `certificate` for damage, `signature` (reason `unsupported`) for another kind.
 * @see RFC 5652, 5
 */
export function readSignedData(der: Uint8Array, codec: PackageCodec): SignedData {
  const info = new DerFields(parseDer(der), 'ContentInfo');
  expectOid(info.next('contentType'), OID.signedData, 'content type');
  const wrapper = new DerFields(info.next('content'), 'content', 0xa0);
  info.end();
  const fields = new DerFields(wrapper.next('SignedData'), 'SignedData');
  wrapper.end();
  expectVersion(fields.next('version'), 'SignedData');
  const digests = new DerFields(fields.next('digestAlgorithms'), 'digestAlgorithms', TAG.set);
  expectAlgorithm(digests.next('algorithm'), OID.sha256, 'digest algorithm');
  digests.end();
  const content = new DerFields(fields.next('encapContentInfo'), 'EncapsulatedContentInfo');
  expectOid(content.next('eContentType'), OID.data, 'type of the signed content');
  if (content.optional(0xa0) !== undefined) unsupported('expected a detached signature, found one around its content');
  content.end();
  const certificates = fields.optional(0xa0)?.children.map((node) => certificateFromNode(node, codec)) ?? [];
  if (fields.optional(0xa1) !== undefined) unsupported('a signature with revocation lists');
  const signers = fields.next('signerInfos', TAG.set);
  fields.end();
  return { certificates, signerInfos: signers.children.map(readSignerInfo) };
}

function readSignerInfo(node: DerNode): SignerInfo {
  const fields = new DerFields(node, 'SignerInfo');
  expectVersion(fields.next('version'), 'SignerInfo');
  const id = new DerFields(fields.next('sid'), 'IssuerAndSerialNumber');
  const issuer = id.next('issuer', TAG.sequence).raw;
  const serial = readSerial(id.next('serialNumber', TAG.integer));
  id.end();
  expectAlgorithm(fields.next('digestAlgorithm'), OID.sha256, 'digest algorithm');
  const signed = fields.next('signedAttrs', 0xa0);
  expectAlgorithm(fields.next('signatureAlgorithm'), OID.rsaEncryption, 'signature algorithm');
  const signature = readOctetString(fields.next('signature'));
  if (fields.optional(0xa1) !== undefined) unsupported('a signature with unsigned attributes');
  fields.end();
  // The signature is over the attributes with the tag of a SET, not with the one they are sent with.
  const signedBytes = signed.raw.slice();
  signedBytes[0] = TAG.set;
  return { issuer, serial, signedBytes, signature, ...readSignedAttributes(signed) };
}

function readSignedAttributes(signed: DerNode): { messageDigest: string; signingTimeMs: number } {
  const attributes = signed.children.map((node) => {
    const fields = new DerFields(node, 'Attribute');
    const attribute = { type: readOid(fields.next('attrType')), values: fields.next('attrValues', TAG.set).children };
    fields.end();
    return attribute;
  });
  const only = (type: string, name: string): DerNode => {
    const [found, second] = attributes.filter((one) => one.type === type);
    const value = found?.values[0];
    if (value === undefined || found?.values.length !== 1 || second !== undefined)
      failSignature('malformed', `expected one signed attribute ${name} of one value`);
    return value;
  };
  expectOid(only(OID.contentType, 'contentType'), OID.data, 'signed content type');
  return {
    messageDigest: toHex(readOctetString(only(OID.messageDigest, 'messageDigest'))),
    signingTimeMs: readTime(only(OID.signingTime, 'signingTime')),
  };
}

/**
 * Verifies a detached signature by one signer whose chain ends at one of the roots. Every certificate in it must be
 * part of that chain.
 *
 * @param contentSha256Hex Digest of the content as it is now, lower-case hex.
 * @param atMs Time at which the certificates must be valid, milliseconds since 1970.
 * @throws PackageError `signature` whose reason says what is wrong.
 * @see RFC 5652, 5.6
 */
export function verifySignedData(
  der: Uint8Array,
  contentSha256Hex: string,
  roots: readonly Certificate[],
  atMs: number,
  codec: PackageCodec,
): VerifiedSignature {
  const data = asSignatureError('the signature is unreadable', 'malformed', () => readSignedData(der, codec));
  const [info, second] = data.signerInfos;
  if (info === undefined || second !== undefined)
    failSignature('unsupported', `expected one signer, found ${data.signerInfos.length}`);
  const signer = findSigner(data, info);
  const name = nameText(signer.subject);
  if (!verifyPkcs1(signer.publicKey, info.signature, codec.sha256(info.signedBytes)))
    failSignature('signature-wrong', `the signature was not made with the key of ${name}, or was changed`);
  if (info.messageDigest !== contentSha256Hex)
    failSignature(
      'content-changed',
      `the descriptor was changed after it was signed: signed SHA-256 ${info.messageDigest}, found ${contentSha256Hex}`,
    );
  if (!signer.maySignCode) failSignature('wrong-usage', `certificate ${name} is not meant for signing code`);
  const chain = asSignatureError(`signer ${name} is not trusted`, 'issuer-unknown', () =>
    verifyChain(signer, data.certificates, roots, atMs, codec),
  );
  const stray = data.certificates.find((one) => !chain.some((used) => equalBytes(used.raw, one.raw)));
  if (stray !== undefined)
    failSignature('stray-certificate', `certificate ${nameText(stray.subject)} is no part of the signer's chain`);
  return { signer, chain, signingTimeMs: info.signingTimeMs };
}

function findSigner(data: SignedData, info: SignerInfo): Certificate {
  const signer = data.certificates.find((one) => one.serial === info.serial && equalBytes(one.issuer.raw, info.issuer));
  if (signer === undefined)
    failSignature('signer-missing', `the signature has no certificate of its signer, serial number ${info.serial}`);
  return signer;
}

function asSignatureError<T>(what: string, reason: TrustReason, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PackageError) || error.kind === 'signature') throw error;
    throw new PackageError('signature', `${what}: ${error.message}`, { reason: error.reason ?? reason, cause: error });
  }
}

function expectVersion(node: DerNode, what: string): void {
  const version = readInteger(node);
  if (version !== 1n) unsupported(`expected ${what} of version 1, found ${version}`);
}

function expectOid(node: DerNode, id: string, what: string): void {
  const found = readOid(node);
  if (found !== id) unsupported(`${what}: expected ${id}, found ${found}`);
}

/** AlgorithmIdentifier whose parameters are NULL or absent: writers differ. @see RFC 5754, 2 and 3.2 */
function expectAlgorithm(node: DerNode, id: string, what: string): void {
  const fields = new DerFields(node, what);
  expectOid(fields.next('algorithm'), id, what);
  const parameters = fields.optional(TAG.null);
  fields.end();
  if (parameters !== undefined && parameters.content.length !== 0) unsupported(`${what} with parameters`);
}

function failSignature(reason: TrustReason, message: string): never {
  throw new PackageError('signature', message, { reason });
}

function unsupported(message: string): never {
  failSignature('unsupported', message);
}
