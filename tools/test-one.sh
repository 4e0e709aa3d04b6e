#!/usr/bin/env bash
# One test file, on the sources as they are: tools/test-one.sh r|py NAME.
# In Python NAME finds all files of this name; FOLDER/NAME finds the one in this folder.
# Nothing is installed and set-up is not run again, so that it takes seconds.
set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname "$0")/common.sh"
cd "$root"

file=${2:-} file=${file#"$root/"}
folder=${file%"${file##*/}"}
name=${file##*/} name=${name#test[-_]} name=${name%.*}

case $1 in
  r)
    [[ -f tests/testthat/test-$name.R ]] || die "Which R file? For example: make test-r FILE=fit-summary"
    # Here, so that browser() stops.
    TESTTHAT_PARALLEL=false Rscript -e 'testthat::test_local(filter = paste0("^", commandArgs(TRUE), "$"))' "$name"
    ;;
  py)
    mapfile -t files < <(find ./tests/python -path "*/${folder}test_$name.py" | sort)
    ((${#files[@]})) || die "Which Python file? For example: make test-py FILE=loop"
    "$(python_path)" tools/test.py /dev/null "${files[@]}"
    ;;
esac
