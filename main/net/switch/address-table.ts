/** Entries kept at most; more are forgotten oldest first, so that a flood of addresses costs no memory. */
const MAX_ENTRIES = 4096;
/** IEEE 802.1Q's default ageing time. */
const AGEING_MS = 300_000;

interface Entry<P> {
  port: P;
  seenMs: number;
}

/** Which port an address was last seen at, per VLAN. */
export class AddressTable<P> {
  private readonly entries = new Map<string, Entry<P>>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  learn(vlan: number, mac: string, port: P): void {
    const key = `${vlan} ${mac}`;
    this.entries.delete(key);
    this.entries.set(key, { port, seenMs: this.now() });
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value!);
  }

  lookup(vlan: number, mac: string): P | undefined {
    const entry = this.entries.get(`${vlan} ${mac}`);
    return entry && this.now() - entry.seenMs < AGEING_MS ? entry.port : undefined;
  }

  forget(port: P): void {
    for (const [key, entry] of this.entries) if (entry.port === port) this.entries.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }
}
