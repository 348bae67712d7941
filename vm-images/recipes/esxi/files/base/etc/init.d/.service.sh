# Helpers of the service scripts: . /etc/init.d/.service.sh

# alive PIDFILE: whether the process noted there runs.
alive() {
	[ -s "$1" ] && read -r pid < "$1" && kill -0 "$pid" 2>/dev/null
}

# seat TERMINAL [COMMAND...]: what init keeps running there; nothing frees it.
seat() {
	terminal=$1
	shift
	mkdir -p /var/run/terminals
	if [ $# -gt 0 ]; then echo "$*" > "/var/run/terminals/$terminal"
	else rm -f "/var/run/terminals/$terminal"; fi
	kill -HUP 1
}

# boot_option NAME DEFAULT: value of NAME=… given to the kernel at this start.
boot_option() {
	value=$2
	for option in $(cat /var/run/boot-options 2>/dev/null); do
		case "$option" in "$1="*) value=${option#*=} ;; esac
	done
	echo "$value"
}

note() {
	logger -p daemon.info -t "$1" "$2"
}

# daemon start|stop|restart|status NAME COMMAND...: a process kept alive by watchdog.sh.
daemon() {
	action=$1 name=$2
	shift 2
	watchdog=/var/run/vmware/watchdog-$name.PID
	case "$action" in
	start)
		if alive "$watchdog"; then
			echo "$name is already running."
		else
			/sbin/watchdog.sh -d -s "$name" -u 60 -q 5 -t 1000000 "$@"
			echo "$name started."
		fi
		;;
	stop)
		if alive "$watchdog"; then
			/sbin/watchdog.sh -k "$name"
			echo "$name stopped."
		else
			echo "$name is not running."
		fi
		;;
	restart)
		daemon stop "$name" "$@"
		daemon start "$name" "$@"
		;;
	status)
		if alive "$watchdog"; then
			echo "$name is running."
		else
			echo "$name is not running."
			return 3
		fi
		;;
	*)
		echo "Usage: $0 {start|stop|restart|status}"
		return 1
		;;
	esac
}
