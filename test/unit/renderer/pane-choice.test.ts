import { describe, expect, it } from 'vitest';
import { panesAtStart } from '../../../renderer/features/session/pane-choice.ts';

const up = { name: 'esx01', state: 'ready' } as const;
const other = { name: 'esx02', state: 'ready' } as const;

describe('what the panes show when a lab opens', () => {
  it('is a shell of the first host at first, and later what was shown last', () => {
    expect(panesAtStart([], [up, other])).toEqual([{ host: 'esx01', tab: 'shell-1' }]);
    expect(panesAtStart([{ host: 'esx02', tab: 'files' }], [up, other])).toEqual([{ host: 'esx02', tab: 'files' }]);
    expect(panesAtStart([{ host: 'gone', tab: 'files' }], [up])).toEqual([{ host: 'esx01', tab: 'shell-1' }]);
  });

  it('is the console of a host that stands at its boot loader, since no shell would open there', () => {
    const stuck = { name: 'esx01', state: 'starting' } as const;
    expect(panesAtStart([], [stuck])).toEqual([{ host: 'esx01', tab: 'console' }]);
    const kept = [
      { host: 'esx01', tab: 'shell-2' },
      { host: 'esx02', tab: 'shell-1' },
    ];
    expect(panesAtStart(kept, [stuck, other])).toEqual([
      { host: 'esx01', tab: 'console' },
      { host: 'esx02', tab: 'shell-1' },
    ]);
  });

  it('shows no tab twice', () => {
    const off = { name: 'esx01', state: 'off' } as const;
    const kept = [
      { host: 'esx01', tab: 'console' },
      { host: 'esx01', tab: 'shell-1' },
    ];
    expect(panesAtStart(kept, [off])).toEqual([{ host: 'esx01', tab: 'console' }]);
  });
});
