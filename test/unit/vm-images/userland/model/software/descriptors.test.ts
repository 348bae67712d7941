import { describe, expect, it } from 'vitest';
import { parseProfile, serializeProfile } from '../../../../../../vm-images/userland/model/software/profile.ts';
import { createVib, parseVib, serializeVib, vibId } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { parseXml, serializeXml } from '../../../../../../vm-images/userland/model/software/xml-tree.ts';

const VIB = createVib({
  name: 'net-virtio',
  version: '1.2.0-4bb.550.0.0.2000002',
  vendor: 'Bootbank',
  summary: 'virtio <network> & friends',
  releaseDate: '2026-01-02T03:04:05Z',
  depends: [{ name: 'vmkapi_2_2_0_0' }, { name: 'esx-base', relation: '>=', version: '5.5.0' }],
  tags: ['driver', 'module'],
  hardwarePlatforms: [{ vendor: 'Bootbank', model: '' }],
  files: ['usr/lib/vmware/vmkmod/virtio_net'],
  payloads: [
    {
      name: 'net-virt',
      type: 'vgz',
      size: 1234,
      checksums: [{ type: 'sha-256', verifyProcess: 'gunzip', sum: 'ab12' }],
    },
  ],
  installDate: '2026-02-03T00:00:00Z',
});

describe('VIB descriptor', () => {
  it('comes back from its XML as it was', () => {
    expect(parseVib(serializeVib(VIB))).toEqual(VIB);
  });

  it('writes the elements the format names, in its order', () => {
    const root = parseXml(serializeVib(VIB));
    expect(root.attributes.version).toBe('5.0');
    expect(root.children.map((one) => one.name).slice(0, 8)).toEqual([
      'type',
      'name',
      'version',
      'vendor',
      'summary',
      'description',
      'release-date',
      'urls',
    ]);
  });

  it('is identified by vendor, type, name and version', () => {
    expect(vibId(VIB)).toBe('Bootbank_bootbank_net-virtio_1.2.0-4bb.550.0.0.2000002');
  });

  it.each([
    ['<vibs/>', /root element is <vibs>/],
    ['<vib><type>deb</type></vib>', /type "deb"/],
    ['<vib><type>bootbank</type><name>a</name></vib>', /<version> is missing/],
    [
      '<vib><type>bootbank</type><name>a</name><version>1</version><vendor>v</vendor><acceptance-level>gold</acceptance-level></vib>',
      /acceptance level "gold"/,
    ],
    ['<vib><type>bootbank</name></vib>', /unexpected closing tag <\/name>/],
    ['', /no element found/],
  ])('refuses %s', (text, message) => {
    expect(() => parseVib(text)).toThrow(message);
  });
});

describe('image profile', () => {
  it('comes back from its XML as it was', () => {
    const profile = {
      name: 'ESXi-5.5.0-2000002-standard',
      creator: 'Bootbank',
      creationTime: '2026-01-01T00:00:00Z',
      modifiedTime: '2026-01-01T00:00:00Z',
      acceptanceLevel: 'partner' as const,
      description: 'what a host starts with',
      readonly: true,
      statelessReady: true,
      vibs: [{ id: vibId(VIB), payloads: [{ payloadName: 'net-virt', destName: 'net-virt.v00' }] }],
    };
    expect(parseProfile(serializeProfile(profile))).toEqual(profile);
  });
});

describe('XML', () => {
  it('keeps entities, attributes and empty elements, and skips comments', () => {
    const root = parseXml('<?xml version="1.0"?>\n<!-- x --><a b=\'1 &lt; 2\'><c/><d>&#65;&amp;&#x42;</d></a>');
    expect(root.attributes.b).toBe('1 < 2');
    expect(root.children.map((one) => one.text)).toEqual(['', 'A&B']);
    expect(serializeXml(root)).toContain('<d>A&amp;B</d>');
  });

  it('reports an element left open', () => {
    expect(() => parseXml('<a><b></b>')).toThrow('<a> is not closed');
  });
});
