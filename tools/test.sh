#!/usr/bin/env bash
# Every test, in both languages. The last line adds the two up.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
counts=$(mktemp -d)
trap 'rm -rf "$counts"' EXIT
status=0

# Side by side with R's, which testthat runs in two processes (DESCRIPTION): no core is idle.
"$(python_path)" tools/test.py "$counts/python" tests/python >"$counts/said" 2>&1 &
pytest=$!
trap 'kill "$pytest" 2>/dev/null || true; rm -rf "$counts"' EXIT
say "R: testthat, on the installed package"
Rscript tools/test.R "$counts/r" || status=1
say "Python: pytest"
wait "$pytest" || status=1
cat "$counts/said"

# pytest ends with what failed, testthat does not.
cat "$counts/r.failed" 2>/dev/null || true

# Each file holds one line: passed failed skipped. A run that broke down wrote none, one that ran
# nothing has zeros.
passed=0 failed=0 skipped=0
for language in r python; do
  if read -r p f s < <(cat "$counts/$language" 2>/dev/null) && ((p + f > 0)); then
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  else
    echo "No $language test was executed." >&2
    status=1
  fi
done
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
