import type { Event } from '../shared/emitter.ts';

/**
 * One end of a cable: Ethernet frames without FCS, in both directions. A switch port, a capture and a machine's NIC all
 * look like this. A frame handed over belongs to the receiver; nobody writes to it afterwards.
 */
export interface FramePort {
  /** Frames coming out of this end. */
  readonly onFrame: Event<Uint8Array>;
  /** A frame going into this end. Never throws; what can't be taken is dropped and counted. */
  send(frame: Uint8Array): void;
}
