#!/bin/sh
# The entry point of the image: run.sh SERVICE [ARGUMENTS...]. The service becomes the process, so that signals reach it.
set -eu
home=$(dirname "$0")
service=${1:?"run.sh SERVICE [ARGUMENTS...]; services here: $(cd "$home" && ls -d -- */ | tr -d / | tr '\n' ' ')"}
shift
[ -f "$home/$service/Skipper.$service.dll" ] || {
  echo "No service '$service' here; there are: $(cd "$home" && ls -d -- */ | tr -d / | tr '\n' ' ')" >&2
  exit 2
}
exec dotnet "$home/$service/Skipper.$service.dll" "$@"
