#!/bin/sh

esxcli network vswitch standard uplink add -v vSwitch1 -u {{good}}
echo {{good}} >/vmfs/volumes/datastore1/cable.txt

esxcli network vswitch standard policy failover set -v vSwitch1 -a vmnic1 -s {{good}}

esxcli network vswitch standard policy failover set -v vSwitch1 -b false

esxcli network vswitch standard uplink add -v vSwitch0 -u vmnic4
esxcli network vswitch standard policy failover set -v vSwitch0 -a vmnic0,vmnic4

/sbin/auto-backup.sh
