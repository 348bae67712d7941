#!/bin/sh

esxcli network vswitch standard set -v vSwitch1 -m 9000
esxcli network ip interface set -i vmk1 -m 9000

/sbin/auto-backup.sh
