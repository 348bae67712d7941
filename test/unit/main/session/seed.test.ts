import { describe, expect, it } from 'vitest';
import { macFor, systemUuidFor } from '../../../../main/session/seed.ts';

describe('what is drawn from the seed', () => {
  it('gives every NIC of every host an address of its own, the same each time', () => {
    const macs = ['esx01', 'esx02'].flatMap((host) => ['vmnic0', 'vmnic1'].map((nic) => macFor('7', host, nic)));
    expect(new Set(macs).size).toBe(4);
    expect(macFor('7', 'esx01', 'vmnic0')).toBe(macs[0]);
    for (const mac of macs) expect(mac).toMatch(/^00:50:56:[0-3][0-9a-f](:[0-9a-f]{2}){2}$/);
  });

  it('ends a system UUID with the address of the first NIC', () => {
    expect(systemUuidFor('7', 'esx01', '00:50:56:01:02:03')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-005056010203$/,
    );
  });
});
