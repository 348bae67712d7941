import type { FrameProtocol } from '../../shared/contracts/frames.ts';

/** What a frame carries, told as closely as its headers and well-known ports tell it. */
export type Protocol = FrameProtocol;

/** What a frame is, as far as it can be read. */
export interface FrameSummary {
  /** The whole frame, without FCS. */
  readonly bytes: number;
  /** Lower-case colon form; empty when the frame is too short for an Ethernet header. */
  readonly source: string;
  readonly destination: string;
  /** VLAN identifier of the outermost customer tag, of the service tag where there is no other; 0: untagged. */
  readonly vlan: number;
  readonly protocol: Protocol;
  /** IP addresses, of ARP those of sender and target; empty where there are none. */
  readonly from: string;
  readonly to: string;
  /** TCP or UDP port; null where there is none, and in fragments. */
  readonly fromPort: number | null;
  readonly toPort: number | null;
  /** In our words; ends with `cut short` when the frame ends before its headers or lengths say. */
  readonly info: string;
  /** Behind the innermost header that was read, without the padding of short frames where a header gives a length. */
  readonly payloadBytes: number;
}

/** What one header adds to the summary, or tells more closely than the header before it. */
export type Layer = Partial<FrameSummary>;

export const CUT_SHORT = 'cut short';
/** A header whose own lengths or version contradict each other. */
export const MALFORMED = 'malformed';
