#!/bin/sh

esxcli software profile update -d /vmfs/volumes/datastore1/ESXi550-update.zip -p {{profile}} --dry-run >/vmfs/volumes/datastore1/plan.txt

esxcli software profile update -d /vmfs/volumes/datastore1/ESXi550-update.zip -p {{profile}}
