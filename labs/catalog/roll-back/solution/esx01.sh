#!/bin/sh

grep -l init.d/westbay-green /var/db/esximg/vibs/* | sed 's#.*/##'
echo {{culprit}} >/vmfs/volumes/datastore1/culprit.txt

grep ^build= /altbootbank/boot.cfg >/vmfs/volumes/datastore1/way-back.txt
