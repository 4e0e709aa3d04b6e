#!/usr/bin/env bash
# nnfit against its peers, measured in turn; the Python peers have a virtualenv of their own.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"

setup_peers() {
  if ! cmp -s bench/requirements.txt "$venv/.nnfit-requirements"; then
    say "Peers: installing bench/requirements.txt into $venv"
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || /usr/bin/python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --disable-pip-version-check --requirement bench/requirements.txt ||
      die "pip could not install these; its message is above. make bench tries again."
    cp bench/requirements.txt "$venv/.nnfit-requirements"
  fi
  say "Peers: $venv"
}

venv=$(venv_path)-bench
setup_peers
"$venv/bin/python" bench/run.py "$@"
