#!/bin/sh

esxcli network vswitch standard portgroup set -p Green -v 205

/sbin/auto-backup.sh
