#!/bin/sh
# services.sh start|stop|restart: every service that is on, in order; stopping in reverse.
# The direct console and the shells stay as they are: this restarts agents.
services() {
	while read -r name state _; do
		case "$name" in
		DCUI | ESXShell | SSH | vmsyslogd) continue ;;
		esac
		[ "$state" = on ] && [ -x "/etc/init.d/$name" ] && echo "$name"
	done < /etc/chkconfig.db
}

reverse() {
	list=
	for name in "$@"; do list="$name $list"; done
	echo "$list"
}

each() {
	action=$1
	shift
	for name in "$@"; do
		echo "Running $name $action"
		"/etc/init.d/$name" "$action"
	done
}

case "$1" in
start) each start $(services) ;;
stop) each stop $(reverse $(services)) ;;
restart)
	each stop $(reverse $(services))
	each start $(services)
	;;
*)
	echo "Usage: $0 {start|stop|restart}"
	exit 1
	;;
esac
