#!/bin/sh
# The whole lab, one step a block.

esxcli system hostname set --fqdn={{hostName}}.training.example

mkdir -p /vmfs/volumes/datastore1/handover
{ vmware -v; esxcli system uuid get; esxcli network nic list; } >/vmfs/volumes/datastore1/handover/host.txt

mkdir -p /vmfs/volumes/datastore1/handover
grep failure /var/log/auth.log | awk '{print $NF}' | sort | uniq -c | sort -n | tail -n 1 | awk '{print $2}' >/vmfs/volumes/datastore1/handover/suspect.txt

esxcli system syslog mark --message="CHG-{{ticket}} handover"

esxcli system settings advanced set -o /UserVars/ESXiShellInteractiveTimeOut -i {{idle}}

esxcli system settings advanced set -o /UserVars/SuppressShellWarning -i 1

mkdir -p /vmfs/volumes/datastore1/tools
cat >/vmfs/volumes/datastore1/tools/portgroups.sh <<'SCRIPT'
#!/bin/sh
esxcli --formatter=csv --format-param=fields=Name network vswitch standard portgroup list | tail -n +2 | cut -d, -f1
SCRIPT
chmod +x /vmfs/volumes/datastore1/tools/portgroups.sh
