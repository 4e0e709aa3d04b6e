# Shared by the scripts beside it; sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PYTHONDONTWRITEBYTECODE=1 # no __pycache__ in the sources

# R and pandoc need UTF-8, which a bare machine does not set.
[[ $(locale charmap 2>/dev/null) == UTF-8 ]] || export LC_ALL=C.UTF-8

say() { printf '%s\n' "-- $*"; }
die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# alone COMMAND: two set-ups at once would undo each other's work.
# The command does not inherit the lock. If this process is killed, what it started is ended too:
# a pip that went on would work against that of the next run.
alone() {
  local seconds=${NNFIT_LOCK_SECONDS:-1800}
  exec 9<"$HOME"
  if ! flock -n 9; then
    say "Another set-up is at work for this user: waiting for it, $seconds seconds at most"
    flock -w "$seconds" 9 ||
      die "It is still at work. See what it does (fuser -v \"$HOME\"), end it, and try again."
  fi
  if [[ -t 0 ]]; then # at a terminal, whose Ctrl-C ends all of them; sudo may ask there
    ("$@") 9<&-
  else
    set -m # the command is a process group of its own
    (
      set +m
      (until ! kill -0 "$$" 2>/dev/null; do sleep 1; done; kill -TERM 0) >/dev/null 2>&1 &
      watch=$!
      "$@"
      kill "$watch"
    ) 9<&-
    set +m
  fi
  exec 9<&-
}

# The version that a condition in packages.txt speaks of.
version_of() {
  case $1 in
    R) Rscript -e 'cat(format(getRversion()))' ;;
    *) Rscript -e 'cat(format(packageVersion(commandArgs(TRUE))))' "$1" ;;
  esac
}

holds() { # holds "reticulate<1.38"
  [[ $1 == - ]] || dpkg --compare-versions "$(version_of "${1%%<*}")" lt "${1#*<}"
}

# The packages wanted here from one source: wanted debian, wanted python.
wanted() {
  local source name condition _
  while read -r source name condition _; do
    if [[ $source == "$1" ]] && holds "$condition"; then echo "$name"; fi
  done <"$root/tools/packages.txt"
}

# Where reticulate looks for the virtualenv; its own answer, as the variables it heeds differ by version.
venv_path() { Rscript -e 'cat(file.path(path.expand(reticulate::virtualenv_root()), "r-nnfit"))'; }

# The Python in use: the user's choice, else the virtualenv's.
python_path() { echo "${RETICULATE_PYTHON:-$(venv_path)/bin/python}"; }

user_library() {
  # shellcheck disable=SC2016 # R's dollar
  Rscript -e 'cat(path.expand(strsplit(Sys.getenv("R_LIBS_USER"), .Platform$path.sep)[[1]][1]))'
}
