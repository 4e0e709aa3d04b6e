#!/usr/bin/env bash
# The web site, in site/: reference, articles and news, made without the network.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
Rscript -e 'packageVersion("pkgdown")' >/dev/null 2>&1 ||
  die "The web site needs the R package pkgdown; on Debian: apt-get install --no-install-recommends r-cran-pkgdown"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# In a copy: pkgdown knits beside the sources and leaves things there.
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$copy"
Rscript tools/site.R "$copy"
rm -rf site
mv "$copy/site" site
say "site/index.html"
tools/api.sh || say "the pages of the Python package: left out"
