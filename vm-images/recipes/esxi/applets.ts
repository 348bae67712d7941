/** BusyBox applets that an ESXi 5.x shell offers, and a few more that cost nothing. `busybox NAME` reaches the others. */
export const APPLETS: readonly string[] = (
  '[ [[ addgroup adduser ash awk base64 basename bunzip2 bzcat bzip2 cat chgrp chmod chown chroot chvt cksum clear cmp ' +
  'comm cp cpio crond crontab cut date dd delgroup deluser df diff dirname dmesg dnsdomainname du echo ed egrep env ' +
  'expand expr factor false fdisk fgrep find flock fold free fuser getopt getty grep groups gunzip gzip head hexdump ' +
  'hostid hostname id inetd install kill killall killall5 less link ln logger login logname ls lsof md5sum mkdir ' +
  'mkfifo mknod mktemp more mount mountpoint mv nc nl nohup nproc nslookup od openvt passwd paste patch pgrep pidof ' +
  'ping ping6 pkill pmap printenv printf ps pstree pwd readlink realpath renice reset resize rev rm rmdir run-parts ' +
  'script sed seq setsid sh sha1sum sha256sum sha512sum shuf sleep sort split stat strings stty su sum sync tac tail ' +
  'tar taskset tee telnet test tftp time timeout top touch tr traceroute true truncate tty umount uname unexpand uniq ' +
  'unix2dos dos2unix unlink unzip uptime usleep uudecode uuencode vi watch wc wget which who whoami xargs xxd xz xzcat ' +
  'unxz yes zcat hwclock ipcs'
).split(' ');
