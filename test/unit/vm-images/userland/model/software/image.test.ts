import { beforeEach, describe, expect, it } from 'vitest';
import { acceptanceName, readImage } from '../../../../../../vm-images/userland/model/software/image.ts';
import { serializeProfile } from '../../../../../../vm-images/userland/model/software/profile.ts';
import { serializeVib } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { FakeFiles } from '../../../../../helpers/fake-files.ts';
import { smallImage } from '../../../../../helpers/small-image.ts';
import { vib } from './sample-vibs.ts';

const VIBS = '/var/db/esximg/vibs';
const PROFILES = '/var/db/esximg/profiles';

let files: FakeFiles;
beforeEach(() => {
  files = new FakeFiles({
    [`${VIBS}/2.xml`]: serializeVib(vib('zebra')),
    [`${VIBS}/3.xml`]: serializeVib(vib('ant')),
    [`${VIBS}/README`]: 'no descriptor',
    [`${PROFILES}/p.xml`]: serializeProfile(smallImage().profile),
  });
});

describe('the image of the running host', () => {
  it('has its VIBs by name, and a profile', () => {
    const { vibs, profile } = readImage(files);
    expect(vibs.map(({ name }) => name)).toEqual(['ant', 'zebra']);
    expect(profile.name).toBe('ESXi-5.5.0-1500500-standard');
  });

  it('is read again when a file of it has come, gone or changed', () => {
    const names = () => readImage(files).vibs.map(({ name }) => name);
    expect(names()).toHaveLength(2);
    files.write(`${VIBS}/4.xml`, serializeVib(vib('bee')));
    expect(names()).toEqual(['ant', 'bee', 'zebra']);
    files.remove(`${VIBS}/3.xml`);
    expect(names()).toEqual(['bee', 'zebra']);
    files.write(`${VIBS}/4.xml`, serializeVib(vib('bumblebee')));
    expect(names()).toEqual(['bumblebee', 'zebra']);
  });

  it('is not read again when nothing has', () => {
    expect(readImage(files)).toBe(readImage(files));
  });

  it.each([
    [`${VIBS}/2.xml`, 'rubbish', `${VIBS}/2.xml: XML: no element found`],
    [`${VIBS}/2.xml`, '<vib><type>bootbank</type></vib>', `${VIBS}/2.xml: VIB descriptor: <name> is missing or empty`],
    [`${PROFILES}/p.xml`, '<vib/>', `${PROFILES}/p.xml: image profile: root element is <vib>, expected <imageprofile>`],
  ])('is refused, naming the file, when %s is %s', (path, text, message) => {
    files.write(path, text);
    expect(() => readImage(files)).toThrow(message);
  });

  it('is refused without a profile', () => {
    files.remove(`${PROFILES}/p.xml`);
    expect(() => readImage(files)).toThrow('no image profile in /var/db/esximg/profiles');
  });
});

it('acceptance levels have the names that esxcli takes', () => {
  expect(
    (['certified', 'accepted', 'partner', 'community'] as const).map((acceptanceLevel) =>
      acceptanceName({ acceptanceLevel }),
    ),
  ).toEqual(['VMwareCertified', 'VMwareAccepted', 'PartnerSupported', 'CommunitySupported']);
});
