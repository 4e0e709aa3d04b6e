#!/usr/bin/env bash
# R CMD check on the built tarball, outside the tree; what it left stays where there is something to read.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
folder=$(mktemp -d)
Rscript tools/check.R "$folder" || die "The logs are in $folder"
rm -rf "$folder"
