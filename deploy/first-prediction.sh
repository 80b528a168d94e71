#!/usr/bin/env bash
# From a clean clone to the first prediction by the commands of the README (the blocks after "first-prediction") and nothing else.
# Prints what each took; exit code 0 only if the last answer is a prediction. Needs what the README says: the .NET SDK, and curl.
#   bash deploy/first-prediction.sh [REPOSITORY]      default: the last commit of this working copy
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/environment.sh
repository=${1:-file://$PWD}

work=$(mktemp -d /tmp/skipper-first.XXXXXX)
server=''
clean_up() {
  if [ -n "$server" ] && kill -TERM -- "-$server" 2>/dev/null; then
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

now() { date +%s%N; }
begun=$(now)
took() { # SINCE WHAT
  printf '%7.1f s  %s\n' "$((($(now) - $1) / 100000000))e-1" "$(head -n 1 <<<"$2" | cut -c 1-150)"
}
fail() {
  echo "FAILED: $1"
  [ ! -f "$work/server.log" ] || tail -n 20 "$work/server.log"
  exit 1
}

since=$(now)
git clone -q --depth 1 "$repository" "$work/skipper"
cd "$work/skipper"
took "$since" "git clone"

# Another server may have the port of the README.
port=$(/usr/bin/env python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export ASPNETCORE_URLS=http://127.0.0.1:$port
unset ConnectionStrings__Skipper Skipper__Artifacts__Store Skipper__DataDirectory

step() { # COMMAND
  local since tries
  since=$(now)
  if [[ $1 == "dotnet run "* ]]; then
    set -m
    eval "$1" </dev/null >"$work/server.log" 2>&1 &
    server=$!
    set +m
    until curl -fsS -o "$work/out" "http://127.0.0.1:$port/readyz" 2>/dev/null; do
      kill -0 "$server" 2>/dev/null || fail "the server ended"
      sleep 0.2
    done
  else
    # What the README says is "later" Success is asked again.
    for ((tries = 0; tries < 300; tries++)); do
      eval "$1" >"$work/out" || fail "$1"
      grep -q '"task_status":"Processing"' "$work/out" || break
      sleep 0.2
    done
  fi
  took "$since" "$1"
  [ ! -s "$work/out" ] || printf '           -> %s\n' "$(head -c 150 "$work/out")"
}

command=''
while IFS= read -r line; do
  command+=${command:+$'\n'}${line//127.0.0.1:8080/127.0.0.1:$port}
  # A command goes on over the line where a quote is open, or after a pipe or a backslash.
  [[ $line != *\\ && $line != *'|' ]] && bash -n <<<"$command" 2>/dev/null || continue
  [[ -z $command || $command == '#'* ]] || step "$command"
  command=''
done < <(awk '/<!-- first-prediction -->/ { wanted = 1 } /^```/ && inside { inside = wanted = 0 } inside { print } /^```bash/ && wanted { inside = 1 }' README.md)

grep -q '"price":' "$work/out" || fail "the last answer is no prediction"
took "$begun" "PASSED: from nothing to the first prediction (packages of NuGet: as this account has them)"
