import numpy as np
import pytest

from nnfit.core import NNFitError, surv
from nnfit.core.data.censored import (
    check_events,
    codes_of,
    is_censored,
    read_censored,
)

EVENT, TIME = [True, False, True], [3.0, 2.0, 3.0]


def refused(argument, match, function, *args, **kwargs):
    with pytest.raises(NNFitError, match=match) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument


def test_with_two_fields_it_is_scikit_survivals():
    made = surv(EVENT, TIME)
    assert made.dtype.names == ("event", "time")
    assert [made.dtype[name].str for name in made.dtype.names] == ["|b1", "<f8"]
    assert is_censored(made)
    assert not is_censored(np.ones((3, 2)))
    renamed = np.array(list(zip(EVENT, TIME)), dtype=[("cens", "?"), ("t", "<f4")])
    np.testing.assert_array_equal(read_censored(renamed, "y")[0], read_censored(made, "y")[0])


def test_columns_are_start_stop_event_and_the_place_of_the_stratum():
    y = surv([1, 0, 1], TIME, start=[1, 0, 2], stratum=[*"bab"])
    values, labels = read_censored(y, "y")
    np.testing.assert_array_equal(values.T, [[1, 0, 2], [3, 2, 3], [1, 0, 1], [1, 0, 1]])
    assert labels == ("a", "b")
    values, labels = read_censored(surv(EVENT, TIME), "y")
    assert labels is None
    assert np.isneginf(values[:, 0]).all()


@pytest.mark.parametrize(
    ("argument", "match", "given"),
    [
        ("event", "0 \\(censored\\) and 1", {"event": [0, 2, 1]}),
        ("event", "there are 3 times", {"event": [0, 1]}),
        ("time", "missing or infinite", {"time": [1.0, np.nan, 2.0]}),
        ("time", "shape", {"time": np.ones((3, 2))}),
        ("start", "there are 3 times", {"start": [1.0]}),
        ("stratum", "there are 3 times", {"stratum": ["a"]}),
        ("stratum", "missing", {"stratum": ["a", None, "b"]}),
    ],
)
def test_what_can_not_be_is_refused_by_name(argument, match, given):
    refused(argument, match, surv, **{"event": EVENT, "time": TIME, **given})


@pytest.mark.parametrize(
    ("match", "y"),
    [
        ("no event: all rows are censored", surv([0, 0], [1, 2])),
        ("times below 0", surv([1, 0], [1, -2])),
        ("do not start before their time", surv([1, 0], [1, 2], start=[1, 0])),
        ("fields a, and", np.zeros(3, dtype=[("a", float)])),
        ("fields event, time, other", np.zeros(3, dtype=[("event", "?"), ("time", "f8"),
                                                         ("other", "f8")])),
        ("first field \"a\" that is no event", np.full(3, 2, dtype=[("a", "f8"), ("b", "f8")])),
    ],
)  # fmt: skip
def test_so_is_an_array_that_has_no_censored_times(match, y):
    refused("y", match, read_censored, y, "y")


def test_a_start_may_lie_before_zero():
    assert read_censored(surv([1, 0], [1, -2], start=[-5, -5]), "y")[0].shape == (2, 4)


def test_times_that_differ_by_rounding_alone_are_tied():
    """As aeqSurv() in R's survival has it."""
    time = np.array([0.3, 0.1 + 0.2, 1.0, 1.0 + 1e-6])
    values = read_censored(surv(np.ones(4), time), "y")[0]
    assert len(np.unique(values[:, 1])) == 3
    tiny = read_censored(surv(np.ones(3), np.array([1, 2, 3]) * 1e-12), "y")[0]
    assert len(np.unique(tiny[:, 1])) == 3  # of the size of times, whatever their unit


def test_codes_are_the_order_of_times_and_minus_one_is_before_all():
    values = read_censored(surv(EVENT, [1e7, 1e7 + 1, 5.0]), "y")[0]
    np.testing.assert_array_equal(codes_of(values)[:, :2], [[-1, 1], [-1, 2], [-1, 0]])
    starts = read_censored(surv(EVENT, [3.0, 2.0, 4.0], start=[2.0, 0.0, 3.0]), "y")[0]
    np.testing.assert_array_equal(codes_of(starts)[:, :2], [[1, 2], [0, 1], [2, 3]])
    assert codes_of(starts).dtype == np.int64


def test_a_part_without_an_event_that_counts_is_refused():
    values = read_censored(surv(EVENT, TIME), "y")[0]
    check_events(values, None, "y")
    check_events(values, np.array([0.0, 1.0, 1.0]), "y")
    refused("validation", "no event", check_events, values[1:2], None, "validation")
    refused("y", "no event", check_events, values, np.array([0.0, 1.0, 0.0]), "y")
