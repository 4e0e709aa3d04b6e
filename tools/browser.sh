#!/usr/bin/env bash
# The page of nn_playground() in headless Chromium: tests/testthat/test-playground-driven.R, with
# axe-core from npm where that can be had. NNFIT_SHOTS=folder keeps pictures of the page.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"

command -v chromium chromium-browser google-chrome >/dev/null ||
  die "This needs Chromium, some 300 MB: apt-get install --no-install-recommends chromium"

if [[ -z ${NNFIT_AXE:-} ]] && command -v npm >/dev/null; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  if (cd "$folder" && npm pack --silent axe-core@4 && tar xf axe-core-*.tgz) >/dev/null 2>&1; then
    export NNFIT_AXE=$folder/package/axe.min.js
  else
    say "axe-core is not to be had from npm: the page is not judged by it"
  fi
fi
"$root/tools/test-one.sh" r playground-driven
