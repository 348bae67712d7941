/** Classes of refusal as esxcli prints them in brackets. */
export type SoftwareProblemKind =
  | 'AcceptanceConfigError'
  | 'DependencyError'
  | 'InstallationError'
  | 'LiveInstallationError'
  | 'LockingError'
  | 'MaintenanceModeError'
  | 'MetadataDownloadError'
  | 'MetadataFormatError'
  | 'NoMatchError'
  | 'ProfileVibRemoval'
  | 'VibChecksumError'
  | 'VibDownloadError'
  | 'VibFormatError'
  | 'VibSigMissingError'
  | 'VibSigVerifyError';

/** A change of the image that is refused: each line names what and why. */
export class SoftwareProblem extends Error {
  readonly kind: SoftwareProblemKind;
  readonly lines: readonly string[];

  constructor(kind: SoftwareProblemKind, ...lines: string[]) {
    super(`[${kind}] ${lines.join(' ')}`);
    this.name = 'SoftwareProblem';
    this.kind = kind;
    this.lines = lines;
  }
}
