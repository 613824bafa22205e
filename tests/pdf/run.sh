#!/usr/bin/env bash
# `tests/pdf/run.sh DIR`: checks every PDF under DIR, as filled by `kinward demo --once DIR`; ends with `PDF: N passed, N failed`.
# Must not know: how a PDF is made, or what check.py asks of it.
set -euo pipefail
here=$(dirname "$0")
folder=${1:?Usage: tests/pdf/run.sh DIR}
python="$here/../../.venv/bin/python"

passed=0 failed=0
holds() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    printf 'not ok  %s\n%s\n' "$what" "$said"
  fi
}

letters=0
while IFS= read -r -d '' pdf; do
  name=${pdf#"$folder"/}
  [[ $name != letters/* ]] || letters=$((letters + 1))
  holds "$name is well formed" qpdf --check "$pdf"
  holds "$name is accessible, neutral and printable" "$python" "$here/check.py" "$pdf"
done < <(find "$folder" -name '*.pdf' -print0 | sort -z)
if [ "$letters" = 0 ]; then
  failed=$((failed + 1))
  echo "not ok  the story wrote no letter"
fi
echo "PDF: $passed passed, $failed failed"
[ "$failed" = 0 ]
