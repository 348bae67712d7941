/** What a lab does to a cable. */
export interface PortFaults {
  /** Part of the frames that is lost each way, 0 to 1. */
  lossRate: number;
  /** How long frames take on their way out. */
  delayMs: number;
  /** 0 to 1, the next of a seeded sequence: a lab's loss is the same for everybody. */
  random: () => number;
}

/** @returns false when the frame is lost. */
export function applyFaults(faults: PortFaults): boolean {
  return faults.lossRate === 0 || faults.random() >= faults.lossRate;
}
