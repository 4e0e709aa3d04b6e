#!/usr/bin/env bash
# Do the tests notice small changes of the sources? tools/mutants.sh NUMBER [SEED [r|py]]
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
exec "$(python_path)" tools/mutants.py "$@"
