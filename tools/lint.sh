#!/usr/bin/env bash
# Style and types: ruff and mypy for Python, lintr for R, shellcheck for the scripts; says which of
# them is not here.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
status=0

lint() { # lint NAME "COMMAND THAT SUCCEEDS WHERE IT IS INSTALLED" COMMAND...
  if bash -c "$2" >/dev/null 2>&1; then
    say "$1"
    "${@:3}" || status=1
  else
    say "$1: not installed, left out"
  fi
}

python=$(python_path)
lint ruff "'$python' -m ruff --version" "$python" -m ruff check --config python/pyproject.toml python tests/python tools
lint "ruff, bench" "'$python' -m ruff --version" "$python" -m ruff check bench
lint mypy "'$python' -m mypy --version" "$python" -m mypy --config-file python/pyproject.toml
lint lintr "Rscript -e 'packageVersion(\"lintr\")'" Rscript tools/lint.R
lint shellcheck "shellcheck --version" shellcheck -x tools/*.sh .ci/run
exit "$status"
