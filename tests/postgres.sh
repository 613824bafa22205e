#!/usr/bin/env bash
# `tests/postgres.sh run COMMAND...`: starts a private PostgreSQL, runs the command with KINWARD_TEST_DATABASE set to it, removes every trace.
# Must not know: what the command is. Not for data that anyone wants to keep: nothing is flushed to disk.
set -euo pipefail

if [ "${1:-}" != run ] || [ $# -lt 2 ]; then
  echo "Usage: tests/postgres.sh run COMMAND..." >&2
  exit 2
fi
shift

stop() { echo "PostgreSQL for tests: $*" >&2; exit 1; }

bin=$(find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { bin=$(command -v initdb) && bin=$(dirname "$bin"); } || stop "no initdb on this machine: run tests/setup.sh"

# PostgreSQL refuses to run as root, so there it runs as nobody. Its environment is empty: PGDATA and the like must not steer it.
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --)
server() { (cd / && env -i "PATH=$PATH" LC_ALL=C "${as[@]}" "$@"); }

folder=$(mktemp -d "${TMPDIR:-/tmp}/kinward-postgres.XXXXXX")
child=
# shellcheck disable=SC2317 # called by the trap
finish() {
  status=$?
  trap '' INT TERM HUP
  [ -z "$child" ] || kill -TERM -- "-$child" 2>/dev/null || true
  [ ! -e "$folder/data/postmaster.pid" ] || server "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >/dev/null 2>&1 || true
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" >"$folder/password"
[ ${#as[@]} = 0 ] || chown -R nobody "$folder"
server "$bin/initdb" --pgdata="$folder/data" --username=kinward --pwfile="$folder/password" --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; stop "initdb failed."; }
rm -f "$folder/password"
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
dynamic_shared_memory_type = mmap
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
CONF

# A port is only known to be free once it is taken: try, and try another if someone was quicker. Below the range that clients are given.
port=
for _ in $(seq 20); do
  try=$((20000 + RANDOM % 12000))
  if server "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --options="-p $try" --wait --timeout=60 start >"$folder/start.log" 2>&1; then
    port=$try
    break
  fi
  grep -q 'Address already in use' "$folder/server.log" || break
done
[ -n "$port" ] || { cat "$folder/start.log" "$folder/server.log" >&2; stop "the server did not start."; }

export KINWARD_TEST_DATABASE="postgres://kinward:$password@127.0.0.1:$port/postgres"
# A process group of its own, so that a signal to this script ends the command and all it started. Waiting keeps the script awake for signals.
set -m
"$@" <&0 &
child=$!
set +m
status=0
wait "$child" || status=$?
child=
exit "$status"
