#!/usr/bin/env bash
# The wall, seen from outside: the two inner crates can reach no database, network, clock or randomness, nor each other.
# Must not know: what is inside the crates. The build's own list of packages decides.
set -euo pipefail
cd "$(dirname "$0")/.."

forbidden=(diesel actix-web lettre tokio chrono getrandom uuid kinward-family kinward-pedigree)

# Every package that CRATE is built from, on every platform and with every feature; test-only packages are not part of it.
packages() { cargo tree --locked --package "$1" --edges normal,build --target all --all-features --prefix none --format '{p}' | awk '{ print $1 }' | sort -u; }

wrong=0
for crate in kinward-family kinward-pedigree; do
  list=$(packages "$crate")
  for name in "${forbidden[@]}"; do
    if [ "$name" != "$crate" ] && grep -qxF -- "$name" <<<"$list"; then
      echo "Wall: $crate reaches $name. See how: cargo tree --package $crate --edges normal,build --invert $name" >&2
      wrong=1
    fi
  done
done

# The same question about the application must find them all; else this check has gone blind.
list=$(packages kinward)
for name in "${forbidden[@]}"; do
  grep -qxF -- "$name" <<<"$list" || { echo "Wall: $name is not found in the application either: is the name still right? (tests/wall.sh)" >&2; wrong=1; }
done

[ "$wrong" = 0 ] || exit 1
echo "Wall: kinward-family and kinward-pedigree reach none of: ${forbidden[*]} (each but itself)."
