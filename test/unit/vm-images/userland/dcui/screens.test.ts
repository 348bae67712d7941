import { describe, expect, it } from 'vitest';
import { FakeDesk, facts } from './fake-desk.ts';

/** Golden pictures in test/golden/dcui; renew with `npx vitest run --project unit -u test/unit/vm-images/userland/dcui`. */
const golden = (name: string) => `../../../../golden/dcui/${name}.txt`;

describe('front page', () => {
  it('shows product, hardware, addresses and the two keys', async () => {
    await expect(new FakeDesk().screen()).toMatchFileSnapshot(golden('front'));
  });

  it('has a dark upper and a yellow lower half', () => {
    const { style } = new FakeDesk().canvas();
    expect(style[13]).toMatch(/^g+$/);
    expect(style[14]).toMatch(/^y+$/);
  });

  it('writes IPv6 addresses in brackets and warnings in their own style', () => {
    const desk = new FakeDesk(undefined, {
      facts: {
        front: {
          ...facts.front,
          addresses: [{ address: 'fe80::1', origin: 'LINK-LOCAL' }],
          warnings: ['No adapter is connected.'],
        },
      },
    });
    expect(desk.screen()).toContain('http://[fe80::1]/ (LINK-LOCAL)');
    const row = desk.canvas().text.findIndex((line) => line.includes('No adapter'));
    expect(desk.canvas().style[row]).toContain('w'.repeat(24));
  });

  it('gives the page to a welcome message and keeps the keys', async () => {
    const front = { ...facts.front, welcome: 'Property of the lab.\n\nAsk before you touch it.' };
    const desk = new FakeDesk(undefined, { facts: { front } });
    expect(desk.screen()).toContain('Ask before you touch it.');
    expect(desk.screen()).toContain('<F2> Customize System');
    expect(desk.screen()).not.toContain('VMKernel Release');
  });
});

describe('login', () => {
  it('asks for a name and a password', async () => {
    await expect(new FakeDesk().type('<f2>abc').screen()).toMatchFileSnapshot(golden('login'));
  });

  it('starts in the password field, with the cursor after what is typed', () => {
    const canvas = new FakeDesk().type('<f2>abc').canvas();
    const row = canvas.text.findIndex((line) => line.includes('Password:'));
    expect(canvas.cursor).toEqual({ row, column: (canvas.text[row] ?? '').indexOf('***') + 3 });
  });

  it('opens System Customization with the right password', async () => {
    await expect(new FakeDesk().logIn().screen()).toMatchFileSnapshot(golden('main-menu'));
  });

  it('shows an error for a wrong password and clears the field', () => {
    const desk = new FakeDesk().type('<f2>wrong<enter>');
    expect(desk.screen()).toContain('Authentication Failed');
    desk.type('<enter>');
    expect(desk.screen()).toMatch(/Password: +\[_+\]/);
  });

  it('says why when lockdown keeps a user out', () => {
    const desk = new FakeDesk(() => ({ name: 'login', output: { refused: 'access' } })).type('<f2>x<enter>');
    expect(desk.screen()).toContain('DCUI.Access');
  });

  it('takes another user when the name is changed', () => {
    const desk = new FakeDesk().type('<f2><up><ctrl-u>alice<tab>pw<enter>');
    expect(desk.asked).toEqual([{ name: 'login', input: { user: 'alice', password: 'pw' } }]);
  });

  it('leads F12 to the power dialog', async () => {
    await expect(new FakeDesk().type('<f12>secret<enter>').screen()).toMatchFileSnapshot(golden('power'));
  });
});

describe('power', () => {
  it.each([
    ['<f2>', 'poweroff'],
    ['<f11>', 'reboot'],
  ])('%s asks for %s', (key, action) => {
    const desk = new FakeDesk().type(`<f12>secret<enter>${key}`);
    expect(desk.asked.at(-1)).toEqual({ name: 'power', input: { action } });
  });

  it('goes back to the front page with Esc, logged out', () => {
    const desk = new FakeDesk().type('<f12>secret<enter><esc>');
    expect(desk.state.user).toBeNull();
    expect(desk.state.screens).toEqual([{ kind: 'front' }]);
  });

  it('leaves the screen alone once the host goes down, and comes back with a key if it does not', () => {
    const desk = new FakeDesk((r) => (r.name === 'power' ? { name: 'power', output: { problem: '' } } : null));
    desk.type('<f12>secret<enter><f11>');
    expect(desk.screen()).toContain('Restarting');
    expect(desk.state.user).toBeNull();
    desk.type('x');
    expect(desk.screen()).not.toContain('Restarting');
  });

  it('shows what the host says when it refuses', () => {
    const desk = new FakeDesk((r) => (r.name === 'power' ? { name: 'power', output: { problem: 'No way.' } } : null));
    expect(desk.type('<f12>secret<enter><f11>').screen()).toContain('No way.');
  });
});

describe('main menu', () => {
  it.each([
    [2, 'network-summary'],
    [7, 'troubleshooting-summary'],
    [9, 'support'],
  ])('shows details of entry %i', async (downs, name) => {
    const desk = new FakeDesk().logIn().type('<down>'.repeat(downs));
    await expect(desk.screen()).toMatchFileSnapshot(golden(name));
  });

  it('reads only what is shown, once', () => {
    const desk = new FakeDesk().logIn().type('<down><down><down><up>');
    const groups = desk.effects.flatMap((effect) => (effect.type === 'refresh' ? effect.groups : []));
    expect(groups).toEqual(['security', 'network']);
  });

  it('goes around at the ends and logs out with Esc', () => {
    const desk = new FakeDesk().logIn().type('<up>');
    expect(desk.screen()).toContain('Puts every setting');
    desk.type('<esc>');
    expect(desk.state.user).toBeNull();
  });

  it('logs out when nobody types', () => {
    const desk = new FakeDesk().logIn();
    desk.send({ type: 'idle' });
    expect(desk.state.screens).toEqual([{ kind: 'front' }]);
    expect(desk.state.user).toBeNull();
  });
});

describe('waiting', () => {
  it('keeps keys typed while a request runs, and plays them afterwards', () => {
    const desk = new FakeDesk((request) => (request.name === 'login' ? ({} as never) : null));
    desk.state = { ...desk.state };
    desk.type('<f2>secret');
    const slow = new FakeDesk(() => null);
    slow.state = { ...desk.state };
    const before = slow.state.nextId;
    slow.state = { ...slow.state, pending: { id: before, title: 'T', lines: [], visible: false }, nextId: before + 1 };
    slow.type('<down>');
    expect(slow.state.typedAhead).toEqual(['down']);
    slow.send({ type: 'answer', id: before, answer: { name: 'login', output: { refused: '' } } });
    expect(slow.screen()).toContain('Configure Lockdown Mode');
    expect(slow.state.screens.at(-1)).toMatchObject({ kind: 'menu', selected: 1 });
  });

  it('shows a box once it takes long, and an error box when the edge breaks', () => {
    const desk = new FakeDesk((request) => (request.name === 'keyboard.list' ? 'hostd is gone' : null)).logIn();
    desk.type('<down>'.repeat(6)).type('<enter>');
    expect(desk.screen()).toContain('hostd is gone');
  });

  it('drops answers nobody waits for', () => {
    const desk = new FakeDesk().logIn();
    const before = desk.state;
    desk.send({ type: 'answer', id: 999, answer: { name: 'network.restart', output: { problem: '' } } });
    expect(desk.state.screens).toBe(before.screens);
  });
});

describe('leaving', () => {
  it('quits with Ctrl+C when started by hand, not when resident', () => {
    expect(new FakeDesk(undefined, { resident: false }).type('<ctrl-c>').effects).toContainEqual({ type: 'quit' });
    expect(new FakeDesk().type('<ctrl-c>').effects).not.toContainEqual({ type: 'quit' });
  });
});
