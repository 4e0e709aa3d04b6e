#!/usr/bin/env bash
# Makes a Debian machine ready for nnfit: R and its packages, the virtualenv, the R package itself.
# Run it as often as you like: each step looks first, and mends what an interrupted run left.
# tools/setup.sh pages: with the pages that vignette() shows.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"

other_way='See "Other systems" in README.md: install.packages() or R CMD INSTALL, then nnfit::install_nnfit().'

missing_debian() {
  comm -23 <(wanted debian | sort) \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^[ih]i *//p' | sort -u)
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@" # nobody is there to type a password
  fi
}

setup_debian() {
  command -v apt-get dpkg-query >/dev/null || die "This set-up needs Debian's apt. $other_way"
  local missing
  mapfile -t missing < <(missing_debian)
  ((${#missing[@]})) || { say "Debian packages: all there"; return; }
  local command="apt-get install --no-install-recommends ${missing[*]}"
  local refusal=("These Debian packages are missing, and only root may install them. Run as root, then try again:" "  $command")
  ((EUID == 0)) || command -v sudo >/dev/null || die "${refusal[@]}"
  as_root true || die "${refusal[@]}"
  say "Debian packages: installing ${missing[*]}"
  as_root dpkg --configure -a # what an interrupted installation left
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "${missing[@]}"
}

verify_python() { Rscript "$root/tools/verify-python.R" "$@"; }

# A Python of the user's own is used as it is.
check_own_python() {
  local found
  found=$(verify_python "$RETICULATE_PYTHON") ||
    die "RETICULATE_PYTHON=$RETICULATE_PYTHON does not serve (the reason is above)." \
      "Install torch and numpy there, or unset RETICULATE_PYTHON and run make setup again."
  say "Python: your RETICULATE_PYTHON, $RETICULATE_PYTHON ($found); no virtualenv is made"
}

# Debian's Python: reticulate binds only to one with a shared library, which others may lack.
new_virtualenv() {
  say "Python: making the virtualenv $venv"
  /usr/bin/python3 -m venv --clear "$venv"
}

fill_virtualenv() {
  say "Python: installing ${requirements[*]}"
  "$venv/bin/python" -m pip install --disable-pip-version-check "${requirements[@]}" ||
    die "pip could not install these; its message is above. make setup tries again."
}

verify_virtualenv() { verify_python "$venv/bin/python" "${requirements[@]%%[<=]*}"; }

setup_virtualenv() {
  local venv requirements found stamp
  venv=$(venv_path)
  mapfile -t requirements < <(wanted python)
  stamp=$venv/.nnfit-requirements
  if [[ $(cat "$stamp" 2>/dev/null) != "${requirements[*]}" ]] || ! found=$(verify_virtualenv 2>/dev/null); then
    rm -f "$stamp"
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || new_virtualenv
    fill_virtualenv
    if ! found=$(verify_virtualenv); then # damaged files that pip takes for whole
      new_virtualenv
      fill_virtualenv
      found=$(verify_virtualenv) || die "The virtualenv $venv does not work (the reason is above)."
    fi
    echo "${requirements[*]}" >"$stamp"
  fi
  say "Python: $venv ($found)"
}

sources_hash() { # sources_hash [vignettes]
  cd "$root"
  find DESCRIPTION NAMESPACE R data inst man python/nnfit "$@" -type f -not -path '*/__pycache__/*' |
    sort | xargs -d '\n' sha256sum | sha256sum
}

install_package() { # install_package LIBRARY [--no-build-vignettes]
  local build
  build=$(mktemp -d)
  # A built tarball holds real files where the sources hold a link to python/nnfit.
  (cd "$build" && R CMD build "${@:2}" "$root" && R CMD INSTALL --library="$1" nnfit_*.tar.gz) \
    >"$build/log" 2>&1 || die "$(cat "$build/log")" "The R package could not be installed (the reason is above)."
  rm -rf "$build"
  (cd / && Rscript -e 'library(nnfit)') || die "The R package is installed in $1 but does not load."
}

setup_package() { # setup_package [pages]
  local library stamp there now options=(--no-build-vignettes)
  library=$(user_library)
  stamp=$library/nnfit/.nnfit-sources # inside what it vouches for: gone when that is
  there=$(cat "$stamp" 2>/dev/null || true)
  now=$(sources_hash)
  if [[ ${1:-} == pages ]]; then # a second line
    now+=$'\n'$(sources_hash vignettes)
    options=()
  fi
  if [[ $there != "$now" && ${there%%$'\n'*} != "$now" ]]; then
    say "R package: installing nnfit into $library${1:+, with its pages, which are computed for a minute or two}"
    mkdir -p "$library" # R looks there only if it exists
    rm -rf "$library/00LOCK-nnfit"
    install_package "$library" "${options[@]}"
    echo "$now" >"$stamp"
  fi
  say "R package: nnfit in $library"
}

setup() {
  setup_debian
  if [[ -n ${RETICULATE_PYTHON:-} ]]; then check_own_python; else setup_virtualenv; fi
  setup_package "${1:-}"
}

alone setup "$@"
