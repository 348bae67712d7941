import type { SoftwareProblemKind } from './problem.ts';
import type { ImageProfile } from './profile.ts';
import type { ChangeRequest, PresentImage } from './transaction.ts';
import { type AcceptanceLevel, type Vib, vibId } from './vib.ts';

/** What hostd knows and esxupdate has to. */
export interface HostFacts {
  acceptanceLevel: AcceptanceLevel;
  inMaintenanceMode: boolean;
  platform: { vendor: string; model: string };
}

/** One line of JSON to esxupdate's standard input. */
export type UpdateRequest = { host: HostFacts } & (
  | (ChangeRequest & { proxy: string })
  | { operation: 'sources.vib'; depots: string[]; names: string[] }
  | { operation: 'sources.profile'; depots: string[]; profile?: string }
  | { operation: 'profile.validate'; depots: string[]; profile: string }
);

/** Its answer: `result` is a ChangeResult, Vib[], ImageProfile[] or ProfileComparison, by the operation. */
export type UpdateAnswer = { result: unknown } | { problem: { kind: SoftwareProblemKind | string; lines: string[] } };

export interface ProfileComparison {
  profile: string;
  hostProfile: string;
  isCompliant: boolean;
  onlyOnHost: string[];
  onlyInProfile: string[];
}

/** How a host's image differs from a profile. */
export function validateProfile(profile: ImageProfile, { profile: own, vibs }: PresentImage): ProfileComparison {
  const here = vibs.map((vib: Vib) => vibId(vib));
  const there = profile.vibs.map(({ id }) => id);
  const onlyOnHost = here.filter((id) => !there.includes(id));
  const onlyInProfile = there.filter((id) => !here.includes(id));
  return {
    profile: profile.name,
    hostProfile: own.name,
    isCompliant: onlyOnHost.length === 0 && onlyInProfile.length === 0,
    onlyOnHost,
    onlyInProfile,
  };
}
