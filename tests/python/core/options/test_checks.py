import datetime
import math
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.catalog import Named
from nnfit.core.options.checks import DTYPES, TYPES, as_list, check, check_row, device_of
from nnfit.core.options.rows import Bound, option_rows

CHECKED = [row.name for row in option_rows().values() if row.type != "data"]

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(),
    st.complex_numbers(), st.decimals(), st.fractions(), st.dates(),
    st.sampled_from([0, 1, 2, 2**31, 2**53, 10**400, "relu", "auto", "cuda:0", "mean", np.nan]),
    st.sampled_from([torch.float32, torch.ones(2), np.eye(2), np.array("relu"), print, object()]),
)  # fmt: skip
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(), SCALARS, max_size=2)


@given(st.sampled_from(CHECKED), VALUES)
def test_every_value_is_kept_or_refused_by_its_name(name, value):
    try:
        kept = check(name, value)
    except NNFitError as error:
        assert error.argument == name
        assert error.problem.startswith(("must be", '"', "is ", "has "))
        return
    if kept is not None:
        assert check(name, kept) == kept


def is_whole(x, least, most=math.inf):
    return least <= x <= most and x < math.inf and x == int(x)


COUNT, ROWS = 2**31 - 1, 2**53
NUMBERS = {
    "dropout": lambda x: 0 <= x < 1,
    "momentum": lambda x: 0 <= x < 1,
    "validation": lambda x: 0 <= x < 1,
    "learn_rate": lambda x: 0 < x < math.inf,
    "penalty": lambda x: 0 <= x < math.inf,
    "epochs": lambda x: is_whole(x, 1, COUNT),
    "restarts": lambda x: is_whole(x, 1, COUNT),
    "repeats": lambda x: is_whole(x, 1, COUNT),
    "bootstrap": lambda x: is_whole(x, 2, COUNT) or x == 0,
    "hidden_units": lambda x: is_whole(x, 1, COUNT),
    "batch_size": lambda x: is_whole(x, 1, ROWS),
    "stop_iter": lambda x: is_whole(x, 1, ROWS) or x == math.inf,
    "shuffle_buffer": lambda x: is_whole(x, 1, ROWS) or x == math.inf,
    "seed": lambda x: is_whole(x, 0, ROWS),
    "folds": lambda x: is_whole(x, 2),
}


def test_every_type_of_number_is_tried_below():
    kinds = {kind for kind in TYPES if "whole" in kind} | {"number", "rate", "share", "seed"}
    assert {option_rows()[name].type for name in NUMBERS} == kinds


@given(
    st.sampled_from(sorted(NUMBERS)),
    st.one_of(
        st.floats(), st.integers(-3, 3), st.integers(),
        st.sampled_from([2.0**31 - 1, 2.0**31, 2.0**53, 2**53 + 1, sys.float_info.max, 5e-324]),
    ),
)  # fmt: skip
def test_a_number_is_taken_in_its_range_alone(name, number):
    try:
        check(name, number)
        taken = True
    except NNFitError:
        taken = False
    assert taken == bool(NUMBERS[name](number))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("bias", "True", "must be True or False, or one of them for each layer, not 'True'."),
        ("bias", None, "must be True or False, or one of them for each layer, not None."),
        ("dropout", 1, "must be a number from 0 up to, but not including, 1, not 1."),
        ("penalty", -1, "must be a number of at least 0, or None, not -1."),
        ("learn_rate", 0, "must be a number above 0, or \"find\", or None, not 0."),
        ("epochs", 0, "must be a whole number from 1 to 2^31 - 1, or None, not 0."),
        ("stop_iter", 0, "must be a whole number from 1 to 2^53 or inf, not 0."),
        ("bootstrap", 1, "must be 0, or a whole number from 2 to 2^31 - 1, not 1."),
        ("hidden_units", [0], "must be whole numbers, each from 1 to 2^31 - 1, or None, not [0]."),
        ("seed", -1, "must be a whole number from 0 to 2^53, or None, not -1."),
        ("reduction", "Mean", """must be "mean" or "sum", not 'Mean'."""),
        ("dtype", "double", """must be "float32" or "float64", or None, not 'double'."""),
        ("levels", ["a"], "must be at least 2 different labels, or None, not ['a']."),
        ("progress", 3, "must be a function, not 3."),
        (
            "validation", 1,
            "must be a share from 0 up to, but not including, 1, an array of rows, or "
            "held-out data: a pair (x, y), "
            "or a path, not 1.",
        ),
        (
            "device", "toaster",
            """must be the name of a torch device, such as "cpu" or "cuda:0", not 'toaster'.""",
        ),
        (
            "engine", "fast",
            'must be "auto", "fused", "autograd", "least_squares", "reweighted", '
            """"span_of_rows", "stream" or "stacked", not 'fast'.""",
        ),
        ("activation", [None], "must be a name, or a pair of a name and its arguments, not None"),
    ],
)  # fmt: skip
def test_an_error_says_what_must_be_and_what_was(name, value, message):
    with pytest.raises(NNFitError) as caught:
        check(name, value)
    assert str(caught.value).startswith(f"`{name}` {message}")


def test_a_long_value_is_not_repeated():
    with pytest.raises(NNFitError, match="not a long list.$"):
        check("epochs", [1.5] * 1000)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("hidden_units", None, ()),
        ("hidden_units", 3.0, (3,)),
        ("hidden_units", np.array([3, 2]), (3, 2)),
        ("bias", np.array([True]), (True,)),
        ("dtype", torch.float64, "float64"),
        ("dtype", "torch.float32", "float32"),
        ("device", torch.device("cpu"), "cpu"),
        ("device", "cpu:0", "cpu:0"),
        ("reduction", np.str_("sum"), "sum"),
        ("levels", np.array([1, 2]), ("1", "2")),
        ("activation", "tanh", (Named("tanh", {}),)),
        ("activation", ("elu", {"alpha": 2.0}), (Named("elu", {"alpha": 2.0}),)),
        ("activation", ["tanh", "relu"], (Named("tanh", {}), Named("relu", {}))),
        ("loss", "MSELoss", Named("mse", {})),
        ("loss", None, None),
        ("progress", print, print),
        ("progress", None, None),
    ],
)
def test_what_is_taken_is_kept_in_one_type(name, value, kept):
    found = check(name, value)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    "value",
    ["", "CPU", "cpu:", "cuda:01", "cuda:-1", "cuda:0:0", "auto:0", "cuda0", " cpu", "meta",
     "cuda:\u0663", 0, None, datetime.date(2024, 1, 1)],
)  # fmt: skip
def test_what_has_not_the_form_of_a_device_is_refused(value):
    with pytest.raises(NNFitError, match="must be the name of a torch device"):
        check("device", value)


def test_devices_of_the_table_are_torchs():
    for kind in option_rows()["device"].choices[1:]:
        assert torch.device(kind).type == kind


def test_a_device_that_is_not_here_is_refused_with_torchs_reason():
    with pytest.raises(NNFitError, match='"cuda:99" cannot be used: .+ Use "auto" or "cpu".'):
        check("device", "cuda:99")
    with pytest.raises(NNFitError) as caught:
        check("device", "xla")
    assert len(str(caught.value)) < 300  # torch says 1500; R loses what is longer than 1000
    with pytest.raises(NNFitError, match="cannot be used"):
        check("device", "cuda:" + "9" * 5000)


def test_auto_is_a_device_that_is_here():
    assert device_of("cpu") == "cpu"
    assert torch.empty(0, device=device_of("auto")).numel() == 0


def test_a_row_may_be_narrowed_by_the_data():
    row = option_rows()["folds"]._replace(most=Bound(7, "7 (the number of rows)"))
    assert check_row(row, 7.0) == 7
    with pytest.raises(NNFitError, match=r"from 2 to 7 \(the number of rows\), not 8"):
        check_row(row, 8)


@pytest.mark.parametrize(
    ("value", "listed"),
    [(None, []), (3, [3]), ("a", ["a"]), ((1, 2), [1, 2]), (np.eye(1), [[1.0]])],
)
def test_scalars_and_arrays_are_lists(value, listed):
    assert as_list(value) == listed


def test_dtypes_are_torchs():
    assert {"float32": torch.float32, "float64": torch.float64} == DTYPES
