#!/usr/bin/env bash
# Removes what set-up made for this user. Debian's packages stay: other things may use them by now.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"

command -v Rscript >/dev/null || die "There is no R here, so set-up has made nothing."
for made in "$(venv_path)" "$(venv_path)-bench" "$(user_library)/nnfit"; do
  if [[ -e $made ]]; then
    rm -rf "$made"
    say "removed $made"
  else
    say "not there: $made"
  fi
done
