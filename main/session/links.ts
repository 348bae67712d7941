import type { LinkState } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';

/** The cables of a host by NIC. */
export class Links {
  private readonly hostName: string;
  private readonly states = new Map<string, LinkState>();

  constructor(hostName: string, nics: readonly { name: string; link: LinkState }[]) {
    this.hostName = hostName;
    for (const { name, link } of nics) this.states.set(name, link);
  }

  /** @throws LabError `input.nic` */
  get(nic: string): LinkState {
    const state = this.states.get(nic);
    if (state) return state;
    throw new LabError('input.nic', `${this.hostName} has no ${nic}; it has ${[...this.states.keys()].join(', ')}`);
  }

  /** @throws LabError `input.nic` */
  change(nic: string, change: Partial<LinkState>): LinkState {
    const state = { ...this.get(nic), ...change };
    this.states.set(nic, state);
    return state;
  }
}
