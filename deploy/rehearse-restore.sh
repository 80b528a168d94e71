#!/usr/bin/env bash
# Rehearses the worst night: dumps the database while the mesh works, kills every process, drops the database, restores the dump as a new one,
# starts the mesh on it, and compares every run, the models and their predictions. Prints what it does; exit code 0 only if all of it holds.
#   bash deploy/rehearse-restore.sh [CONFIGURATION]      Debug (default) or Release; builds what is not built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/environment.sh
configuration=${1:-Debug}

work=$(mktemp -d /tmp/skipper-restore.XXXXXX)
started=''
clean_up() {
  [ -z "$started" ] || bash eng/servers.sh stop
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

for service in Services.Data Services.Training Services.Serving Gateway; do
  [ -f "$service/bin/$configuration/net10.0/Skipper.$service.dll" ] || dotnet build "$service" -c "$configuration" -v quiet
done

# Servers of its own: it drops a database.
unset SKIPPER_SERVERS
servers=$(bash eng/servers.sh start)
started=yes
eval "$servers"
/usr/bin/python3 deploy/rehearse_restore.py "$work" "$configuration"
