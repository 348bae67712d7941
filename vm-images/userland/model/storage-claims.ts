/** The pluggable storage architecture's tables: plug-ins, array types, path selection, claim rules. */

export interface PluginRow {
  module: string;
  plugin: string;
  pluginClass: string;
  dependencies: string;
  path: string;
}

export const PLUGINS: readonly PluginRow[] = [
  {
    module: 'mask_path_plugin',
    plugin: 'MASK_PATH',
    pluginClass: 'MP',
    dependencies: 'vmkapi_mpp',
    path: '/usr/lib/vmware/vmkmod/mask_path_plugin',
  },
  { module: 'nmp', plugin: 'NMP', pluginClass: 'MP', dependencies: 'vmkapi_mpp', path: '/usr/lib/vmware/vmkmod/nmp' },
  {
    module: 'vmw_satp_local',
    plugin: 'VMW_SATP_LOCAL',
    pluginClass: 'SATP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_satp_local',
  },
  {
    module: 'vmw_satp_default_aa',
    plugin: 'VMW_SATP_DEFAULT_AA',
    pluginClass: 'SATP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_satp_default_aa',
  },
  {
    module: 'vmw_satp_alua',
    plugin: 'VMW_SATP_ALUA',
    pluginClass: 'SATP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_satp_alua',
  },
  {
    module: 'vmw_psp_fixed',
    plugin: 'VMW_PSP_FIXED',
    pluginClass: 'PSP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_psp_fixed',
  },
  {
    module: 'vmw_psp_mru',
    plugin: 'VMW_PSP_MRU',
    pluginClass: 'PSP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_psp_mru',
  },
  {
    module: 'vmw_psp_rr',
    plugin: 'VMW_PSP_RR',
    pluginClass: 'PSP',
    dependencies: 'nmp',
    path: '/usr/lib/vmware/vmkmod/vmw_psp_rr',
  },
];

export interface Satp {
  name: string;
  defaultPsp: string;
  description: string;
}

/** Array types with the path selection they start with. */
export const SATPS: readonly Satp[] = [
  { name: 'VMW_SATP_LOCAL', defaultPsp: 'VMW_PSP_FIXED', description: 'Supports direct attached devices' },
  {
    name: 'VMW_SATP_DEFAULT_AA',
    defaultPsp: 'VMW_PSP_FIXED',
    description: 'Supports non-specific active/active arrays',
  },
  { name: 'VMW_SATP_DEFAULT_AP', defaultPsp: 'VMW_PSP_MRU', description: 'Placeholder (plugin not loaded)' },
  {
    name: 'VMW_SATP_ALUA',
    defaultPsp: 'VMW_PSP_MRU',
    description: 'Supports non-specific arrays that use the ALUA protocol',
  },
  { name: 'VMW_SATP_CX', defaultPsp: 'VMW_PSP_MRU', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_ALUA_CX', defaultPsp: 'VMW_PSP_RR', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_EQL', defaultPsp: 'VMW_PSP_FIXED', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_INV', defaultPsp: 'VMW_PSP_FIXED', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_LSI', defaultPsp: 'VMW_PSP_MRU', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_MSA', defaultPsp: 'VMW_PSP_MRU', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_SVC', defaultPsp: 'VMW_PSP_FIXED', description: 'Placeholder (plugin not loaded)' },
  { name: 'VMW_SATP_SYMM', defaultPsp: 'VMW_PSP_RR', description: 'Placeholder (plugin not loaded)' },
];

export const PSPS: readonly { name: string; description: string }[] = [
  { name: 'VMW_PSP_MRU', description: 'Most Recently Used Path Selection' },
  { name: 'VMW_PSP_RR', description: 'Round Robin Path Selection' },
  { name: 'VMW_PSP_FIXED', description: 'Fixed Path Selection' },
];

export interface SatpRule {
  satp: string;
  device: string;
  vendor: string;
  model: string;
  driver: string;
  transport: string;
  options: string;
  group: 'system' | 'user';
  claimOptions: string;
  psp: string;
  pspOptions: string;
  description: string;
}

function systemRule(satp: string, parts: Partial<SatpRule>): SatpRule {
  const blank = {
    device: '',
    vendor: '',
    model: '',
    driver: '',
    transport: '',
    options: '',
    claimOptions: '',
    psp: '',
    pspOptions: '',
    description: '',
  };
  return { satp, group: 'system', ...blank, ...parts };
}

/** Rules a host starts with; an administrator adds `user` ones. */
export const SYSTEM_SATP_RULES: readonly SatpRule[] = [
  systemRule('VMW_SATP_DEFAULT_AA', { transport: 'fc', description: 'Fibre Channel Devices' }),
  systemRule('VMW_SATP_DEFAULT_AA', { transport: 'iscsi', description: 'iSCSI Devices' }),
  systemRule('VMW_SATP_ALUA', { claimOptions: 'tpgs_on', description: 'Any array with ALUA support' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'usb' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'ide' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'block' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'parallel' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'sas' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'sata' }),
  systemRule('VMW_SATP_LOCAL', { transport: 'unknown' }),
];

export interface ClaimRule {
  ruleClass: 'MP' | 'Filter' | 'VAAI';
  rule: number;
  type: 'vendor' | 'location' | 'driver' | 'transport' | 'device' | 'target';
  plugin: string;
  matches: string;
}

const transportRule = (rule: number, name: string): ClaimRule => ({
  ruleClass: 'MP',
  rule,
  type: 'transport',
  plugin: 'NMP',
  matches: `transport=${name}`,
});

/** Built in: present at run time, not in the file, and not removable. */
export const RUNTIME_CLAIM_RULES: readonly ClaimRule[] = [
  transportRule(0, 'usb'),
  transportRule(1, 'sata'),
  transportRule(2, 'ide'),
  transportRule(3, 'block'),
  transportRule(4, 'unknown'),
];

export const LAST_CLAIM_RULE: ClaimRule = {
  ruleClass: 'MP',
  rule: 65535,
  type: 'vendor',
  plugin: 'NMP',
  matches: 'vendor=* model=*',
};

/** The file of a fresh host. */
export const DEFAULT_CLAIM_RULES: readonly ClaimRule[] = [
  { ruleClass: 'MP', rule: 101, type: 'vendor', plugin: 'MASK_PATH', matches: 'vendor=DELL model=Universal Xport' },
];

/** Numbers an administrator may use. */
export const USER_CLAIM_RULES = { min: 101, max: 65435 } as const;

/** Lines of the listing: by number, run time before file. */
export function listClaimRules(
  runtime: readonly ClaimRule[],
  file: readonly ClaimRule[],
): (ClaimRule & { source: 'runtime' | 'file' })[] {
  const rows = [
    ...[...RUNTIME_CLAIM_RULES, ...runtime, LAST_CLAIM_RULE].map((rule) => ({ ...rule, source: 'runtime' as const })),
    ...file.map((rule) => ({ ...rule, source: 'file' as const })),
  ];
  return rows.sort(
    (one, other) => one.rule - other.rule || (one.source === other.source ? 0 : one.source === 'runtime' ? -1 : 1),
  );
}
