#!/bin/sh

esxcli network vswitch standard portgroup add -v vSwitch1 -p Blue
esxcli network vswitch standard portgroup set -p Blue -v {{blue}}
esxcli network ip interface add -i vmk1 -p Blue
esxcli network ip interface ipv4 set -i vmk1 -t static -I {{blue01}} -N 255.255.255.0

esxcli network vswitch standard portgroup add -v vSwitch1 -p Green
esxcli network vswitch standard portgroup set -p Green -v 205
esxcli network ip interface add -i vmk2 -p Green
esxcli network ip interface ipv4 set -i vmk2 -t static -I {{green01}} -N 255.255.255.0

esxcli network vswitch standard portgroup add -v vSwitch2 -p Backup
esxcli network ip interface add -i vmk3 -p Backup
esxcli network ip interface ipv4 set -i vmk3 -t static -I {{backup01}} -N 255.255.255.0

/sbin/auto-backup.sh
