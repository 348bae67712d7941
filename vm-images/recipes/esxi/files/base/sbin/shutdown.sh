#!/bin/sh
# shutdown.sh: the orderly part of an end of this host. init runs it; what follows is init's work.
logger -p daemon.notice -t init "Host is going down: ${1:-reboot}"
/sbin/backup.sh 1
/sbin/services.sh stop
/etc/init.d/DCUI stop > /dev/null
/etc/init.d/ESXShell stop > /dev/null
/etc/init.d/vmsyslogd stop
sync
