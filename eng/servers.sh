#!/usr/bin/env bash
# A private RabbitMQ and a private PostgreSQL for development, tests and benchmarks.
#
#   eval "$(bash eng/servers.sh start)"        start both; prints the variables to export
#   eval "$(bash eng/servers.sh start broker)" start one of them only (broker or postgres)
#   bash eng/servers.sh status                 which of the two are running
#   bash eng/servers.sh stop                   stop them and remove everything they wrote
#
# For fault tests, on the pair that SKIPPER_SERVERS names:
#   restart-broker, stop-broker, kill-broker, start-broker, stop-postgres, kill-postgres, start-postgres
#   broker-ctl ARGUMENTS...                    rabbitmqctl, for example: broker-ctl close_all_connections test
#
# All state is in one directory under /tmp, which SKIPPER_SERVERS names. "start" makes a new, independent pair each time,
# unless SKIPPER_SERVERS names one that exists: then it starts what is missing there and prints the same variables again.
set -euo pipefail

readonly user=skipper password=skipper-example
readonly rabbitmq=/usr/lib/rabbitmq/bin
readonly clean_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s\n' "$*" >&2; }
die() { say "eng/servers.sh: $*"; exit 1; }

# --- what must be installed ---------------------------------------------------------------------------------------

install_packages() {
  bash "$(dirname "${BASH_SOURCE[0]}")/packages.sh" rabbitmq-server postgresql libxgboost0 libturbojpeg0 libsoxr0 libsndfile1 python3-pika python3-numpy python3-pil curl
}

postgres_bin() {
  local newest
  newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  [ -n "$newest" ] || die "found no PostgreSQL below /usr/lib/postgresql"
  printf '%s' "$newest"
}

# --- processes -----------------------------------------------------------------------------------------------------

# Neither server may run as root. setpriv becomes the program, so that $! is the server's own process id.
become() { # ACCOUNT COMMAND...
  local account=$1
  shift
  if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "$@"
  fi
  exec "$@"
}

own() { # ACCOUNT PATH...
  [ "$(id -u)" != 0 ] || chown -R "$1:" "${@:2}"
}

# Ticks since boot at which a process began: with the process id it names one process, also after the id was reused.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

remember() { printf '%s %s\n' "$2" "$(born "$2")" >"$state/$1.pid"; }

pid_of() { # NAME; prints the process id, fails when the process is not running
  local pid time
  read -r pid time 2>/dev/null <"$state/$1.pid" || return 1
  [ -n "$time" ] && [ "$(born "$pid")" = "$time" ] && ! grep -q '^State:.Z' "/proc/$pid/status" || return 1
  printf '%s' "$pid"
}

end() { # NAME SIGNAL; returns when the process has ended
  local pid tries
  if pid=$(pid_of "$1"); then
    kill "-$2" "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 300; tries++)); do
      pid_of "$1" >/dev/null || break
      sleep 0.1
    done
    ! pid_of "$1" >/dev/null || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$state/$1.pid"
}

# Below the range that the kernel hands out: a client that reconnects in a loop could otherwise take, or even connect to,
# the very port of the server it waits for.
free_ports() { # COUNT
  /usr/bin/python3 - "$1" <<'PYTHON'
import random, socket, sys
found = []
while len(found) < int(sys.argv[1]):
    candidate = socket.socket()
    try:
        candidate.bind(("127.0.0.1", random.SystemRandom().randrange(12000, 32000)))
        found.append(candidate)
    except OSError:
        candidate.close()
print(*(s.getsockname()[1] for s in found))
PYTHON
}

answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

await() { # NAME PORT LOG
  local tries
  for ((tries = 0; tries < 900; tries++)); do
    ! answers "$2" || return 0
    pid_of "$1" >/dev/null || break
    sleep 0.1
  done
  say "$1 did not start; the end of its log:"
  tail -n 20 "$3" >&2
  return 1
}

# --- RabbitMQ ------------------------------------------------------------------------------------------------------

prepare_broker() {
  local home=$state/broker
  mkdir -p "$home/log" "$home/mnesia"
  printf '[].\n' >"$home/enabled_plugins"
  cat >"$home/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$broker_port
default_user = $user
default_pass = $password
log.console = true
log.file = false
CONF
  own rabbitmq "$home"
}

# A clean environment: RABBITMQ_* of the caller, such as our own RABBITMQ_PORT, must not reach the server.
broker_env() {
  local home=$state/broker
  printf '%s\0' env -i "PATH=$clean_path" "HOME=$home" LANG=C.UTF-8 LC_ALL=C.UTF-8 \
    "ERL_EPMD_PORT=$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 "ERL_CRASH_DUMP=/dev/null" \
    "RABBITMQ_NODENAME=skipper-$broker_port@localhost" "RABBITMQ_DIST_PORT=$dist_port" \
    "RABBITMQ_CONF_ENV_FILE=$home/none" "RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf" \
    "RABBITMQ_ADVANCED_CONFIG_FILE=$home/none" "RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins" \
    "RABBITMQ_MNESIA_BASE=$home/mnesia" "RABBITMQ_LOG_BASE=$home/log" "RABBITMQ_SCHEMA_DIR=$home/schema" \
    "RABBITMQ_GENERATED_CONFIG_DIR=$home/config" "RABBITMQ_PID_FILE=$home/node.pid" \
    RABBITMQ_ALLOW_INPUT=true \
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput -kernel inet_dist_use_interface {127,0,0,1}"
}

start_broker() {
  pid_of broker >/dev/null && return 0
  local log=$state/broker.log environment
  mapfile -d '' environment < <(broker_env)
  if ! pid_of epmd >/dev/null; then
    (cd / && become rabbitmq setsid epmd -address 127.0.0.1 -port "$epmd_port") </dev/null >>"$log" 2>&1 &
    remember epmd $!
    await epmd "$epmd_port" "$log" || return 1
  fi
  (cd / && become rabbitmq setsid "${environment[@]}" "$rabbitmq/rabbitmq-server") </dev/null >>"$log" 2>&1 &
  remember broker $!
  await broker "$broker_port" "$log"
}

broker_ctl() {
  local environment
  mapfile -d '' environment < <(broker_env)
  (cd / && become rabbitmq "${environment[@]}" "$rabbitmq/rabbitmqctl" "$@")
}

# --- PostgreSQL ----------------------------------------------------------------------------------------------------

as_postgres() { (cd / && become postgres env -i "PATH=$(postgres_bin):$clean_path" LC_ALL=C.UTF-8 "$@"); }

prepare_postgres() {
  local home=$state/postgres
  mkdir -p "$home"
  printf '%s\n' "$password" >"$home/password"
  own postgres "$home"
  as_postgres initdb -D "$home/data" -U "$user" -A scram-sha-256 --pwfile "$home/password" -E UTF8 --locale C.UTF-8 \
    --no-sync --no-instructions </dev/null >"$state/postgres.log" 2>&1 ||
    { say "initdb failed:"; cat "$state/postgres.log" >&2; return 1; }
  # Only tests run here: many processes with a pool each.
  printf '%s\n' "listen_addresses = '127.0.0.1'" "port = $postgres_port" "unix_socket_directories = ''" \
    "max_connections = 400" >"$state/postgresql.conf"
  cat "$state/postgresql.conf" >>"$home/data/postgresql.conf"
}

start_postgres() {
  pid_of postgres >/dev/null && return 0
  local log=$state/postgres.log data=$state/postgres/data tries
  (cd / && become postgres setsid env -i "PATH=$(postgres_bin):$clean_path" LC_ALL=C.UTF-8 postgres -D "$data") \
    </dev/null >>"$log" 2>&1 &
  remember postgres $!
  await postgres "$postgres_port" "$log" || return 1
  for ((tries = 0; tries < 600; tries++)); do # the port answers before recovery is done
    if as_postgres PGPASSWORD="$password" psql -qXAt -h 127.0.0.1 -p "$postgres_port" -U "$user" -d postgres \
      -c "select 1" </dev/null >/dev/null 2>&1; then
      return 0
    fi
    sleep 0.1
  done
  say "postgres does not accept connections; the end of its log:"
  tail -n 20 "$log" >&2
  return 1
}

create_database() {
  as_postgres PGPASSWORD="$password" createdb -h 127.0.0.1 -p "$postgres_port" -U "$user" skipper </dev/null >&2
}

# --- the pair ------------------------------------------------------------------------------------------------------

load() { # finds the pair that SKIPPER_SERVERS names
  state=${SKIPPER_SERVERS:-}
  [ -n "$state" ] && [ -f "$state/ports" ] || return 1
  read -r broker_port dist_port epmd_port postgres_port parts <"$state/ports"
}

has() { [[ " $parts " == *" $1 "* ]]; }

require() {
  load || die "SKIPPER_SERVERS must name a running pair (found: '${SKIPPER_SERVERS:-}'); run: eval \"\$(bash eng/servers.sh start)\""
}

discard() {
  end broker KILL
  end epmd KILL
  end postgres QUIT
  rm -rf "$state"
}

print_exports() {
  local connection="Host=127.0.0.1;Port=$postgres_port;Username=$user;Password=$password;Database=skipper"
  printf "export SKIPPER_SERVERS='%s'\n" "$state"
  if has broker; then
    printf "export %s='%s'\n" RABBITMQ_HOST 127.0.0.1 RABBITMQ_PORT "$broker_port" RABBITMQ_USER "$user" \
      RABBITMQ_PASSWORD "$password" SKIPPER_TEST_RABBITMQ "amqp://$user:$password@127.0.0.1:$broker_port/"
  fi
  if has postgres; then
    printf "export %s='%s'\n" ConnectionStrings__Skipper "$connection" Skipper__Artifacts__Store postgresql \
      SKIPPER_TEST_POSTGRES "$connection"
  fi
}

start() {
  parts=${*:-broker postgres}
  local part fresh=true broker_job='' postgres_job='' failed=0
  for part in $parts; do
    [[ $part == broker || $part == postgres ]] || die "start takes broker, postgres, or nothing for both; found '$part'"
  done
  install_packages
  if load; then
    fresh=false
  else
    state=$(mktemp -d /tmp/skipper-servers.XXXXXX)
    chmod 755 "$state"
    # What was begun in the background first comes to its end, so that nothing starts after it was looked for.
    trap 'wait; discard' EXIT
    trap 'exit 130' INT TERM HUP
    read -r broker_port dist_port epmd_port postgres_port <<<"$(free_ports 4)"
    printf '%s\n' "$broker_port $dist_port $epmd_port $postgres_port $parts" >"$state/ports"
  fi
  if has broker; then
    { ! $fresh || prepare_broker; } && start_broker &
    broker_job=$!
  fi
  if has postgres; then
    { ! $fresh || prepare_postgres; } && start_postgres && { ! $fresh || create_database; } &
    postgres_job=$!
  fi
  for part in $broker_job $postgres_job; do
    wait "$part" || failed=1
  done
  [ $failed = 0 ] || die "could not start $parts"
  trap - EXIT INT TERM HUP
  say "Running ($parts) in $state; stop with: bash eng/servers.sh stop"
  print_exports
}

status() {
  local part
  load || { say "No servers: SKIPPER_SERVERS names none"; exit 1; }
  for part in $parts; do
    if pid_of "$part" >/dev/null; then printf '%s running\n' "$part"; else printf '%s stopped\n' "$part"; fi
  done
}

verb=${1:-}
shift || true
case $verb in
  start) start "$@" ;;
  stop) if load; then discard; else say "Nothing to stop: SKIPPER_SERVERS names no running pair"; fi ;;
  status) status ;;
  restart-broker) require; end broker TERM; start_broker ;;
  stop-broker) require; end broker TERM ;;
  kill-broker) require; end broker KILL ;;
  start-broker) require; start_broker ;;
  stop-postgres) require; end postgres INT ;;
  kill-postgres) require; end postgres QUIT ;; # no shutdown checkpoint: the next start recovers as after a crash
  start-postgres) require; start_postgres ;;
  broker-ctl) require; broker_ctl "$@" ;;
  *) sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
