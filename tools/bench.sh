#!/usr/bin/env bash
# nnfit against its peers, measured in turn; the Python peers have a virtualenv of their own.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"

peers_work() {
  cmp -s bench/requirements.txt "$stamp" && "$venv/bin/python" -c 'import skorch' 2>/dev/null
}

setup_peers() {
  if ! peers_work; then
    say "Peers: installing bench/requirements.txt into $venv"
    rm -f "$stamp"
    /usr/bin/python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --disable-pip-version-check --requirement bench/requirements.txt ||
      die "pip could not install these; its message is above. make bench tries again."
    cp bench/requirements.txt "$stamp"
  fi
  say "Peers: $venv"
}

venv=$(venv_path)-bench
stamp=$venv/.nnfit-requirements
setup_peers
"$venv/bin/python" bench/run.py "$@"
