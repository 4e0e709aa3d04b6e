#!/usr/bin/env bash
# The main job on real input, then its page and pictures.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
mkdir -p demo
Rscript tools/demo.R demo
