import type { BankView, LabCard, SessionView, TaskView } from '../app/types.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export function fakeLabs(fresh: boolean): LabCard[] {
  const card = (
    id: string,
    title: string,
    course: string,
    minutes: number,
    hosts: number,
    objectives: string[],
    requires: string[] = [],
  ): LabCard => ({
    id,
    title,
    course,
    minutes,
    hosts,
    objectives,
    requires,
    progress: { state: 'new', score: 0, maxScore: 8 },
  });
  const labs = [
    card('esxi-shell-first-steps', 'ESXi Shell first steps', 'first-steps', 30, 1, [
      'Find your way in the shell',
      'Read what a host is made of',
    ]),
    card(
      'dcui-tour',
      'A tour of the direct console',
      'first-steps',
      25,
      1,
      ['Set an address from the console', 'Restart the management network'],
      ['esxi-shell-first-steps'],
    ),
    card(
      'configuration-that-survives',
      'Configuration that survives',
      'first-steps',
      35,
      1,
      ['Tell what a reboot keeps', 'Save the configuration yourself'],
      ['esxi-shell-first-steps'],
    ),
    card(
      'standard-switches',
      'Standard switches, port groups and VMkernel ports',
      'networking',
      40,
      2,
      ['Create a standard switch', 'Explain why the MTU has to match'],
      ['esxi-shell-first-steps'],
    ),
    card(
      'jumbo-frames',
      'Jumbo frames end to end',
      'networking',
      30,
      2,
      ['Prove a path for large frames'],
      ['standard-switches'],
    ),
    card('firewall', 'Services and the management firewall', 'security', 35, 1, ['Open what is needed and no more']),
  ];
  if (fresh) return labs;
  const set = (id: string, progress: LabCard['progress']) => {
    const found = labs.find((one) => one.id === id);
    if (found) found.progress = progress;
  };
  set('esxi-shell-first-steps', {
    state: 'solved',
    score: 8,
    maxScore: 8,
    lastOpenedAt: minutesAgo(60 * 26),
    solvedAt: minutesAgo(60 * 25),
  });
  set('standard-switches', { state: 'in-progress', score: 3, maxScore: 8, lastOpenedAt: minutesAgo(42) });
  return labs;
}

export function fakeSession(): SessionView {
  const task = (
    id: string,
    title: string,
    maxPoints: number,
    instructions: string,
    patch: Partial<TaskView> = {},
  ): TaskView => ({
    id,
    title,
    instructions,
    maxPoints,
    points: 0,
    state: 'open',
    after: null,
    report: null,
    hints: [
      { cost: 0, text: null },
      { cost: 1, text: null },
    ],
    ...patch,
  });
  return {
    session: 's1',
    lab: 'standard-switches',
    title: 'Standard switches, port groups and VMkernel ports',
    minutes: 40,
    intro:
      'Storage moved to **VLAN 142** last night. Two hosts still reach it over the management network, and backups have been slow since.\n\nYou will give both hosts a switch of their own for storage, prove that large frames pass, and make sure that a reboot keeps it.\n\n- `esx01` and `esx02` each have a second NIC on the storage network.\n- The storage network takes frames of up to 9000 bytes.\n\nAbout 40 minutes.',
    outro: null,
    seed: '4711',
    startedAt: minutesAgo(40),
    savedAt: minutesAgo(1),
    score: 3,
    maxScore: 8,
    passed: false,
    busy: null,
    hosts: ['esx01', 'esx02'].map((name, i) => ({
      name,
      image: 'esxi',
      state: i === 0 ? 'ready' : 'starting',
      memoryMiB: 128,
      nics: [
        { name: 'vmnic0', mac: `00:50:56:1a:0${i}:01`, network: 'mgmt', up: true },
        { name: 'vmnic1', mac: `00:50:56:1a:0${i}:02`, network: 'storage', up: true },
      ],
    })),
    tasks: [
      task(
        'create-switch',
        'Create the storage switch',
        3,
        'Give `esx01` a standard switch called **vSwitch1** with `vmnic1` as its uplink. It has to carry frames of 9000 bytes.\n\nA switch of its own keeps storage frames off the management uplink, so that a busy datastore cannot lock you out of the host.',
        {
          state: 'passed',
          points: 3,
          after:
            'The VMkernel made a bridge in memory and tied `vmnic1` to it; nothing was written to disk yet. In real life the physical port’s MTU is forgotten more often than the virtual one.',
          report: {
            id: 'create-switch',
            title: 'Create the storage switch',
            outcome: 'pass',
            points: 3,
            maxPoints: 3,
            checks: [
              {
                id: 'exists',
                outcome: 'pass',
                message: 'vSwitch1 exists.',
                expected: 'vSwitch1',
                found: 'vSwitch1',
                where: 'esx01, esxcli network vswitch standard list',
              },
              {
                id: 'mtu',
                outcome: 'pass',
                message: 'vSwitch1 carries frames of 9000 bytes.',
                expected: '9000',
                found: '9000',
                where: 'esx01, esxcli network vswitch standard list, after reboot',
              },
            ],
          },
        },
      ),
      task(
        'port-group',
        'Add the storage port group',
        2,
        'Add a port group **Storage** to `vSwitch1` on `esx01`, tagged with VLAN **142**.\n\n```\nVLAN      142\nswitch    vSwitch1\nname      Storage\n```\n\nPort groups, not switches, carry the VLAN tag: two groups on one switch may be in different VLANs.',
        {
          state: 'failed',
          hints: [
            { cost: 0, text: 'List what exists first: which namespace of `esxcli` holds port groups?' },
            { cost: 1, text: null },
          ],
          report: {
            id: 'port-group',
            title: 'Add the storage port group',
            outcome: 'fail',
            points: 0,
            maxPoints: 2,
            checks: [
              {
                id: 'exists',
                outcome: 'pass',
                message: 'The port group Storage exists.',
                expected: 'Storage',
                found: 'Storage',
                where: 'esx01, esxcli network vswitch standard portgroup list',
              },
              {
                id: 'vlan',
                outcome: 'fail',
                message: 'Storage is on vSwitch1, but untagged; VLAN 142 was asked.',
                expected: '142',
                found: '0',
                where: 'esx01, esxcli network vswitch standard portgroup list',
              },
              {
                id: 'kept',
                outcome: 'skip',
                message: 'Whether it survives a reboot is looked at once it is right.',
                expected: '142',
                found: 'not looked at',
                where: 'esx01, after reboot',
              },
              {
                id: 'wire',
                outcome: 'error',
                message: 'The storage network could not be listened to.',
                expected: 'frames tagged 142',
                found: 'no capture',
                where: 'network storage',
              },
            ],
          },
        },
      ),
      task('vmk', 'Give storage an address', 2, 'Add a VMkernel port with address `192.168.50.23/24` on **Storage**.'),
      task(
        'second-host',
        'Do the same on esx02',
        1,
        'Repeat it on `esx02`, and prove that the hosts reach each other with large frames.',
      ),
    ],
  };
}

/** A text screen of a host console, in the style of one: 80 columns, 25 rows. */
export function fakeScreen(): string {
  const line = (text: string, colours: string) => `\x1b[${colours}m${text.padEnd(80)}\x1b[0m`;
  const rows: string[] = [];
  for (let row = 0; row < 25; row++) {
    const top = row < 12;
    const text =
      {
        3: '          Bootbank host esx01 5.1.0',
        5: '          QuickJS Pentium III, 128 MiB Memory',
        14: '          To manage this host go to:',
        16: '          http://169.254.17.23/ (link-local)',
        24: ' <F2> Customize                                          <F12> Shut down',
      }[row] ?? '';
    rows.push(line(text, row === 24 ? '30;43' : top ? '37;100' : '30;43'));
  }
  return `\x1b[2J\x1b[H${rows.join('\r\n')}\x1b[25;1H`;
}

/** A host that was updated since the lab began, and on whose new bank something has been written over. */
export function fakeBanks(isUp: boolean): { banks: BankView[]; atStart: BankView[] } {
  const vib = (name: string, version: string) => ({ name, version, vendor: 'Bootbank', level: 'partner' });
  const files = ['b.b00', 'k.b00', 's.v00', 'net-virt.v00', 'imgdb.tgz', 'state.tgz'];
  const old: BankView = {
    partition: 5,
    state: 'valid',
    build: '5.5.0-1500500',
    updated: 1,
    profile: 'ESXi-5.5.0-1500500-standard',
    isNext: true,
    isRunning: true,
    notes: [],
    modules: files.map((file) => ({ file, sizeBytes: 100_000, state: 'ok' })),
    vibs: [vib('esx-base', '5.5.0-0.0.1500500'), vib('net-virt', '1.0')],
    freeBytes: 256_618_496,
    savedAt: minutesAgo(40),
  };
  const empty: BankView = {
    ...old,
    partition: 6,
    state: 'empty',
    build: '',
    updated: 0,
    profile: null,
    isNext: false,
    isRunning: false,
    modules: [],
    vibs: [],
    freeBytes: 261_844_992,
    savedAt: null,
  };
  const updated: BankView = {
    ...old,
    partition: 6,
    state: 'upgrading',
    build: '5.5.0-1746018',
    updated: 2,
    profile: 'Quarterly-1746018',
    isNext: true,
    isRunning: isUp ? false : null,
    modules: [...old.modules, { file: 'link-sav.v00', sizeBytes: 2000, state: 'damaged' }],
    vibs: [vib('esx-base', '5.5.0-2.33.1746018'), vib('net-virt', '1.0'), vib('link-saver', '1.2')],
    freeBytes: 250_000_000,
    savedAt: minutesAgo(2),
  };
  return {
    banks: [{ ...old, isNext: false, isRunning: isUp ? true : null, savedAt: minutesAgo(2) }, updated],
    atStart: [old, empty],
  };
}
