/** Hosts and networks: the part of a lab that `session.open` also takes alone. */
import { z } from 'zod';
import { LabError } from '../../main/shared/errors.ts';
import { complaints, pathText } from './zod-text.ts';

export const hostName = z
  .string()
  .regex(
    /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    'a host name has small letters, digits and hyphens, 32 characters at most',
  )
  .describe('Unique in the lab; also the DNS label.');

export const networkName = z
  .string()
  .regex(
    /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    'a network name has small letters, digits and hyphens, 32 characters at most',
  )
  .describe('Unique in the lab.');

export const labNetwork = z.strictObject({
  name: networkName,
  mtu: z
    .int()
    .min(576)
    .max(9216)
    .default(1500)
    .describe('Largest payload of a frame that the network carries, in bytes.'),
  vlans: z
    .union([z.literal('trunk'), z.array(z.int().min(1).max(4094)).min(1)])
    .optional()
    .describe('VLAN tags that may pass: `trunk` all of them, a list only these; without it only untagged frames pass.'),
});
export type LabNetwork = z.infer<typeof labNetwork>;

export const labNic = z.strictObject({
  network: networkName.describe('The network its cable goes to.'),
  mac: z
    .string()
    .regex(
      /^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/,
      'a MAC address is six pairs in small hexadecimal, not a group address',
    )
    .optional()
    .describe('Drawn from the seed when absent.'),
  up: z.boolean().default(true).describe('Whether the cable is plugged in at the start.'),
  vlan: z
    .int()
    .min(1)
    .max(4094)
    .optional()
    .describe('Its switch port is an access port of this VLAN: tagged frames do not pass. A trunk when absent.'),
  mtu: z
    .int()
    .min(576)
    .max(9216)
    .optional()
    .describe('Largest payload its switch port takes; of the network when absent.'),
});
export type LabNic = z.infer<typeof labNic>;

export const labHost = z.strictObject({
  name: hostName,
  image: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'an image name has small letters, digits and hyphens')
    .default('esxi')
    .describe('Recipe of the host image.'),
  memoryMiB: z
    .int()
    .min(64)
    .max(2048)
    .refine((size) => (size & (size - 1)) === 0, 'memory must be a power of two')
    .default(128)
    .describe('Guest RAM in MiB, a power of two.'),
  nics: z.array(labNic).min(1).max(10).optional().describe('vmnic0 first; one on network `mgmt` when absent.'),
  rootPassword: z
    .string()
    .regex(/^[ -~]{1,64}$/, 'a password has 1 to 64 printable ASCII characters')
    .optional()
    .describe('`Bootbank1!` when absent.'),
});
export type LabHost = z.infer<typeof labHost>;

export const topologyShape = {
  networks: z
    .array(labNetwork)
    .max(16)
    .default([])
    .describe('Wires between the hosts; `mgmt` is there when a host needs it.'),
  hosts: z.array(labHost).min(1).max(16).describe('Emulated computers, in the order they are shown.'),
};

export const topologySchema = z.strictObject(topologyShape);
export type TopologyInput = z.infer<typeof topologySchema>;

/** A topology with its defaults filled in: every host has NICs and every network they name exists. */
export interface Topology {
  readonly networks: readonly LabNetwork[];
  readonly hosts: readonly (LabHost & { readonly nics: readonly LabNic[] })[];
}

export interface ReferenceProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Names used twice and networks that nobody declared. */
export function topologyProblems(topology: TopologyInput): ReferenceProblem[] {
  const networks = new Set([...topology.networks.map((network) => network.name), 'mgmt']);
  return [
    ...duplicates(
      topology.networks.map((network) => network.name),
      (index) => ['networks', index, 'name'],
      'network',
    ),
    ...duplicates(
      topology.hosts.map((host) => host.name),
      (index) => ['hosts', index, 'name'],
      'host',
    ),
    ...topology.hosts.flatMap((host, at) =>
      (host.nics ?? []).flatMap((nic, nicAt) =>
        networks.has(nic.network)
          ? []
          : [
              {
                path: ['hosts', at, 'nics', nicAt, 'network'],
                message: `network "${nic.network}" is not declared under networks`,
              },
            ],
      ),
    ),
    ...duplicates(
      topology.hosts.flatMap((host) => (host.nics ?? []).flatMap((nic) => (nic.mac === undefined ? [] : [nic.mac]))),
      () => ['hosts'],
      'MAC address',
    ),
  ];
}

export function duplicates(
  names: readonly string[],
  pathOf: (index: number) => (string | number)[],
  what: string,
): ReferenceProblem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: pathOf(index), message: `${what} "${name}" is there twice` }],
  );
}

export function completeTopology(topology: TopologyInput): Topology {
  const hosts = topology.hosts.map((host) => ({ ...host, nics: host.nics ?? [{ network: 'mgmt', up: true }] }));
  const needsMgmt = hosts.some((host) => host.nics.some((nic) => nic.network === 'mgmt'));
  const hasMgmt = topology.networks.some((network) => network.name === 'mgmt');
  const networks = needsMgmt && !hasMgmt ? [{ name: 'mgmt', mtu: 1500 }, ...topology.networks] : topology.networks;
  return { networks, hosts };
}

/**
 * Reads the `topology` of `session.open`.
 *
 * @throws LabError `topology.invalid`, every mistake with its path in the message.
 */
export function parseTopology(value: unknown): Topology {
  const parsed = topologySchema.safeParse(value);
  const wrong = parsed.success
    ? topologyProblems(parsed.data).map((problem) => `${pathText(problem.path)}: ${problem.message}`)
    : complaints(parsed.error.issues, value).map((complaint) => complaint.message);
  if (!parsed.success || wrong.length > 0) {
    throw new LabError('topology.invalid', `The topology is not right: ${wrong.join('; ')}.`, {
      details: { problems: wrong },
    });
  }
  return completeTopology(parsed.data);
}
