import { type AcceptanceLevel, parseAcceptance } from './vib.ts';
import { child, childrenOf, childText, element, parseXml, serializeXml } from './xml-tree.ts';

export interface ProfileVib {
  /** See `vibId`. */
  id: string;
  /** Which file of the bank each payload became: `{ payloadName: 'net-virtio', destName: 'net-virt.v00' }`. */
  payloads: { payloadName: string; destName: string }[];
}

export interface ImageProfile {
  name: string;
  creator: string;
  /** ISO 8601 UTC. */
  creationTime: string;
  modifiedTime: string;
  /** Also the host's acceptance level. */
  acceptanceLevel: AcceptanceLevel;
  description: string;
  readonly: boolean;
  statelessReady: boolean;
  vibs: ProfileVib[];
}

/** @throws Error when it is not XML, its root is not `imageprofile`, or it has no name. */
export function parseProfile(text: string): ImageProfile {
  const root = parseXml(text);
  if (root.name !== 'imageprofile')
    throw new Error(`image profile: root element is <${root.name}>, expected <imageprofile>`);
  if (childText(root, 'name') === '') throw new Error('image profile: <name> is missing or empty');
  return {
    name: childText(root, 'name'),
    creator: childText(root, 'creator'),
    creationTime: childText(root, 'creationtime'),
    modifiedTime: childText(root, 'modifiedtime'),
    acceptanceLevel: parseAcceptance(childText(root, 'acceptancelevel')),
    description: childText(root, 'description'),
    readonly: childText(root, 'readonly').toLowerCase() === 'true',
    statelessReady: childText(root, 'statelessready').toLowerCase() === 'true',
    vibs: childrenOf(child(root, 'viblist'), 'vib').map((vib) => ({
      id: childText(vib, 'vib-id'),
      payloads: childrenOf(child(vib, 'payloads'), 'payload').map((payload) => ({
        payloadName: payload.attributes['payload-name'] ?? '',
        destName: payload.attributes['dest-name'] ?? '',
      })),
    })),
  };
}

export function serializeProfile(profile: ImageProfile): string {
  const vibs = profile.vibs.map((vib) =>
    element('vib', [
      element('vib-id', vib.id),
      element(
        'payloads',
        vib.payloads.map((one) =>
          element('payload', '', { 'payload-name': one.payloadName, 'dest-name': one.destName }),
        ),
      ),
    ]),
  );
  return serializeXml(
    element('imageprofile', [
      element('name', profile.name),
      element('creator', profile.creator),
      element('creationtime', profile.creationTime),
      element('modifiedtime', profile.modifiedTime),
      element('acceptancelevel', profile.acceptanceLevel),
      element('description', profile.description),
      element('readonly', profile.readonly ? 'True' : 'False'),
      element('viblist', vibs),
      element('statelessready', profile.statelessReady ? 'True' : 'False'),
      element('rules'),
      element('vibs'),
    ]),
  );
}
