#!/bin/sh

# Commands below run at the end of every start of this host, as root.
# This file is kept by auto-backup.sh. A command that never ends keeps the
# host from finishing its start: put long ones in the background.

exit 0
