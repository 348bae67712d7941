#!/bin/sh

esxcli network firewall set --default-action=false

esxcli network firewall set --enabled=true

cat >>/etc/ntp.conf <<'SERVERS'
server {{ntpA}}
server {{ntpB}}
SERVERS

chkconfig ntpd on

/etc/init.d/ntpd start || true

esxcli network firewall ruleset set --ruleset-id=ntpClient --enabled=true

esxcli network firewall ruleset set --ruleset-id=CIMHttpServer --enabled=false

esxcli network firewall ruleset set --ruleset-id=snmp --enabled=false

esxcli network firewall ruleset set --ruleset-id=httpClient --enabled=false

esxcli network firewall ruleset set --ruleset-id=sshServer --allowed-all=false

esxcli network firewall ruleset allowedip add --ruleset-id=sshServer --ip-address=10.{{adminOctet}}.0.0/24 || true

esxcli system syslog config set --loghost=udp://{{collector}}:514
esxcli system syslog reload

esxcli network firewall ruleset set --ruleset-id=syslog --enabled=true

/etc/init.d/ESXShell stop

chkconfig ESXShell off
