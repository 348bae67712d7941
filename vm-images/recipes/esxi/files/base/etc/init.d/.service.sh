# Helpers of the service scripts: . /etc/init.d/.service.sh

# alive PIDFILE: whether the process noted there runs.
alive() {
	[ -s "$1" ] && read -r pid < "$1" && kill -0 "$pid" 2>/dev/null
}

# seat TERMINAL [COMMAND...]: what init keeps running there; without a command nothing. `reseat` makes it so.
seat() {
	terminal=$1
	shift
	if [ $# -gt 0 ]; then echo "$*" > "/var/run/terminals/$terminal"
	else rm -f "/var/run/terminals/$terminal"; fi
}

reseat() {
	kill -HUP 1
}

# boot_option NAME DEFAULT: sets $value to what NAME=... was given to the kernel at this start.
boot_option() {
	value=$2
	read -r options < /var/run/boot-options
	for option in $options; do
		case "$option" in "$1="*) value=${option#*=} ;; esac
	done
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
