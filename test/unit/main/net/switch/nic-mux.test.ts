import { describe, expect, it } from 'vitest';
import { addTag } from '../../../../../main/net/frame/tag.ts';
import { createNicMux } from '../../../../../main/net/switch/nic-mux.ts';
import { Emitter } from '../../../../../main/shared/emitter.ts';

function fakePort() {
  const out = new Emitter<Uint8Array>();
  const sent: Uint8Array[] = [];
  return {
    onFrame: out.event,
    send: (frame: Uint8Array) => void sent.push(frame),
    fire: (frame: Uint8Array) => out.fire(frame),
    sent,
  };
}

const bare = Uint8Array.from([...Array(6).fill(255), 0, 0x50, 0x56, 0, 0, 1, 8, 0, ...Array(46).fill(7)]);
const service = (nic: number) => addTag(bare, { etherType: 0x88a8, id: 4000 + nic });

function joined(tagged: boolean) {
  const state = { tagged };
  const link = fakePort();
  const nics = [fakePort(), fakePort()];
  return {
    state,
    link,
    nics: nics as [ReturnType<typeof fakePort>, ReturnType<typeof fakePort>],
    mux: createNicMux(link, nics, () => state.tagged),
  };
}

describe('NIC multiplexer', () => {
  it('gives each NIC the frames with its tag, untagged', () => {
    const { link, nics } = joined(true);
    link.fire(service(1));
    expect(nics[1].sent).toEqual([bare]);
    expect(nics[0].sent).toEqual([]);
  });

  it('leaves the tags of port groups inside untouched', () => {
    const { link, nics } = joined(true);
    const vlan = addTag(bare, { etherType: 0x8100, id: 142 });
    link.fire(addTag(vlan, { etherType: 0x88a8, id: 4000 }));
    expect(nics[0].sent).toEqual([vlan]);
  });

  it('talks without tags to firmware, until the guest tags its frames', () => {
    const { link, nics, state } = joined(false);
    nics[0].fire(bare);
    nics[1].fire(bare);
    expect(link.sent).toEqual([bare]);
    state.tagged = true;
    nics[0].fire(bare);
    expect(link.sent[1]).toEqual(service(0));
  });

  it('takes an untagged frame for one of vmnic0, and drops tags of NICs that are not there', () => {
    const { link, nics } = joined(true);
    link.fire(bare);
    link.fire(service(7));
    expect(nics[0].sent).toEqual([bare]);
    expect(nics[1].sent).toEqual([]);
  });
});
