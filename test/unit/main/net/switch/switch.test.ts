import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTag, readTag, removeTag } from '../../../../../main/net/frame/tag.ts';
import { Switch, type SwitchPort } from '../../../../../main/net/switch/switch.ts';

const BROADCAST = [255, 255, 255, 255, 255, 255];
const A = [0, 0x50, 0x56, 0, 0, 0x0a];
const B = [0, 0x50, 0x56, 0, 0, 0x0b];

function frame(destination: number[], source: number[], payloadBytes = 46, etherType = 0x0800): Uint8Array {
  const bytes = new Uint8Array(14 + payloadBytes);
  bytes.set([...destination, ...source, etherType >> 8, etherType & 255]);
  return bytes;
}

function listen(port: SwitchPort): Uint8Array[] {
  const heard: Uint8Array[] = [];
  port.onFrame((bytes) => heard.push(bytes));
  return heard;
}

function threePorts(options: Partial<ConstructorParameters<typeof Switch>[0]> = {}) {
  const wire = new Switch({ mtu: 1500, vlans: 'none', ...options });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => wire.connect(name)) as [SwitchPort, SwitchPort, SwitchPort];
  return { wire, a, b, c, atA: listen(a), atB: listen(b), atC: listen(c) };
}

describe('switch', () => {
  it('floods a broadcast to every other port and not back', () => {
    const { a, atA, atB, atC } = threePorts();
    a.send(frame(BROADCAST, A));
    expect([atA.length, atB.length, atC.length]).toEqual([0, 1, 1]);
  });

  it('sends to one port alone what it has seen there before', () => {
    const { a, b, atA, atC } = threePorts();
    a.send(frame(BROADCAST, A));
    b.send(frame(A, B));
    expect(atA).toHaveLength(1);
    expect(atC).toHaveLength(1);
  });

  it('forgets an address after five minutes', () => {
    let nowMs = 0;
    const { a, b, atC } = threePorts({ now: () => nowMs });
    a.send(frame(BROADCAST, A));
    nowMs = 301_000;
    b.send(frame(A, B));
    expect(atC).toHaveLength(2);
  });

  it('keeps a bounded number of addresses under a flood of them', () => {
    const { a, b, atB, atC } = threePorts();
    a.send(frame(BROADCAST, A));
    for (let at = 0; at < 5000; at++) b.send(frame(BROADCAST, [2, 0, 0, 0, at >> 8, at & 255]));
    const before = atC.length;
    b.send(frame(A, B));
    // The first address has been pushed out: the frame is flooded again.
    expect(atC.length).toBe(before + 1);
    expect(atB).toHaveLength(1);
  });

  it('drops what is larger than the network carries, a tag not counted', () => {
    const { wire, a, atB } = threePorts({ vlans: 'all' });
    a.send(frame(BROADCAST, A, 1500));
    a.send(addTag(frame(BROADCAST, A, 1500), { etherType: 0x8100, id: 142 }));
    a.send(frame(BROADCAST, A, 1501));
    expect(atB).toHaveLength(2);
    expect(wire.drops.oversize).toBe(1);
  });

  it('tags at a trunk what came in at an access port, and takes the tag off the other way', () => {
    const wire = new Switch({ mtu: 1500, vlans: 'all' });
    const access = wire.connect('access', { accessVlan: 142 });
    const trunk = wire.connect('trunk');
    const other = wire.connect('other', { accessVlan: 143 });
    const [atAccess, atTrunk, atOther] = [access, trunk, other].map(listen) as [
      Uint8Array[],
      Uint8Array[],
      Uint8Array[],
    ];
    access.send(frame(BROADCAST, A));
    expect(atTrunk.map((bytes) => readTag(bytes)?.id)).toEqual([142]);
    expect(removeTag(atTrunk[0]!)).toEqual(frame(BROADCAST, A));
    trunk.send(addTag(frame(A, B), { etherType: 0x8100, id: 142 }));
    expect(atAccess).toEqual([frame(A, B)]);
    trunk.send(addTag(frame(BROADCAST, B), { etherType: 0x8100, id: 143 }));
    trunk.send(frame(BROADCAST, B));
    expect([atAccess.length, atOther.length]).toEqual([1, 1]);
  });

  it('takes no tags at an access port', () => {
    const wire = new Switch({ mtu: 1500, vlans: 'all' });
    const access = wire.connect('access', { accessVlan: 142 });
    const heard = listen(wire.connect('trunk'));
    access.send(addTag(frame(BROADCAST, A), { etherType: 0x8100, id: 142 }));
    expect(heard).toEqual([]);
    expect(wire.drops.vlan).toBe(1);
  });

  it('drops at a port with a smaller MTU what is too large for it, both ways', () => {
    const wire = new Switch({ mtu: 9000, vlans: 'all' });
    const [small, large] = [wire.connect('small', { mtu: 1500 }), wire.connect('large')];
    const [atSmall, atLarge] = [listen(small), listen(large)];
    large.send(frame(BROADCAST, A, 1501));
    large.send(addTag(frame(BROADCAST, A, 1500), { etherType: 0x8100, id: 142 }));
    small.send(frame(BROADCAST, B, 1501));
    small.send(frame(BROADCAST, B, 1500));
    expect([atSmall.length, atLarge.length, wire.drops.oversize]).toEqual([1, 1, 2]);
  });

  it('looks for an address anew once the link it was behind went down', () => {
    const { a, b, c, atC } = threePorts();
    a.send(frame(BROADCAST, A));
    a.up = false;
    const before = atC.length;
    b.send(frame(A, B));
    expect(atC.length).toBe(before + 1);
    c.send(frame(BROADCAST, A));
    b.send(frame(A, B));
    expect(atC.length).toBe(before + 2);
  });

  it('lets through only the VLANs of the network', () => {
    const { wire, a, atB } = threePorts({ vlans: new Set([142]) });
    a.send(addTag(frame(BROADCAST, A), { etherType: 0x8100, id: 142 }));
    a.send(addTag(frame(BROADCAST, A), { etherType: 0x8100, id: 143 }));
    a.send(frame(BROADCAST, A));
    expect(atB).toHaveLength(2);
    expect(wire.drops.vlan).toBe(1);
  });

  it('learns the same address in two VLANs apart', () => {
    const { a, b, c, atA, atC } = threePorts({ vlans: 'all' });
    const tagged = (bytes: Uint8Array, id: number) => addTag(bytes, { etherType: 0x8100, id });
    a.send(tagged(frame(BROADCAST, A), 10));
    c.send(tagged(frame(BROADCAST, A), 20));
    b.send(tagged(frame(A, B), 10));
    b.send(tagged(frame(A, B), 20));
    expect(atA).toHaveLength(2);
    expect(atC).toHaveLength(2);
  });

  it('carries nothing through a pulled cable, in either direction', () => {
    const { wire, a, b, atA, atB } = threePorts();
    b.up = false;
    a.send(frame(BROADCAST, A));
    b.send(frame(BROADCAST, B));
    expect([atA.length, atB.length]).toEqual([0, 0]);
    expect(wire.drops.linkDown).toBe(2);
  });

  it('loses the frames that a fault says, and no others', () => {
    const { wire, a, atB } = threePorts();
    const draws = [0.1, 0.9, 0.4];
    a.faults = { lossRate: 0.5, delayMs: 0, random: () => draws.shift()! };
    for (let at = 0; at < 3; at++) a.send(frame(BROADCAST, A));
    expect(atB).toHaveLength(1);
    expect(wire.drops.fault).toBe(2);
  });

  it('survives junk of every kind, counting what it drops', () => {
    const { wire, a, atB } = threePorts({ vlans: new Set([5]) });
    let sent = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1600 }), (bytes) => {
        sent++;
        a.send(bytes);
      }),
      { seed: 4242, numRuns: 2000 },
    );
    const dropped = Object.values(wire.drops).reduce((sum, count) => sum + count, 0);
    expect(atB.length + dropped).toBeGreaterThanOrEqual(sent);
    expect(wire.drops.runt).toBeGreaterThan(0);
  });
});

describe('tags', () => {
  it('puts a tag behind the addresses and takes it off again', () => {
    const bare = frame(B, A);
    const tagged = addTag(bare, { etherType: 0x88a8, id: 4001 });
    expect([...tagged.subarray(12, 16)]).toEqual([0x88, 0xa8, 0x0f, 0xa1]);
    expect(readTag(tagged)).toEqual({ etherType: 0x88a8, id: 4001 });
    expect(removeTag(tagged)).toEqual(bare);
  });

  it('finds no tag in a frame too short for one', () => {
    expect(readTag(Uint8Array.from([...B, ...A, 0x81, 0x00, 0x00]))).toBeNull();
  });
});
