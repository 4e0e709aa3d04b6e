#!/usr/bin/env bash
# The pages of the Python package's functions, in site/python/.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"
python=$(python_path)
"$python" -c "import pdoc" >/dev/null 2>&1 || die "These pages need pdoc: $python -m pip install pdoc"
PYTHONPATH=python "$python" tools/reference.py site/python
say "site/python/index.html"
