import type { Parameter } from '../framework/index.ts';

/** Options that several commands of `esxcli software` share. */
export const REBOOTING: Parameter = {
  long: 'rebooting-image',
  type: 'flag',
  description: 'Show the image that the next boot starts, when one is pending.',
};
export const VIBNAME: Parameter = {
  long: 'vibname',
  short: 'n',
  type: 'list',
  description: 'The VIBs: name, name:version, vendor:name or vendor:name:version.',
};
export const DEPOT: Parameter = {
  long: 'depot',
  short: 'd',
  type: 'list',
  description: 'Depots: absolute path or http address of a zip or an index.xml.',
};
export const VIBURL: Parameter = {
  long: 'viburl',
  short: 'v',
  type: 'list',
  description: 'VIB files: absolute path or http address.',
};
export const PROFILE: Parameter = {
  long: 'profile',
  short: 'p',
  type: 'string',
  required: true,
  description: 'Name of the profile.',
};

export function flag(long: string, description: string, short?: string): Parameter {
  return { long, ...(short === undefined ? {} : { short }), type: 'flag', description };
}

export const CHANGE_FLAGS: readonly Parameter[] = [
  flag('dry-run', 'Only say what would happen.'),
  flag('force', 'Skip checks of dependencies, conflicts, obsolescence and acceptance.', 'f'),
  flag('maintenance-mode', 'Act as if the host were in maintenance mode. Without effect on what needs a reboot.'),
  flag('no-live-install', 'Only write the bank for the next boot.'),
];
export const FETCH_FLAGS: readonly Parameter[] = [
  flag('no-sig-check', 'Skip the check of signatures and acceptance levels.'),
  { long: 'proxy', type: 'string', description: 'Proxy for downloads: http://host:port.' },
];
