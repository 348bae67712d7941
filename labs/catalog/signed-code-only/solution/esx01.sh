#!/bin/sh
cd /vmfs/volumes/datastore1

sed -i 's/ --- {{uninvited}}.v00//' /bootbank/boot.cfg
mkdir evidence
mv /bootbank/{{uninvited}}.v00 evidence/

for vib in inbox/*.vib; do
  esxcli software vib install -v $PWD/$vib --dry-run
done
cat >verdicts.txt <<END
{{good}} ok
{{tampered}} changed
{{stranger}} unknown
{{boaster}} boasts
{{homemade}} below
END

esxcli software vib install -v /vmfs/volumes/datastore1/inbox/{{good}}.vib

esxcli software vib remove -n {{legacy}}
esxcli software acceptance set --level=VMwareAccepted
/sbin/auto-backup.sh
