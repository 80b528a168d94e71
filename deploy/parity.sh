#!/usr/bin/env bash
# Tries docker-compose.yml where no Docker is: the same commands with the same environment as plain processes, on RabbitMQ and PostgreSQL of
# the distribution, and then the README's walk-through against them, line by line. Prints what it does; exit code 0 only if all of it worked.
#   bash deploy/parity.sh [CONFIGURATION]      Debug (default) or Release; builds what is not built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/environment.sh
configuration=${1:-Debug}

bash eng/packages.sh docker-compose python3-yaml curl
docker-compose --env-file deploy/example.env --profile telemetry config -q

work=$(mktemp -d /tmp/skipper-parity.XXXXXX)
started=''
clean_up() {
  [ -z "$started" ] || bash eng/servers.sh stop
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# A pair of servers of its own, as compose has.
unset SKIPPER_SERVERS
servers=$(bash eng/servers.sh start)
started=yes
eval "$servers"

# What the Dockerfile publishes, where the image has it.
services=$(sed -n 's/^ARG SERVICES="\(.*\)"$/\1/p' deploy/Dockerfile)
for service in $services; do
  dotnet publish "$service" -c "$configuration" -o "$work/app/$service" -v quiet >"$work/publish.log" 2>&1 ||
    { cat "$work/publish.log"; exit 1; }
done
cp deploy/run.sh "$work/app/run.sh"

# Nothing of this shell may reach the services: compose gives them what the file says and nothing else.
docker-compose --env-file deploy/example.env config >"$work/compose.yaml"
/usr/bin/python3 deploy/parity.py "$work" README.md
