import { equalBytes } from './bytes.ts';
import { type Certificate, failCertificate, isSignedBy, nameText } from './certificate.ts';
import type { PackageCodec } from './types.ts';

/** Certificates from the leaf to the root, both counted. */
const MAX_CHAIN = 8;

/**
 * Follows issuers from a certificate to one of the roots, which are trusted as they are. Revocation is not judged.
 *
 * @param atMs Time at which each of the chain must be valid, milliseconds since 1970.
 * @returns the chain, leaf first, root last; a leaf that is a root is a chain by itself.
 * @throws PackageError `certificate` whose reason says which step failed.
 * @see RFC 5280, 6.1
 */
export function verifyChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  atMs: number,
  codec: PackageCodec,
): Certificate[] {
  const chain = [leaf];
  let last = leaf;
  checkTime(last, atMs);
  while (!roots.some((root) => equalBytes(root.raw, last.raw))) {
    const candidates = [...roots, ...intermediates].filter(
      (one) => !chain.some((used) => equalBytes(used.raw, one.raw)),
    );
    const issuer = findIssuer(last, candidates, atMs, codec);
    checkIssuer(issuer, chain);
    checkTime(issuer, atMs);
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

/** Of several with the same name and key (a renewed one), one that is valid now; roots come first. */
function findIssuer(
  certificate: Certificate,
  candidates: Certificate[],
  atMs: number,
  codec: PackageCodec,
): Certificate {
  const named = candidates.filter((one) => equalBytes(one.subject.raw, certificate.issuer.raw));
  if (named.length === 0)
    failCertificate(
      'issuer-unknown',
      `the issuer ${nameText(certificate.issuer)} of certificate ${nameText(certificate.subject)} is not known`,
    );
  const signers = named.filter((one) => isSignedBy(certificate, one, codec));
  const issuer = signers.find((one) => one.isCa && isValid(one, atMs)) ?? signers[0];
  if (issuer === undefined)
    failCertificate(
      'signature-wrong',
      `certificate ${nameText(certificate.subject)} is not signed by the key of ${nameText(certificate.issuer)}`,
    );
  return issuer;
}

function checkIssuer(issuer: Certificate, chain: Certificate[]): void {
  const name = nameText(issuer.subject);
  if (!issuer.isCa || !issuer.maySignCertificates)
    failCertificate('issuer-not-ca', `certificate ${name} may not issue others: it is no certificate authority's`);
  // Its limit counts what stands between it and the leaf; a self-issued one (a key's renewal) is not counted.
  const between = chain.slice(1).filter((one) => !equalBytes(one.subject.raw, one.issuer.raw)).length;
  if (chain.length === MAX_CHAIN || (issuer.pathLength !== undefined && between > issuer.pathLength)) {
    const limit = Math.min(issuer.pathLength ?? MAX_CHAIN, MAX_CHAIN);
    failCertificate(
      'chain-too-long',
      `${chain.length} certificates below ${name} are too long a chain (limit ${limit})`,
    );
  }
}

function isValid(certificate: Certificate, atMs: number): boolean {
  return atMs >= certificate.notBefore && atMs <= certificate.notAfter;
}

function checkTime(certificate: Certificate, atMs: number): void {
  if (isValid(certificate, atMs)) return;
  const name = nameText(certificate.subject);
  const now = new Date(atMs).toISOString();
  if (atMs < certificate.notBefore)
    failCertificate(
      'not-yet-valid',
      `certificate ${name} is valid from ${new Date(certificate.notBefore).toISOString()}, it is ${now}`,
    );
  failCertificate(
    'expired',
    `certificate ${name} expired at ${new Date(certificate.notAfter).toISOString()}, it is ${now}`,
  );
}
