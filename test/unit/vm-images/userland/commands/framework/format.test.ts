import { describe, expect, it } from 'vitest';
import { formatResult } from '../../../../../../vm-images/userland/commands/framework/format/index.ts';
import {
  boolean,
  integer,
  list,
  type Output,
  structure,
  text,
} from '../../../../../../vm-images/userland/commands/framework/types.ts';

const portgroups: Output = {
  shape: 'table',
  struct: 'PortGroup',
  fields: [text('Name'), text('Virtual Switch'), integer('Active Clients'), integer('VLAN ID')],
};
const rows = [
  { Name: 'Management Network', 'Virtual Switch': 'vSwitch0', 'Active Clients': 1, 'VLAN ID': 0 },
  { Name: 'VM Network', 'Virtual Switch': 'vSwitch0', 'Active Clients': 0, 'VLAN ID': 20 },
];

const nic: Output = {
  shape: 'simple',
  struct: 'Nic',
  fields: [
    text('Name'),
    boolean('Link Detected'),
    structure('Driver Info', 'DriverInfo', [text('Driver'), text('Version')]),
    list('VLANs'),
    { ...integer('Average Bandwidth'), unit: 'Kbps' },
  ],
};
const nicRow = {
  Name: 'vmnic0',
  'Link Detected': true,
  'Driver Info': { Driver: 'virtio_net', Version: '1.0' },
  VLANs: ['10', '20'],
  'Average Bandwidth': 100,
};

describe('tables', () => {
  it('have a header, dashes as wide as the column, numbers to the right', () => {
    expect(formatResult('text', portgroups, rows)).toBe(
      [
        'Name                Virtual Switch  Active Clients  VLAN ID',
        '------------------  --------------  --------------  -------',
        'Management Network  vSwitch0                     1        0',
        'VM Network          vSwitch0                     0       20',
        '',
      ].join('\n'),
    );
  });

  it('align booleans to the right', () => {
    const output: Output = { shape: 'table', struct: 'Ruleset', fields: [text('Name'), boolean('Enabled')] };
    expect(formatResult('text', output, [{ Name: 'syslog', Enabled: false }])).toBe(
      'Name    Enabled\n------  -------\nsyslog    false\n',
    );
  });

  it('print nothing without rows', () => {
    expect(formatResult('text', portgroups, [])).toBe('');
  });

  it('are csv with fields by name, without blanks, a comma behind each', () => {
    expect(formatResult('csv', portgroups, rows)).toBe(
      'ActiveClients,Name,VLANID,VirtualSwitch,\n1,Management Network,0,vSwitch0,\n0,VM Network,20,vSwitch0,\n',
    );
  });

  it('are csv with the fields asked for, in that order', () => {
    expect(formatResult('csv', portgroups, rows, ['VLANID', 'Name'])).toBe(
      'VLANID,Name,\n0,Management Network,\n20,VM Network,\n',
    );
  });

  it('are keyvalue lines with struct, field and type', () => {
    expect(formatResult('keyvalue', portgroups, rows.slice(1))).toBe(
      'PortGroup.ActiveClients.integer=0\nPortGroup.Name.string=VM Network\n' +
        'PortGroup.VLANID.integer=20\nPortGroup.VirtualSwitch.string=vSwitch0\n',
    );
  });

  it('are xml lists of structures', () => {
    const xml = formatResult('xml', portgroups, [{ ...rows[0], Name: 'A & <B>' }]);
    expect(xml).toBe(`<?xml version="1.0" encoding="utf-8"?>
<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">
<root>
   <list type="structure">
      <structure typeName="PortGroup">
         <field name="ActiveClients">
            <integer>1</integer>
         </field>
         <field name="Name">
            <string>A &amp; &lt;B&gt;</string>
         </field>
         <field name="VLANID">
            <integer>0</integer>
         </field>
         <field name="VirtualSwitch">
            <string>vSwitch0</string>
         </field>
      </structure>
   </list>
</root>
</output>
`);
  });
});

describe('simple and keyed output', () => {
  it('indents fields by three, nested ones by nine', () => {
    expect(formatResult('text', nic, nicRow)).toBe(
      [
        '   Name: vmnic0',
        '   Link Detected: true',
        '   Driver Info: ',
        '         Driver: virtio_net',
        '         Version: 1.0',
        '   VLANs: 10, 20',
        '   Average Bandwidth: 100 Kbps',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what is undefined and prints null empty', () => {
    expect(formatResult('text', nic, { Name: null })).toBe('   Name: \n');
  });

  it('puts the key at column 0 and a blank line between blocks', () => {
    const output: Output = { shape: 'keyed', struct: 'S', key: 'Name', fields: [text('Name'), integer('MTU')] };
    expect(
      formatResult('text', output, [
        { Name: 'vSwitch0', MTU: 1500 },
        { Name: 'vSwitch1', MTU: 9000 },
      ]),
    ).toBe('vSwitch0\n   Name: vSwitch0\n   MTU: 1500\n\nvSwitch1\n   Name: vSwitch1\n   MTU: 9000\n');
  });

  it('quotes lists in csv, each item followed by a comma', () => {
    expect(formatResult('csv', nic, nicRow)).toBe(
      'AverageBandwidth,DriverInfo.Driver,DriverInfo.Version,LinkDetected,Name,VLANs,\n' +
        '100,virtio_net,1.0,true,vmnic0,"10,20,",\n',
    );
  });

  it('numbers list items and dots structures in keyvalue', () => {
    expect(formatResult('keyvalue', nic, nicRow).split('\n')).toEqual([
      'Nic.AverageBandwidth.integer=100',
      'Nic.DriverInfo.Driver.string=virtio_net',
      'Nic.DriverInfo.Version.string=1.0',
      'Nic.LinkDetected.boolean=true',
      'Nic.Name.string=vmnic0',
      'Nic.VLANs[0].string=10',
      'Nic.VLANs[1].string=20',
      '',
    ]);
  });
});

describe('scalars and commands without output', () => {
  const scalar: Output = { shape: 'scalar', type: 'string' };
  it.each([
    ['text', 'Disabled\n'],
    ['csv', 'Disabled\n'],
    ['keyvalue', 'string=Disabled\n'],
  ] as const)('print a scalar as %s', (formatter, expected) => {
    expect(formatResult(formatter, scalar, 'Disabled')).toBe(expected);
  });

  it.each([
    ['text', ''],
    ['csv', 'true\n'],
    ['keyvalue', 'boolean=true\n'],
  ] as const)('say that a command without output succeeded as %s', (formatter, expected) => {
    expect(formatResult(formatter, { shape: 'none' }, undefined)).toBe(expected);
  });
});
