import {
  bitString,
  booleanValue,
  contextTag,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der-writer.ts';
import { PackageError } from './errors.ts';
import { OID } from './oids.ts';
import type { PackageCodec } from './types.ts';

export interface NewCertificateName {
  commonName: string;
  organization?: string;
  organizationalUnit?: string;
}

export interface NewCertificate {
  /** Hex digits of a positive number. */
  serial: string;
  subject: NewCertificateName;
  /** A name, or the `subject.raw` of the issuer's certificate. */
  issuer: NewCertificateName | Uint8Array;
  /** Milliseconds since 1970; kept in whole seconds. */
  notBefore: number;
  notAfter: number;
  /** SubjectPublicKeyInfo in DER. */
  publicKeySpki: Uint8Array;
  isCa: boolean;
  /** The issuer's signature over the bytes: RSASSA-PKCS1-v1_5 with SHA-256. */
  sign(tbs: Uint8Array): Uint8Array;
}

/**
 * Makes an X.509 v3 certificate, for an authority or for signing.
 *
 * @returns its DER.
 * @see RFC 5280, 4.1
 */
export function certificateDer(parts: NewCertificate, codec: PackageCodec): Uint8Array {
  if (!/^[0-9a-f]{1,40}$/i.test(parts.serial))
    throw new PackageError('certificate', `expected a serial number of up to 40 hex digits, found "${parts.serial}"`, {
      reason: 'malformed',
    });
  const algorithm = sequence(oid(OID.sha256WithRsaEncryption), nullValue());
  const tbs = sequence(
    contextTag(0, integer(2)),
    integer(BigInt(`0x${parts.serial}`)),
    algorithm,
    parts.issuer instanceof Uint8Array ? parts.issuer : nameDer(parts.issuer, codec),
    sequence(time(parts.notBefore), time(parts.notAfter)),
    nameDer(parts.subject, codec),
    parts.publicKeySpki,
    contextTag(3, extensions(parts.isCa)),
  );
  return sequence(tbs, algorithm, bitString(parts.sign(tbs)));
}

/** Most general first, as names are printed. */
function nameDer(name: NewCertificateName, codec: PackageCodec): Uint8Array {
  const pairs = [
    [OID.organization, name.organization],
    [OID.organizationalUnit, name.organizationalUnit],
    [OID.commonName, name.commonName],
  ] as const;
  const given = pairs.filter(([, value]) => value !== undefined && value !== '');
  return sequence(...given.map(([type, value]) => set(sequence(oid(type), utf8String(value ?? '', codec)))));
}

/** An authority may sign certificates and revocation lists (bits 5 and 6), another one data (bit 0). */
function extensions(isCa: boolean): Uint8Array {
  const usage = isCa ? bitString(Uint8Array.of(0x06), 1) : bitString(Uint8Array.of(0x80), 7);
  return sequence(
    critical(OID.basicConstraints, isCa ? sequence(booleanValue(true)) : sequence()),
    critical(OID.keyUsage, usage),
  );
}

function critical(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), booleanValue(true), octetString(value));
}
