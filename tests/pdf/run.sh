#!/usr/bin/env bash
# `tests/pdf/run.sh BINARY`: makes a story's PDF files and the gallery of every letter, and checks each from outside.
# Must not know: how a PDF is made, or what check.py asks of it. Ends with `PDF: N passed, N failed`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?Usage: tests/pdf/run.sh BINARY}")
python="$here/../../.venv/bin/python"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

passed=0 failed=0
holds() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    printf 'not ok  %s\n%s\n' "$what" "$said" | head -60
  fi
}

# Every PDF of a folder, in as many calls as the checks need; `least` is the number of letters that must be there.
look() {
  local where=$1 least=$2 files=()
  mapfile -d '' -t files < <(find "$where" -name '*.pdf' -print0 | sort -z)
  local letters
  letters=$(find "$where/letters" -name '*.pdf' | wc -l)
  holds "$where: $letters letters, at least $least" test "$letters" -ge "$least"
  holds "$where: ${#files[@]} files are well formed" well_formed "${files[@]}"
  holds "$where: ${#files[@]} files are accessible, archivable, neutral and printable" "$python" "$here/check.py" "${files[@]}"
}

well_formed() {
  local file bad=0
  for file in "$@"; do qpdf --check "$file" >/dev/null 2>&1 || { qpdf --check "$file"; bad=1; }; done
  return "$bad"
}

# While letters are made nothing is fetched and nothing read: the program opens only what it writes, once it has begun to.
alone() {
  local trace=$1 found
  if grep -E ' (socket|connect|sendto|bind)\(' "$trace"; then
    echo "the network was used"
    return 1
  fi
  found=$(awk '/gallery\/letters/ { begun = 1 } begun' "$trace" | grep -E 'open(at|at2)?\(|execve\(' | grep -v 'O_WRONLY') || true
  [ -z "$found" ] || { echo "files were read while letters were made:"; echo "$found"; return 1; }
  [ "$(grep -c 'gallery/letters/.*\.pdf' "$trace")" -gt 400 ] || { echo "the trace saw no letter being written"; return 1; }
}

# What would be wrong is planted, and must be found.
misses() { ! "$@" >/dev/null 2>&1; }
planted() {
  sed '$a 1 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3' "$folder/trace" >"$folder/read"
  sed '$a 1 socket(AF_INET, SOCK_STREAM, 0) = 3' "$folder/trace" >"$folder/fetched"
  holds "a file read while a letter is made is found" misses alone "$folder/read"
  holds "a connection made while a letter is made is found" misses alone "$folder/fetched"
  local letter=gallery/letters/reminder.L0.en.12.pdf
  mkdir -p bent/letters
  for change in 's/pdfuaid:part/pdfuaid:tarp/' 's/\/StructTreeRoot/\/StructTreeXoot/' 's/\/Lang/\/Lung/g'; do
    LC_ALL=C sed "$change" "$letter" >bent/letters/bent.pdf
    holds "a letter bent by $change is found" misses "$python" "$here/check.py" bent/letters/bent.pdf
  done
  # A family letter has no address: taken for one that is posted, it must be found.
  cp gallery/letters/family_letter.L1.en.16.pdf bent/letters/bent.pdf
  holds "a letter without its address is found" misses "$python" "$here/check.py" bent/letters/bent.pdf
}

timeout 600 "$program" demo --once "$folder/story" >/dev/null
timeout 600 strace -f -e trace=%network,open,openat,openat2,execve -o "$folder/trace" "$program" demo --letters "$folder/gallery" >/dev/null
holds "no letter fetches or reads anything while it is made" alone "$folder/trace"
cd "$folder"
look story 1
look gallery 450
holds "our reading ease agrees with another's" "$python" "$here/reading.py" gallery
planted
echo "PDF: $passed passed, $failed failed"
[ "$failed" = 0 ]
