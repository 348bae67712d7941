#!/bin/sh
# watchdog.sh -s NAME [-d] [-u MIN-UPTIME] [-q QUICK-FAILURES] [-t TOTAL-FAILURES] COMMAND...
#   keeps COMMAND running; -d goes to the background. Ends after QUICK-FAILURES ends in a row before MIN-UPTIME
#   seconds, or TOTAL-FAILURES ends in all.
# watchdog.sh -k NAME    ends the watchdog called NAME, then its program
# watchdog.sh -r NAME    whether it runs
dir=/var/run/vmware
mode=run name= background= inner= uptime=60 quick=5 total=1000000

usage() {
	sed -n '2,6s/^# \{0,1\}//p' "$0"
	exit 1
}

while getopts s:k:r:diu:q:t: option; do
	case "$option" in
	s) name=$OPTARG ;;
	k) mode=kill name=$OPTARG ;;
	r) mode=running name=$OPTARG ;;
	d) background=yes ;;
	i) inner=yes ;;
	u) uptime=$OPTARG ;;
	q) quick=$OPTARG ;;
	t) total=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ -n "$name" ] || usage
own=$dir/watchdog-$name.PID
program=$dir/$name.PID

running() {
	[ -s "$own" ] && read -r pid < "$own" && kill -0 "$pid" 2>/dev/null
}

end_program() {
	[ -s "$program" ] && read -r pid < "$program" || return
	kill -TERM "$pid" 2>/dev/null
	tries=0
	while kill -0 "$pid" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -eq 60 ] && kill -KILL "$pid" 2>/dev/null
		usleep 50000
	done
	rm -f "$program"
}

say() {
	logger -p daemon.info -t watchdog-"$name" "$1" 2>/dev/null
}

keep() {
	failures=0 short=0
	while [ $failures -lt "$total" ]; do
		read -r began _ < /proc/uptime
		"$@" < /dev/null > /dev/null 2>&1 &
		child=$!
		echo $child > "$program"
		wait $child
		status=$?
		[ -e "$own" ] || exit 0
		read -r ended _ < /proc/uptime
		failures=$((failures + 1))
		if [ $((${ended%.*} - ${began%.*})) -lt "$uptime" ]; then short=$((short + 1)); else short=0; fi
		say "'$*' ended with status $status after $((${ended%.*} - ${began%.*})) seconds (quick failures: $short, total failures: $failures)"
		if [ $short -ge "$quick" ]; then
			say "End '$*': too many quick failures"
			break
		fi
		sleep 1
	done
	rm -f "$own" "$program"
}

mkdir -p $dir
case "$mode" in
running)
	running
	;;
kill)
	running || { echo "watchdog-$name: no watchdog is running"; exit 1; }
	echo "watchdog-$name: Terminating watchdog process with PID $pid"
	rm -f "$own"
	kill -TERM "$pid" 2>/dev/null
	end_program
	;;
run)
	[ $# -gt 0 ] || usage
	if [ -z "$inner" ] && running; then
		echo "watchdog-$name: already running with PID $pid"
		exit 1
	fi
	if [ -n "$background" ]; then
		setsid "$0" -i -s "$name" -u "$uptime" -q "$quick" -t "$total" "$@" < /dev/null > /dev/null 2>&1 &
		echo $! > "$own"
		echo "[$$] Begin '$*', min-uptime = $uptime, max-quick-failures = $quick, max-total-failures = $total, bg_pid_file = '$own'"
	else
		echo $$ > "$own"
		keep "$@"
	fi
	;;
esac
