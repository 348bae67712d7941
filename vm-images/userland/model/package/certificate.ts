import { equalBytes, toHex } from './bytes.ts';
import { type CertificateExtensions, parseExtensions } from './certificate-extensions.ts';
import {
  DerFields,
  type DerNode,
  parseDer,
  parseNested,
  readBitString,
  readInteger,
  readOid,
  readString,
  readTime,
  TAG,
} from './der.ts';
import { PackageError, type TrustReason } from './errors.ts';
import { OID } from './oids.ts';
import { publicKeyComplaint, type RsaPublicKey, verifyPkcs1 } from './rsa.ts';
import type { PackageCodec } from './types.ts';

/** What is not in the name is empty; of several values the first. */
export interface CertificateName {
  commonName: string;
  organization: string;
  organizationalUnit: string;
  /** The name's DER, by which an issuer is found. */
  raw: Uint8Array;
}

export interface Certificate extends CertificateExtensions {
  /** Lower-case hex, two digits a byte, without a leading zero byte. */
  serial: string;
  issuer: CertificateName;
  subject: CertificateName;
  /** Milliseconds since 1970; both are within the time of validity. */
  notBefore: number;
  notAfter: number;
  publicKey: RsaPublicKey;
  signatureAlgorithm: string;
  /** What the issuer signed. */
  tbs: Uint8Array;
  signature: Uint8Array;
  raw: Uint8Array;
  /** SHA-256 of `raw`, lower-case hex. */
  fingerprint: string;
}

/**
 * Reads an X.509 v3 certificate with an RSA key. Nothing is verified.
 *
 * @throws PackageError `der` for a damaged one, `certificate` (reason `unsupported`) for one of another kind.
 * @see RFC 5280, 4.1
 */
export function parseCertificate(der: Uint8Array, codec: PackageCodec): Certificate {
  return certificateFromNode(parseDer(der), codec);
}

export function certificateFromNode(node: DerNode, codec: PackageCodec): Certificate {
  const outer = new DerFields(node, 'Certificate');
  const tbs = outer.next('tbsCertificate', TAG.sequence);
  const algorithm = outer.next('signatureAlgorithm', TAG.sequence);
  const signature = readWholeBytes(outer.next('signatureValue'));
  outer.end();
  const fields = new DerFields(tbs, 'TBSCertificate');
  checkVersion(fields);
  const serial = readSerial(fields.next('serialNumber', TAG.integer));
  const inner = fields.next('signature', TAG.sequence);
  // The outer one is not signed, so it may say nothing else.
  if (!equalBytes(inner.raw, algorithm.raw)) unsupported('a certificate with two different signature algorithms');
  const issuer = readName(fields.next('issuer', TAG.sequence), codec);
  const validity = new DerFields(fields.next('validity'), 'Validity');
  const notBefore = readTime(validity.next('notBefore'));
  const notAfter = readTime(validity.next('notAfter'));
  validity.end();
  const subject = readName(fields.next('subject', TAG.sequence), codec);
  const publicKey = readPublicKey(fields.next('subjectPublicKeyInfo'));
  fields.optional(0x81);
  fields.optional(0x82);
  const extensions = parseExtensions(fields.optional(0xa3));
  fields.end();
  return {
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm: readOid(new DerFields(algorithm, 'AlgorithmIdentifier').next('algorithm')),
    tbs: tbs.raw,
    signature,
    raw: node.raw,
    fingerprint: codec.sha256(node.raw),
    ...extensions,
  };
}

function checkVersion(fields: DerFields): void {
  const version = fields.optional(0xa0);
  const number = version === undefined ? 0n : readInteger(new DerFields(version, 'version', 0xa0).next('number'));
  if (number !== 2n || version?.children.length !== 1) unsupported(`expected X.509 version 3, found ${number + 1n}`);
}

/** Hex of a serial number; negative ones, whose digits could be those of a positive one, are refused. */
export function readSerial(node: DerNode): string {
  if (readInteger(node) < 0n) unsupported('a certificate with a negative serial number');
  const bytes = node.content;
  return toHex(bytes[0] === 0 && bytes.length > 1 ? bytes.subarray(1) : bytes);
}

function readName(node: DerNode, codec: PackageCodec): CertificateName {
  const values = new Map<string, string>();
  const wanted: string[] = [OID.commonName, OID.organization, OID.organizationalUnit];
  for (const relative of node.children) {
    const set = new DerFields(relative, 'RelativeDistinguishedName', TAG.set);
    for (let left = relative.children.length; left > 0; left--) {
      const pair = new DerFields(set.next('attribute'), 'AttributeTypeAndValue');
      const type = readOid(pair.next('type'));
      const value = pair.next('value');
      pair.end();
      if (wanted.includes(type) && !values.has(type)) values.set(type, readString(value, codec));
    }
  }
  return {
    commonName: values.get(OID.commonName) ?? '',
    organization: values.get(OID.organization) ?? '',
    organizationalUnit: values.get(OID.organizationalUnit) ?? '',
    raw: node.raw,
  };
}

/** SubjectPublicKeyInfo with an RSAPublicKey. @see RFC 3279, 2.3.1 */
function readPublicKey(node: DerNode): RsaPublicKey {
  const info = new DerFields(node, 'SubjectPublicKeyInfo');
  const algorithm = readOid(new DerFields(info.next('algorithm'), 'AlgorithmIdentifier').next('algorithm'));
  if (algorithm !== OID.rsaEncryption) unsupported(`expected an RSA key, found algorithm ${algorithm}`);
  const bits = info.next('subjectPublicKey', TAG.bitString);
  info.end();
  readWholeBytes(bits);
  const key = new DerFields(parseNested(bits, 1), 'RSAPublicKey');
  const publicKey = { modulus: readInteger(key.next('modulus')), exponent: readInteger(key.next('publicExponent')) };
  key.end();
  const complaint = publicKeyComplaint(publicKey);
  if (complaint !== null) unsupported(complaint);
  return publicKey;
}

function readWholeBytes(node: DerNode): Uint8Array {
  const { bytes, unusedBits } = readBitString(node);
  if (unusedBits !== 0) throw new PackageError('der', `DER at offset ${node.offset}: expected whole bytes`);
  return bytes;
}

/** Whether the key of `issuer` signed `certificate`; names are not compared. */
export function isSignedBy(certificate: Certificate, issuer: Certificate, codec: PackageCodec): boolean {
  return (
    certificate.signatureAlgorithm === OID.sha256WithRsaEncryption &&
    verifyPkcs1(issuer.publicKey, certificate.signature, codec.sha256(certificate.tbs))
  );
}

/** How messages name a certificate. */
export function nameText(name: CertificateName): string {
  return JSON.stringify(name.commonName || name.organizationalUnit || name.organization || toHex(name.raw));
}

export function failCertificate(reason: TrustReason, message: string): never {
  throw new PackageError('certificate', message, { reason });
}

function unsupported(message: string): never {
  failCertificate('unsupported', message);
}
