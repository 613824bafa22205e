#!/usr/bin/env bash
# Everything that CI runs: `tests/run.sh all`, or some stages by name: checks doctests sqlite postgres prove browser pdf.
# Must not know: what any test checks. A stage that dies, or that runs no test at all, is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

usage="Usage: tests/run.sh all | STAGE... (stages: checks doctests sqlite postgres prove browser pdf)"
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
if [ "$*" = all ]; then
  tests/setup.sh test
  # From nothing, a lightly optimised build pays for itself: the two worlds are played three times as fast.
  export CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_INCREMENTAL=0
  set -- checks doctests sqlite postgres prove browser pdf
fi
for stage in "$@"; do
  case $stage in checks | doctests | sqlite | postgres | prove | browser | pdf) ;; *) echo "$usage" >&2; exit 2 ;; esac
done
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0
export KINWARD_BINARY=${KINWARD_BINARY:-${CARGO_TARGET_DIR:-target}/debug/kinward}

passed=0 failed=0 finished=no
lines=() notes=()
log=$(mktemp)
# shellcheck disable=SC2154 # status is set by the trap itself
trap 'status=$?; rm -f "$log"; if [ "$finished" = no ]; then echo "Stopped before the end: this is not a pass." >&2; [ "$status" != 0 ] || status=1; fi; exit "$status"' EXIT
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

# The program that the other tests use, too: the leaks planted in it are switched off, and it is not built a second time.
program() { cargo build --locked --package kinward --features mutants; }

browser() { program && node tests/browser/run.mjs; }

# Built as the other tests are: with the planted leaks, which no program that is installed has. Few pairs on PostgreSQL, always
# the same: chance alone must not decide whether so few hold all that there is to see.
prove() {
  cargo test --locked --package kinward --features mutants --test prove -- \
    --pairs 500 --mutants random:5 --shards "$(nproc)" --seed "${KINWARD_PROVE_SEED:-$(date +%s)}" &&
    tests/postgres.sh run cargo test --locked --package kinward --features mutants --test prove -- \
      --pairs 25 --mutants none --shards "$(nproc)" --seed 27
}

pdf() {
  local out status=0
  program || return
  out=$(mktemp -d)
  timeout 600 "$KINWARD_BINARY" demo --once "$out" && tests/pdf/run.sh "$out" || status=$?
  rm -rf "$out"
  return "$status"
}

for stage in "$@"; do
  case $stage in
    checks)
      check "Format" cargo fmt --all --check
      check "Lints" cargo clippy --locked --workspace --all-targets --features kinward/mutants -- -D warnings
      check "Wall" tests/wall.sh
      ;;
    doctests) counted "Doctests" cargo test --locked --doc --no-fail-fast --package kinward-family --package kinward-pedigree ;;
    sqlite) counted "SQLite" env KINWARD_TEST_DATABASE=sqlite cargo test --locked --workspace --tests --features kinward/mutants --no-fail-fast ;;
    postgres) counted "PostgreSQL" tests/postgres.sh run cargo test --locked --package kinward --lib --test it --test architecture --features mutants --no-fail-fast ;;
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
