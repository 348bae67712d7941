import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import { ETHER_TYPE } from '../frame/ethernet.ts';
import { addTag, readTag, removeTag } from '../frame/tag.ts';
import type { FramePort } from '../frame-port.ts';

/** vmnicN travels the machine's one link with an 802.1ad service tag of this number plus N. */
export const FIRST_NIC_TAG = 4000;

/**
 * Joins the NICs of a host, each plugged into a port of its own, to the one link that an emulated machine has.
 *
 * @param link The machine's end.
 * @param nics Switch ports in the order of the NICs, vmnic0 first.
 * @param isTagged Whether frames to vmnic0 carry its tag. Firmware (PXE) knows no tags: after power-on they do not, until
 * the guest has sent its first tagged frame.
 * @see IEEE 802.1ad (service tags), so that the tags of port groups pass inside untouched
 */
export function createNicMux(link: FramePort, nics: readonly FramePort[], isTagged: () => boolean): Disposable {
  const store = new DisposableStore();
  store.add(
    link.onFrame((frame) => {
      const tag = readTag(frame);
      if (tag?.etherType !== ETHER_TYPE.service) {
        nics[0]?.send(frame);
        return;
      }
      nics[tag.id - FIRST_NIC_TAG]?.send(removeTag(frame));
    }),
  );
  for (const [at, nic] of nics.entries()) {
    const tag = { etherType: ETHER_TYPE.service, id: FIRST_NIC_TAG + at };
    store.add(
      nic.onFrame((frame) => {
        if (isTagged()) link.send(addTag(frame, tag));
        else if (at === 0) link.send(frame);
      }),
    );
  }
  return store;
}
