import { describe, expect, it } from 'vitest';
import type { ChangeRequest } from '../../../../../../vm-images/userland/model/software/transaction.ts';
import { cutPoints, PowerCut } from './memory-bank.ts';
import { type Asked, SoftwareBench } from './software-bench.ts';

const LIVE = { liveInstall: true, liveRemove: true };

interface Story {
  title: string;
  operation: ChangeRequest['operation'];
  asked: Asked;
  /** Of the one bank that is written to. */
  bank: 'runningBank' | 'otherBank';
  before: (host: SoftwareBench) => Promise<unknown>;
  /** What the image consists of once it has been done again. */
  wanted: string[];
}

const BASE = 'esx-base 5.5.0-0.1.1500500';
const OLD = 'net-old 1.0.0-1bb.550.0.0.1500500';
const ACME = 'acme 1.0.0-1';

/** No signatures here: they are checked before anything is written. */
const QUICK = { noSigCheck: true };
const stories: Story[] = [
  {
    title: 'an image staged in an empty bank',
    operation: 'vib.install',
    asked: { depots: ['depot'], names: ['acme'], ...QUICK },
    bank: 'otherBank',
    before: async () => undefined,
    wanted: [ACME, BASE, OLD],
  },
  {
    title: 'an image staged over an older one',
    operation: 'vib.remove',
    asked: { names: ['acme'], noLiveInstall: true },
    bank: 'otherBank',
    before: async (host) => {
      await host.change('vib.install', { depots: ['depot'], names: ['acme'], ...QUICK });
      host.restart();
    },
    wanted: [BASE, OLD],
  },
  {
    title: 'an image staged over one that waits for its start',
    operation: 'vib.install',
    asked: { depots: ['depot'], names: ['second'], ...QUICK },
    bank: 'otherBank',
    before: (host) => host.change('vib.install', { depots: ['depot'], names: ['acme'], ...QUICK }),
    wanted: [BASE, OLD, 'second 1.0.0-1'],
  },
  {
    title: 'another release of the base',
    operation: 'profile.update',
    asked: { depots: ['release'], profile: 'release', ...QUICK },
    bank: 'otherBank',
    before: async () => undefined,
    wanted: ['esx-base 5.5.0-1.15.1700700', OLD],
  },
  {
    title: 'a VIB installed while the host runs',
    operation: 'vib.install',
    asked: { depots: ['live'], ...QUICK },
    bank: 'runningBank',
    before: async () => undefined,
    wanted: [ACME, BASE, OLD],
  },
  {
    title: 'a VIB replaced while the host runs',
    operation: 'vib.update',
    asked: { depots: ['newer'], ...QUICK },
    bank: 'runningBank',
    before: (host) => host.change('vib.install', { depots: ['live'], ...QUICK }),
    wanted: ['acme 2.0.0-1', BASE, OLD],
  },
  {
    title: 'a VIB removed while the host runs',
    operation: 'vib.remove',
    asked: { names: ['net-old'] },
    bank: 'runningBank',
    before: async () => undefined,
    wanted: [BASE],
  },
];

const depots = new SoftwareBench()
  .addDepot('depot', { vibs: [{}, { name: 'second' }] })
  .addDepot('live', { vibs: [LIVE] })
  .addDepot('newer', { vibs: [{ ...LIVE, version: '2.0.0-1' }] })
  .addDepot('any', { vibs: [{ ...LIVE, name: 'any' }] })
  .addDepot('release', { base: { build: '1700700', update: 1 }, profiles: [{ name: 'release' }] });

describe.each(stories)('$title', ({ operation, asked, bank, before, wanted }) => {
  const cases = async () => {
    const start = depots.copy();
    await before(start);
    const whole = start.copy();
    await whole.change(operation, asked);
    const hosts = [];
    // Nothing has been done yet when the power goes before the first operation.
    for (const at of cutPoints(whole[bank].operations).filter(({ operation: first }) => first > 0)) {
      const host = start.copy();
      host[bank].restart(at);
      await expect(host.change(operation, asked), JSON.stringify(at)).rejects.toThrow(PowerCut);
      host[bank].restart();
      hosts.push({ at: JSON.stringify(at), host });
    }
    expect(hosts.length).toBeGreaterThan(15);
    return { old: versions(start), hosts };
  };

  it('is all there or not at all, wherever the power goes', async () => {
    const { old, hosts } = await cases();
    for (const { at, host } of hosts) {
      expect(host.live, at).toEqual([]);
      host.restart();
      expect(bank === 'otherBank' ? [old] : [old, wanted], at).toContainEqual(versions(host));
    }
  });

  it('can be done again', async () => {
    for (const { at, host } of (await cases()).hosts) {
      host.restart();
      // What has been done is refused or changes nothing.
      if (versions(host).join() !== wanted.join()) await host.change(operation, asked);
      host.restart();
      expect(versions(host), at).toEqual(wanted);
    }
  });

  it('leaves nothing behind that the next change does not clear away', async () => {
    for (const { at, host } of (await cases()).hosts) {
      host.restart();
      await host.change('vib.install', { depots: ['any'], ...QUICK, noLiveInstall: bank === 'otherBank' });
      host.restart();
      expect(versions(host), at).toContain('any 1.0.0-1');
      expect(unlisted(host), at).toEqual([]);
    }
  });
});

/** `name version` of what the running image consists of. */
function versions(host: SoftwareBench): string[] {
  return host.host().running.vibs.map(({ name, version }) => `${name} ${version}`);
}

/** Files of the bank that runs which nothing names: room that would be lost for good. */
function unlisted(host: SoftwareBench): string[] {
  const { config } = host.host().running;
  const listed = ['boot.cfg', config.kernel, ...config.modules.map(({ file }) => file)];
  return host.runningBank.names().filter((name) => !listed.includes(name));
}
