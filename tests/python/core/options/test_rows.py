import csv
import inspect
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from nnfit.core import cross_validate, fit, fit_design, fit_parquet, tune
from nnfit.core.options.asked import Asked
from nnfit.core.options.checks import TYPES, check
from nnfit.core.options.resolved import Resolved
from nnfit.core.options.rows import Bound, Row, option_names, option_rows, read_bound

ROWS = list(option_rows().values())
CHOSEN = {"choice", "dtype", "device", "rate"}
# who takes the options of a part as arguments of its own
TAKERS = {"call": fit, "files": fit_design, "folds": cross_validate, "tune": tune}


def by_name(row):
    return row.name


def test_the_file_has_a_row_for_each_name_and_a_cell_for_each_column():
    path = Path(inspect.getfile(Row)).with_name("options.csv")
    with open(path, newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == Row._fields
    in_python = [line[0] for line in lines if line[header.index("languages")] != "r"]
    assert in_python == list(option_rows())
    assert {len(line) for line in lines} == {len(header)}


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_a_row_is_consistent(row):
    assert row.type in {*TYPES, "data"}
    assert row.part in {"training", *TAKERS}
    assert row.languages in {"both", "python"}
    assert bool(row.choices) == (row.type in CHOSEN)
    assert isinstance(row.null, bool)
    assert isinstance(row.files, bool)
    assert row.null or row.null_means is None
    assert re.fullmatch(r"[A-Z].+\.", row.meaning)
    assert row.open in {None, "least", "most"}
    if row.open:
        assert getattr(row, row.open) is not None
    if row.least and row.most:
        assert row.least.number < row.most.number


@pytest.mark.parametrize("row", [r for r in ROWS if r.type != "data"], ids=by_name)
def test_a_default_passes_the_check_of_its_option(row):
    check(row.name, row.default)
    if row.null_means is not None:
        check(row.name, row.null_means)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("", None),
        ("0", Bound(0, "0")),
        ("0.5", Bound(0.5, "0.5")),
        ("2^53", Bound(2**53, "2^53")),
        ("2^31 - 1", Bound(2147483647, "2^31 - 1")),
    ],
)
def test_bounds_are_numbers_or_powers_of_two(text, bound):
    read = read_bound(text)
    assert read == bound
    assert read is None or type(read.number) is type(bound.number)


# but facts of the data
NO_OPTIONS = {
    "own_model", "has_offset", "balanced", "tuned", "feature_names", "outcome_names", "strata",
}  # fmt: skip


def test_asked_has_the_options_of_the_table_and_their_defaults():
    names = {field.name for field in fields(Asked)} - NO_OPTIONS
    assert names == set(option_names("training"))
    for name in names:
        kept, default = getattr(Asked(), name), check(name, option_rows()[name].default)
        assert (kept, type(kept)) == (default, type(default)), name


def test_resolved_has_every_option_and_what_the_data_settle():
    names = {field.name for field in fields(Resolved)} - {"n_features", "n_outputs", *NO_OPTIONS}
    assert names == set(option_names("training"))
    plain = Asked.of({"loss": "mse"}).resolved(3, 1).plain()
    assert tuple(plain)[: len(names)] == option_names("training")


def test_what_the_data_settle_has_no_default():
    settled = {field.name for field in fields(Resolved) if field.default is MISSING}
    assert settled == {
        "loss", "optimizer", "learn_rate", "penalty", "members", "epochs", "dtype",
        "n_features", "n_outputs",
    }  # fmt: skip


@pytest.mark.parametrize("row", [r for r in ROWS if r.part in TAKERS], ids=by_name)
def test_arguments_have_the_defaults_of_the_table(row):
    argument = inspect.signature(TAKERS[row.part]).parameters[row.name]
    assert (argument.default, type(argument.default)) == (row.default, type(row.default))


def documented(function):
    """Read the parameters of a NumPy-style docstring: name -> default as it is written."""
    lines = re.findall(r"^    (\w+(?:, \w+)*) : (.+)$", inspect.getdoc(function), re.M)
    lines += re.findall(r"^(\w+(?:, \w+)*) : (.+)$", inspect.getdoc(function), re.M)
    found = {}
    for names, text in lines:
        default = re.search(r"default (.+)$", text)
        found.update(dict.fromkeys(names.split(", "), default and default[1].strip('"')))
    return found


def written(row):
    """Give the defaults that a docstring may write for a row; None: it says "optional"."""
    default = row.null_means if row.default is None else row.default
    if row.type == "number":
        default = float(default) if default is not None else None
    return "()" if row.type == "wholes" else default if default is None else str(default)


@pytest.mark.parametrize("row", [r for r in ROWS if r.part in ("training", "call")], ids=by_name)
def test_fits_documentation_says_the_default(row):
    assert documented(fit)[row.name] == written(row)


@pytest.mark.parametrize(("function", "part"), [(fit_parquet, "files"), (cross_validate, "folds")])
def test_others_document_the_defaults_of_theirs(function, part):
    for name in option_names(part):
        assert documented(function)[name] == written(option_rows()[name])
