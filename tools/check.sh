#!/usr/bin/env bash
# R CMD check's verdict; tools/check.R says on what.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
Rscript tools/check.R
