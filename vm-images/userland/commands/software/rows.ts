import { BOOT_STATE } from '../../model/bank-choice.ts';
import { parseBootConfig } from '../../model/boot-config.ts';
import { readDatabase } from '../../model/software/database.ts';
import { acceptanceName, type InstalledImage, readImage } from '../../model/software/image.ts';
import type { ImageProfile } from '../../model/software/profile.ts';
import { describeConstraint } from '../../model/software/version.ts';
import { type Vib, vibId } from '../../model/software/vib.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  type Field,
  list,
  type Row,
  text,
} from '../framework/index.ts';
import { refusal } from './esxupdate.ts';

const OTHER_BANK = '/altbootbank';

/** The image a command is about: the running one, or the one that waits for the next start. */
export function imageFor(ctx: CommandContext, args: CommandArgs): InstalledImage {
  if (!args.bool('rebooting-image')) return readImage(ctx.system.files);
  const pending = pendingImage(ctx);
  if (pending === null)
    throw refusal('NoMatchError', ['No image is pending: the next boot starts the one that runs now.']);
  return pending;
}

/** The image in the other bank that waits for its first start, if there is one. */
export function pendingImage({ system: { files } }: CommandContext): InstalledImage | null {
  const config = parseBootConfig(files.readText(`${OTHER_BANK}/boot.cfg`) ?? '');
  const packed = config.bootstate === BOOT_STATE.upgrading ? files.readBytes(`${OTHER_BANK}/imgdb.tgz`) : null;
  return packed && readDatabase(files.gunzip(packed), { utf8Decode: (data) => files.decode(data) });
}

export function day(iso: string | undefined): string {
  return (iso ?? '').slice(0, 10);
}

export const VIB_FIELDS: readonly Field[] = [
  text('Name'),
  text('Version'),
  text('Type'),
  text('Vendor'),
  text('Acceptance Level'),
  text('Summary'),
  text('Description'),
  list('ReferenceURLs'),
  text('Creation Date'),
  list('Depends'),
  list('Conflicts'),
  list('Replaces'),
  list('Provides'),
  boolean('Maintenance Mode Required'),
  list('Hardware Platforms Required'),
  boolean('Live Install Allowed'),
  boolean('Live Remove Allowed'),
  boolean('Stateless Ready'),
  boolean('Overlay'),
  list('Tags'),
  list('Payloads'),
];

export function vibRow(vib: Vib): Row {
  return {
    id: vibId(vib),
    Name: vib.name,
    Version: vib.version,
    Type: vib.type,
    Vendor: vib.vendor,
    'Acceptance Level': acceptanceName(vib),
    Summary: vib.summary,
    Description: vib.description,
    ReferenceURLs: vib.urls.map((one) => `${one.key}|${one.url}`),
    'Creation Date': day(vib.releaseDate),
    Depends: vib.depends.map(describeConstraint),
    Conflicts: vib.conflicts.map(describeConstraint),
    Replaces: vib.replaces.map(describeConstraint),
    Provides: vib.provides.map(describeConstraint),
    'Maintenance Mode Required': vib.maintenanceModeRequired,
    'Hardware Platforms Required': vib.hardwarePlatforms.map((one) => `${one.vendor} ${one.model}`.trim()),
    'Live Install Allowed': vib.liveInstallAllowed,
    'Live Remove Allowed': vib.liveRemoveAllowed,
    'Stateless Ready': vib.statelessReady,
    Overlay: vib.overlay,
    Tags: vib.tags,
    Payloads: vib.payloads.map((one) => one.name),
  };
}

export const PROFILE_FIELDS: readonly Field[] = [
  text('Name'),
  text('Vendor'),
  text('Creation Time'),
  text('Modification Time'),
  text('Stateless Ready'),
  text('Description'),
  list('VIBs'),
];

/** @param vibs `name version` of each. */
export function profileRow(profile: ImageProfile, vibs: readonly string[]): Row {
  return {
    Name: profile.name,
    Vendor: profile.creator,
    'Creation Time': profile.creationTime.replace(/Z$/, ''),
    'Modification Time': profile.modifiedTime.replace(/Z$/, ''),
    'Stateless Ready': profile.statelessReady ? 'True' : 'False',
    Description: `\n      ${profile.description}`,
    VIBs: vibs,
  };
}
