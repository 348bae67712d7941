#!/bin/sh

cp /tmp/inventory.csv /vmfs/volumes/datastore1/inventory.csv

/etc/init.d/crond start

chkconfig crond on

echo "Asset {{asset}}: call the operations desk before you change anything." >>/etc/motd

esxcli system settings advanced set --option=/NFS/MaxVolumes --int-value={{volumes}}

esxcli system settings kernel set --setting=iovDisableIR --value=TRUE

cat >/vmfs/volumes/datastore1/inventory-agent.xml <<'XML'
<ConfigRoot>
  <service id='0100'>
    <id>inventoryAgent</id>
    <rule id='0000'>
      <direction>inbound</direction>
      <protocol>tcp</protocol>
      <porttype>dst</porttype>
      <port>{{agentPort}}</port>
    </rule>
    <enabled>true</enabled>
    <required>false</required>
  </service>
</ConfigRoot>
XML

cp /vmfs/volumes/datastore1/inventory-agent.xml /etc/vmware/firewall/ && esxcli network firewall refresh || true

sed -i '/^exit 0/d' /etc/rc.local.d/local.sh
cat >>/etc/rc.local.d/local.sh <<'LOCAL'
# The inventory agent's ruleset: files in this folder are not saved. Remove when the vendor has a package.
cp /vmfs/volumes/datastore1/inventory-agent.xml /etc/vmware/firewall/
esxcli network firewall refresh
exit 0
LOCAL

/sbin/auto-backup.sh

tar -xzOf /bootbank/state.tgz local.tgz | tar -tzf - >/vmfs/volumes/datastore1/saved.txt
