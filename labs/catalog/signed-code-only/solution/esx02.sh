#!/bin/sh

esxcli software acceptance set --level=CommunitySupported
esxcli software vib install -v /vmfs/volumes/datastore1/inbox/{{homemade}}.vib
