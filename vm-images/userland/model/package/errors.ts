/** Where reading a package ended: its bytes, one of its formats, or the trust in it. */
export type PackageErrorKind = 'source' | 'ar' | 'zip' | 'der' | 'certificate' | 'signature';

/** Why a certificate or a signature is not believed, for callers that have their own words for it. */
export type TrustReason =
  | 'malformed'
  | 'unsupported'
  | 'issuer-unknown'
  | 'issuer-not-ca'
  | 'signature-wrong'
  | 'expired'
  | 'not-yet-valid'
  | 'chain-too-long'
  | 'content-changed'
  | 'signer-missing'
  | 'wrong-usage'
  | 'stray-certificate';

/** A package that can't be read or believed. The message says what was expected, what was found and where. */
export class PackageError extends Error {
  readonly kind: PackageErrorKind;
  /** Set for kinds `certificate` and `signature`. */
  readonly reason: TrustReason | undefined;

  constructor(kind: PackageErrorKind, message: string, options: { reason?: TrustReason; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PackageError';
    this.kind = kind;
    this.reason = options.reason;
  }
}
