#!/bin/sh

for size in 1472 4000 8972; do
  if vmkping -I vmk1 -c 2 -i 0.5 -W 1 -d -s $size {{esx02}}; then echo $size >/vmfs/volumes/datastore1/largest.txt; fi
done

echo esx02-{{hop}} >/vmfs/volumes/datastore1/wrong.txt

esxcli network vswitch standard uplink remove -v vSwitch1 -u vmnic2
esxcli network vswitch standard uplink add -v vSwitch1 -u vmnic3
esxcli network vswitch standard policy failover set -v vSwitch1 -a vmnic1 -s vmnic3

/sbin/auto-backup.sh
