import { describe, expect, it } from 'vitest';
import type { Answer, Request } from '../../../../../vm-images/userland/dcui/state.ts';
import { FakeDesk, network } from './fake-desk.ts';

const golden = (name: string) => `../../../../golden/dcui/${name}.txt`;
const applied = (request: Request): Answer | null =>
  request.name === 'network.apply' ? { name: 'network.apply', output: { problem: '' } } : null;
const open = (desk = new FakeDesk(applied)) => desk.logIn().type('<down><down><enter>');

describe('Configure Management Network', () => {
  it('opens on the settings as they are', async () => {
    await expect(open().screen()).toMatchFileSnapshot(golden('network-menu'));
  });

  it('says so when they cannot be read', () => {
    const desk = new FakeDesk((r) => (r.name === 'facts.read' ? { name: 'facts.read', output: { facts: {} } } : null));
    expect(open(desk).screen()).toContain('hostd');
  });

  it('leaves without a question when nothing was changed', () => {
    const desk = open().type('<down><enter><enter><esc>');
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'main' });
  });

  it('asks before it applies, and hands over before and after', async () => {
    const desk = open().type('<down><enter>20<enter><esc>');
    await expect(desk.screen()).toMatchFileSnapshot(golden('network-apply'));
    desk.type('y');
    expect(desk.asked.at(-1)).toEqual({
      name: 'network.apply',
      input: { before: network, after: { ...network, vlan: 20 } },
    });
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'main' });
  });

  it('discards with N and stays with Esc', () => {
    const desk = open().type('<down><enter>20<enter><esc><esc>');
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'network' });
    expect(desk.screen()).toContain('20');
    desk.type('<esc>n');
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'main' });
    expect(desk.asked.some((request) => request.name === 'network.apply')).toBe(false);
  });

  it('forgets a change that was taken back', () => {
    const desk = open().type('<down><enter>20<enter><enter><backspace><backspace><enter><esc>');
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'main' });
  });
});

describe('network adapters', () => {
  it('lists them with their state', async () => {
    await expect(open().type('<enter>').screen()).toMatchFileSnapshot(golden('adapters'));
  });

  it('toggles with Space, jumps over those of other switches, shows details with D', () => {
    const desk = open().type('<enter><down> ');
    expect(desk.screen()).toContain('[X] vmnic1');
    desk.type('<down>');
    expect(desk.state.screens.at(-1)).toMatchObject({ focus: 1 });
    expect(desk.type('d').screen()).toContain('Intel 82545EM');
  });

  it('insists on one', () => {
    expect(open().type('<enter> <enter>').screen()).toContain('at least one');
  });
});

describe('IPv4', () => {
  const toStatic = '<down><down><enter><down> ';

  it('shows the fields of a static address only while it is chosen', async () => {
    await expect(open().type('<down><down><enter>').screen()).toMatchFileSnapshot(golden('ipv4'));
    const desk = open().type('<down><down><enter><down><down><down>');
    expect(desk.state.screens.at(-1)).toMatchObject({ focus: 0 });
  });

  it('takes a static address, mask and gateway', () => {
    const desk = open().type(
      `${toStatic}<down><down><ctrl-u>10.20.0.50<down><ctrl-u>255.255.0.0<down><ctrl-u>10.20.9.9<enter>`,
    );
    expect(desk.state.screens.at(-1)).toMatchObject({
      edit: {
        after: { ipv4: { mode: 'static', address: '10.20.0.50', netmask: '255.255.0.0', gateway: '10.20.9.9' } },
      },
    });
  });

  it("takes DNS out of DHCP's hands with the address, and gives it back", () => {
    const desk = open().type(`${toStatic}<enter>`);
    expect(desk.state.screens.at(-1)).toMatchObject({
      edit: { after: { dns: { automatic: false, primary: '10.20.0.2' } } },
    });
    desk.type('<enter><up> <enter><esc>');
    expect(desk.state.screens.at(-1)).toMatchObject({ kind: 'menu', menu: 'main' });
  });

  it.each([
    ['10.20.0', '255.255.255.0', '10.20.0.1', 'not an IPv4 address'],
    ['10.20.0.300', '255.255.255.0', '', 'not an IPv4 address'],
    ['10.20.0.50', '255.0.255.0', '', 'not a subnet mask'],
    ['10.20.0.255', '255.255.255.0', '', 'cannot be the address'],
    ['224.0.0.1', '255.255.255.0', '', 'cannot be the address'],
    ['10.20.0.50', '255.255.255.0', '10.21.0.1', 'not in the subnet'],
    ['10.20.0.50', '255.255.255.0', '10.20.0.50', 'address of this host'],
  ])('refuses %s %s %s: %s', (address, mask, gateway, problem) => {
    const desk = open().type(
      `${toStatic}<down><down><ctrl-u>${address}<down><ctrl-u>${mask}<down><ctrl-u>${gateway}<enter>`,
    );
    expect(desk.screen().replace(/\s+/g, ' ')).toContain(problem);
  });
});

describe('other settings', () => {
  it.each(['4096', '-1', 'x'])('refuses the VLAN %s', (vlan) => {
    expect(open().type(`<down><enter>${vlan}<enter>`).screen()).toContain('from 0 to 4095');
  });

  it('takes IPv6 addresses with a prefix and refuses others', () => {
    const to = `${'<down>'.repeat(3)}<enter><down><down><down>`;
    expect(open().type(`${to}2001:db8::11<enter>`).screen()).toContain('prefix length');
    expect(open().type(`${to}2001:db8::11/64<enter>`).state.screens.at(-1)).toMatchObject({
      edit: { after: { ipv6: { statics: ['2001:db8::11/64'] } } },
    });
  });

  it('takes DNS servers by hand', () => {
    const desk = open().type(`${'<down>'.repeat(4)}<enter><down> <down><ctrl-u>10.0.0.9<enter>`);
    expect(desk.state.screens.at(-1)).toMatchObject({
      edit: { after: { dns: { automatic: false, primary: '10.0.0.9', hostname: 'esx01' } } },
    });
  });

  it('takes suffixes and refuses what is no domain', () => {
    const to = `${'<down>'.repeat(5)}<enter>`;
    expect(open().type(`${to}lab.local, example.org<enter>`).state.screens.at(-1)).toMatchObject({
      edit: { after: { suffixes: ['lab.local', 'example.org'] } },
    });
    expect(open().type(`${to}-bad-<enter>`).screen()).toContain('not a domain name');
  });
});
