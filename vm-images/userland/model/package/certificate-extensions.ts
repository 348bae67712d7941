import {
  DerFields,
  type DerNode,
  parseNested,
  readBitString,
  readBoolean,
  readInteger,
  readOctetString,
  readOid,
  TAG,
} from './der.ts';
import { PackageError } from './errors.ts';
import { OID } from './oids.ts';

/** What a certificate's extensions say about its use. */
export interface CertificateExtensions {
  isCa: boolean;
  /** How many intermediate certificates may follow; undefined: any number. */
  pathLength: number | undefined;
  /** Key usage, where there is any, allows keyCertSign. */
  maySignCertificates: boolean;
  /** Key usage and extended key usage, where there are any, allow signatures and code signing. */
  maySignCode: boolean;
}

const BIT = { digitalSignature: 0x80, contentCommitment: 0x40, keyCertSign: 0x04 };

/**
 * @param node The `[3]` of a TBSCertificate, undefined when there is none.
 * @throws PackageError `certificate` for a critical extension that is not known, which RFC 5280 says to refuse.
 * @see RFC 5280, 4.2
 */
export function parseExtensions(node: DerNode | undefined): CertificateExtensions {
  const values = node === undefined ? new Map<string, DerNode>() : extensionValues(node);
  const constraints = basicConstraints(values.get(OID.basicConstraints));
  const usage = keyUsage(values.get(OID.keyUsage));
  const purposes = extendedKeyUsage(values.get(OID.extendedKeyUsage));
  return {
    ...constraints,
    maySignCertificates: (usage & BIT.keyCertSign) !== 0,
    maySignCode:
      (usage & (BIT.digitalSignature | BIT.contentCommitment)) !== 0 &&
      (purposes === undefined || purposes.includes(OID.codeSigning) || purposes.includes(OID.anyExtendedKeyUsage)),
  };
}

function extensionValues(node: DerNode): Map<string, DerNode> {
  const known: string[] = [OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage];
  const wrapper = new DerFields(node, 'extensions', 0xa3);
  const list = wrapper.next('Extensions', TAG.sequence);
  wrapper.end();
  const values = new Map<string, DerNode>();
  for (const extension of list.children) {
    const fields = new DerFields(extension, 'Extension');
    const id = readOid(fields.next('extnID'));
    const critical = fields.optional(TAG.boolean);
    const value = fields.next('extnValue', TAG.octetString);
    fields.end();
    if (values.has(id)) refuse(`a certificate with two extensions ${id}`);
    if (critical !== undefined && readBoolean(critical) && !known.includes(id))
      refuse(`a certificate with the unknown critical extension ${id}`);
    values.set(id, value);
  }
  return values;
}

function basicConstraints(value: DerNode | undefined): { isCa: boolean; pathLength: number | undefined } {
  if (value === undefined) return { isCa: false, pathLength: undefined };
  const fields = new DerFields(nested(value), 'BasicConstraints');
  const ca = fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  fields.end();
  const pathLength = length === undefined ? undefined : Number(readInteger(length));
  if (pathLength !== undefined && pathLength < 0) refuse(`a certificate with path length ${pathLength}`);
  return { isCa: ca !== undefined && readBoolean(ca), pathLength };
}

/** First byte of the bits; without the extension all are set. */
function keyUsage(value: DerNode | undefined): number {
  return value === undefined ? 0xff : (readBitString(nested(value)).bytes[0] ?? 0);
}

function extendedKeyUsage(value: DerNode | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const list = nested(value);
  const fields = new DerFields(list, 'ExtKeyUsageSyntax');
  return list.children.map(() => readOid(fields.next('KeyPurposeId')));
}

function nested(value: DerNode): DerNode {
  readOctetString(value);
  return parseNested(value);
}

function refuse(message: string): never {
  throw new PackageError('certificate', message, { reason: 'unsupported' });
}
