#!/usr/bin/env bash
# Everything that CI runs: `tests/run.sh all`, or some stages by name: checks doctests sqlite postgres prove browser pdf.
# Must not know: what any test checks. A stage that dies, or that runs no test at all, is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

# The level at which unit tests are compiled, where it is another than that of the rest.
unit=${CARGO_PROFILE_DEV_OPT_LEVEL:-0}
usage="Usage: tests/run.sh all | STAGE... (stages: checks doctests sqlite postgres prove browser pdf)"
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
if [ "$*" = all ]; then
  tests/setup.sh test
  # From nothing, a lightly optimised build pays for itself: the two worlds are played three times as fast. Not for the unit
  # tests, which take seconds: compiling their copy of everything so would take minutes.
  export CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_INCREMENTAL=0
  unit=0
  # A panic says its line without them, and nobody steps through a build that is thrown away.
  export CARGO_PROFILE_DEV_DEBUG=0
  # And is linted while it is built: checking first and building then would compile everything twice.
  RUSTC_WORKSPACE_WRAPPER=$(rustc --print sysroot)/bin/clippy-driver
  export RUSTC_WORKSPACE_WRAPPER
  set -- checks sqlite doctests postgres prove browser pdf
fi
for stage in "$@"; do
  case $stage in checks | doctests | sqlite | postgres | prove | browser | pdf) ;; *) echo "$usage" >&2; exit 2 ;; esac
done
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0
export KINWARD_BINARY=${KINWARD_BINARY:-${CARGO_TARGET_DIR:-target}/debug/kinward}

passed=0 failed=0 finished=no
lines=() notes=()
# What the tests write is thrown away: where this machine has memory to spare, it never meets a disk. Others may pass through
# the folder, because PostgreSQL runs as somebody else.
memory=
if [ -z "${TMPDIR:-}" ] && [ -d /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -ge 2000000 ]; then
  memory=$(mktemp -d /dev/shm/kinward-tests.XXXXXX)
  chmod 711 "$memory"
  export TMPDIR=$memory
fi
log=$(mktemp)
# A browser mostly waits, and so does whoever talks to PostgreSQL: where both are asked for, they wait together.
browsed=$(mktemp -d) beside=
# shellcheck disable=SC2154 # status is set by the trap itself
trap 'status=$?; [ -z "$beside" ] || pkill -P "$beside" || true; rm -rf "$log" "$browsed" ${memory:+"$memory"}; if [ "$finished" = no ]; then echo "Stopped before the end: this is not a pass." >&2; [ "$status" != 0 ] || status=1; fi; exit "$status"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s (after %s s)\n' "$*" "$SECONDS"; }

# check LABEL COMMAND...: it holds or it does not; a check that fails counts as one failure.
check() {
  local label=$1
  shift
  say "$label"
  if ! "$@"; then
    failed=$((failed + 1))
    notes+=("$label: failed")
  fi
}

# Adds up "passed failed ignored" over the closing lines of test programs: cargo's, and our own `Browser:`, `PDF:` and `Prove:`.
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
    /^test result: / { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1); if ($i ~ /^ignored/) s += $(i-1) } }
    /^(Browser|PDF|Prove): [0-9]+ passed, [0-9]+ failed$/ { p += $2; f += $4 }
    END { print p + 0, f + 0, s + 0 }'
}

# counted LABEL COMMAND...: runs tests and counts them.
counted() {
  local label=$1 status=0 p f ignored
  shift
  say "$label"
  "$@" 2>&1 | tee "$log" || status=$?
  read -r p f ignored < <(count)
  if [ "$status" != 0 ] && [ "$f" = 0 ]; then
    f=1
    notes+=("$label: stopped with status $status before its tests were done")
  elif [ "$status" = 0 ] && [ "$p" = 0 ] && [ "$f" = 0 ]; then
    f=1
    notes+=("$label: ran no test at all")
  fi
  [ "$ignored" = 0 ] || notes+=("$label: $ignored switched off")
  lines+=("$label: $p passed, $f failed")
  passed=$((passed + p)) failed=$((failed + f))
}

# Every build asks for the same: what cargo chooses apart, it compiles apart. The program that browsers see is the one that the
# other tests use, too, the leaks planted in it switched off; nothing that is installed has them.
whole=(--locked --workspace --features kinward/mutants)

# Unit tests, and all others.
units=(env "CARGO_PROFILE_DEV_OPT_LEVEL=$unit" cargo test "${whole[@]}" --lib --no-fail-fast)
others=(cargo test "${whole[@]}" --no-fail-fast)

lints() {
  if [ -z "${RUSTC_WORKSPACE_WRAPPER:-}" ]; then
    cargo clippy "${whole[@]}" --all-targets -- -D warnings
  else
    { "${others[@]}" --bins --test '*' --bench '*' --example '*' --no-run && "${units[@]}" --no-run; } 2>&1 | tee "$log" &&
      ! grep -q '^warning' "$log"
  fi
}

sqlite() {
  local failed=0
  export KINWARD_TEST_DATABASE=sqlite
  "${units[@]}" || failed=$?
  "${others[@]}" --bins --test '*' || failed=$?
  return "$failed"
}

postgres() {
  local failed=0
  tests/postgres.sh run "${units[@]}" || failed=$?
  tests/postgres.sh run "${others[@]}" --test it --test architecture || failed=$?
  return "$failed"
}

program() { cargo test "${whole[@]}" --test it --no-run; }

browse() { node tests/browser/run.mjs; }

begin_browser() {
  case " $* " in
    *" postgres "*"browser "*)
      program || return 0
      { if browse >"$browsed/log" 2>&1; then echo 0; else echo "$?"; fi >"$browsed/status"; } &
      beside=$!
      ;;
  esac
}

browser() {
  [ -n "$beside" ] || { program && browse; return; }
  # It is waited for from a pipe, which is not the shell that began it.
  tail --pid="$beside" -f /dev/null
  cat "$browsed/log"
  return "$(cat "$browsed/status")"
}

# Few pairs on PostgreSQL, always the same: chance alone must not decide whether so few hold all that there is to see.
prove() {
  cargo test "${whole[@]}" --test prove -- \
    --pairs 500 --mutants random:5 --shards "$(nproc)" --seed "${KINWARD_PROVE_SEED:-$(date +%s)}" &&
    tests/postgres.sh run cargo test "${whole[@]}" --test prove -- \
      --pairs 25 --mutants none --shards "$(nproc)" --seed 27
}

pdf() { program && tests/pdf/run.sh "$KINWARD_BINARY"; }

for stage in "$@"; do
  case $stage in
    checks)
      check "Format" cargo fmt --all --check
      check "Lints" lints
      check "Wall" tests/wall.sh
      ;;
    doctests) counted "Doctests" cargo test "${whole[@]}" --doc --no-fail-fast ;;
    sqlite) counted "SQLite" sqlite ;;
    postgres)
      begin_browser "$@"
      counted "PostgreSQL" postgres
      ;;
    prove) counted "Prove" prove ;;
    browser) counted "Browser" browser ;;
    pdf) counted "PDF" pdf ;;
  esac
done

finished=yes
printf '\nTook %s s.\n' "$SECONDS"
for note in "${notes[@]}"; do echo "$note"; done
for line in "${lines[@]}"; do echo "$line"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
