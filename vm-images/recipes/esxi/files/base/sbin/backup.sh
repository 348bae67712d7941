#!/bin/sh
# backup.sh [0|1] [FOLDER]: writes the configuration under /etc to state.tgz in /bootbank (or FOLDER).
# 0 is by hand, 1 at the end of the host.
folder=${2:-/bootbank}
# A configuration that was reset or restored waits in the bank: the end of this host must not save over it.
[ "$1" = 1 ] && [ -e /var/run/vmware/state-is-final ] && exit 0
echo "Saving current state in $folder"
/bin/bbjs /usr/lib/vmware/backup.qbc save "$folder" || exit 1
# An image that waits for its first start in the other bank starts with the configuration as it is now.
if [ "$folder" = /bootbank ] && grep -q '^bootstate=1' /altbootbank/boot.cfg 2> /dev/null; then
	cp /bootbank/state.tgz /altbootbank/state.new && sync && mv -f /altbootbank/state.new /altbootbank/state.tgz && sync
fi
busybox hwclock -w -u 2> /dev/null && echo "Clock updated."
date -u '+Time: %H:%M:%S   Date: %m/%d/%Y   UTC'
