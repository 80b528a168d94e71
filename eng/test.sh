#!/usr/bin/env bash
# Runs every test: installs missing Debian packages, starts private servers, builds, tests, stops what it started.
# Arguments go to "dotnet test": bash eng/test.sh --filter A_name
# The last line is "N passed, N failed, N skipped"; a project that does not build, or ends without a result, counts as failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/environment.sh

results=$(mktemp -d /tmp/skipper-tests.XXXXXX)
started='' job=''

clean_up() {
  trap '' INT TERM HUP
  if [ -n "$job" ] && kill -TERM -- "-$job" 2>/dev/null; then
    for ((tries = 0; tries < 100; tries++)); do
      kill -0 -- "-$job" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$job" 2>/dev/null
  fi
  [ -z "$started" ] || bash eng/servers.sh stop
  rm -rf "$results"
}
trap clean_up EXIT
trap 'echo "Interrupted"; exit 130' INT TERM HUP

# In a process group of its own: a signal that reaches only this script still ends builds, test hosts and what they started.
run() {
  set -m
  "$@" </dev/null &
  job=$!
  set +m
  wait "$job"
  local code=$?
  job=''
  return $code
}

give_up() {
  echo "$1"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

count() { # ATTRIBUTE FILE
  sed -n 's/.*<Counters [^>]*\b'"$1"'="\([0-9]*\)".*/\1/p' "$2"
}

running_before=${SKIPPER_SERVERS:+$([ -f "$SKIPPER_SERVERS/ports" ] && echo yes)}
servers=$(bash eng/servers.sh start) || give_up "The servers did not start"
eval "$servers"
[ -n "$running_before" ] || started=yes

bash eng/packages.sh chromium || give_up "The browser for the tests of the console is missing"
run dotnet build Skipper.sln -m -v minimal -clp:NoSummary || give_up "The build failed"

export SKIPPER_TEST_RESULTS=$results
# Test projects run side by side: OpenMP threads that wait for each other by spinning would take the cores from the others.
export OMP_WAIT_POLICY=passive
code=0
run dotnet test Skipper.sln --no-build --logger "trx;LogFileName=results.trx" \
  --blame-hang-timeout 10m --blame-hang-dump-type none "$@" || code=$?

filtered=''
for argument; do [[ $argument != --filter* ]] || filtered=yes; done

passed=0 failed=0 skipped=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  file=$results/$name/results.trx
  total=$(count total "$file" 2>/dev/null)
  if [ "${total:-0}" = 0 ]; then
    [ -z "$filtered" ] || continue
    echo "$name: no test was run"
    failed=$((failed + 1))
    continue
  fi
  ok=$(count passed "$file") executed=$(count executed "$file")
  passed=$((passed + ok)) failed=$((failed + executed - ok)) skipped=$((skipped + total - executed))
  if grep -q '<ResultSummary outcome="\(Aborted\|Error\|Timeout\)"' "$file"; then
    echo "$name: ended before its last test"
    failed=$((failed + 1))
  fi
done

if [ $failed = 0 ] && [ $((passed + skipped)) = 0 ]; then
  echo "No test was run"
  failed=1
elif [ $failed = 0 ] && [ $code != 0 ]; then
  echo "dotnet test ended with exit code $code although no test failed"
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
