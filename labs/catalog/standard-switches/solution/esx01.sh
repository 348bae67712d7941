#!/bin/sh

esxcli network vswitch standard add --vswitch-name=vSwitch1

esxcli network vswitch standard uplink add --uplink-name=vmnic1 --vswitch-name=vSwitch1

esxcli network vswitch standard set --vswitch-name=vSwitch1 --mtu=9000

esxcli network vswitch standard portgroup add --portgroup-name=Storage-{{vlan}} --vswitch-name=vSwitch1

esxcli network vswitch standard portgroup set --portgroup-name=Storage-{{vlan}} --vlan-id={{vlan}}

esxcli network ip interface add --interface-name=vmk1 --portgroup-name=Storage-{{vlan}} --mtu=9000

esxcli network ip interface ipv4 set --interface-name=vmk1 --type=static --ipv4={{storageIp}} --netmask=255.255.255.0

esxcli network vswitch standard portgroup add --portgroup-name=Guests --vswitch-name=vSwitch0

esxcli network vswitch standard portgroup set --portgroup-name=Guests --vlan-id={{guestVlan}}

esxcli network vswitch standard portgroup remove --portgroup-name="Backup (old)" --vswitch-name=vSwitch0

esxcli network vswitch standard policy security set --vswitch-name=vSwitch1 --allow-mac-change=false

esxcli network vswitch standard policy security set --vswitch-name=vSwitch1 --allow-forged-transmits=false
