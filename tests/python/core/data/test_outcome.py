import numpy as np
import pytest

from nnfit.core.data.outcome import KINDS, Outcome, domain, read_outcome, target
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.catalog import Named
from nnfit.core.options.families import families, family

NO_BOUNDS = family("mse")


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


@pytest.mark.parametrize(
    ("y", "levels", "loss_outcome", "values", "found"),
    [
        ([1.5, 2.0], None, None, [[1.5], [2.0]], None),
        ([1, 2], None, None, [[1.0], [2.0]], None),
        ([1, 2], None, "class", [0, 1], ("1", "2")),
        ([10, 9], None, "binary", [1, 0], ("9", "10")),
        ([0.0, 1.0], None, "binary", [[0.0], [1.0]], None),
        (["b", "a"], None, None, [1, 0], ("a", "b")),
        (["b", "a"], ["b", "a"], None, [0, 1], ("b", "a")),
        ([True, False], None, None, [1, 0], ("False", "True")),
        ([1, 0], ["no", "yes"], None, [1, 0], ("no", "yes")),
        ([1.0, 0.0], ["no", "yes"], None, [1, 0], ("no", "yes")),
        ([[1.0], [0.0]], ["no", "yes"], None, [1, 0], ("no", "yes")),
        (["a", "a"], ["a", "b"], None, [0, 0], ("a", "b")),
    ],
)  # fmt: skip
def test_numbers_and_classes_are_told_apart(y, levels, loss_outcome, values, found):
    outcome = read_outcome(y, levels, loss_outcome)
    assert outcome.values.tolist() == values
    assert outcome.levels == found
    assert outcome.values.dtype == (np.float64 if found is None else np.int64)


@pytest.mark.parametrize(
    ("y", "levels"),
    [
        ([0, 2], ["a", "b"]),
        ([-1, 0], ["a", "b"]),
        ([0.5, 0], ["a", "b"]),
        (["c", "a"], ["a", "b"]),
        (["a", "a"], None),
        (np.array(["a", None], dtype=object), None),
        (np.array([["a", "b"], ["a", "b"]]), None),
        ([np.nan, 1.0], None),
    ],
)
def test_bad_outcomes_are_refused(y, levels):
    refused("y", read_outcome, y, levels, None)


def test_every_kind_of_loss_gets_the_target_it_compares_with():
    labels, numbers = Outcome(np.array([0, 1]), ("a", "b")), Outcome(np.array([[0.0], [1.0]]), None)
    assert target(labels, Named("cross_entropy", {}), 2).tolist() == [0, 1]
    assert target(labels, Named("bce", {}), 2).tolist() == [[0.0], [1.0]]
    assert target(labels, Named("soft_margin", {}), 2).tolist() == [[-1.0], [1.0]]
    assert target(numbers, Named("bce", {}), 2).tolist() == [[0.0], [1.0]]
    assert target(numbers, Named("mse", {}), 2) is numbers.values


@pytest.mark.parametrize(
    ("outcome", "loss", "argument"),
    [
        (Outcome(np.array([0, 1]), ("a", "b")), "mse", "loss"),
        (Outcome(np.array([0, 1]), ("a", "b")), "poisson_nll", "loss"),
        (Outcome(np.array([0, 1]), ("a", "b", "c")), "bce", "loss"),
        (Outcome(np.array([[0.0], [1.0]]), None), "cross_entropy", "loss"),
        (Outcome(np.array([[0.0], [2.0]]), None), "bce", "y"),
        (Outcome(np.array([[0.0], [-1.0]]), None), "poisson_nll", "y"),
        (Outcome(np.array([[0.0]]), None), "mse", "y"),
        (Outcome(np.ones((2, 2, 2)), None), "mse", "y"),
    ],
)
def test_a_loss_that_does_not_fit_the_outcome_is_refused(outcome, loss, argument):
    refused(argument, target, outcome, Named(loss, {}), 2)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({}, "numbers"),
        ({"at_least": 0.0}, "numbers of at least 0"),
        ({"above": 0.0}, "numbers above 0"),
        ({"at_most": 1.0}, "numbers of at most 1"),
        ({"at_least": 0.0, "at_most": 1.0}, "numbers from 0 to 1"),
        ({"above": -1.0, "at_most": 1.5}, "numbers above -1 and of at most 1.5"),
        ({"at_least": 0.0, "whole": True}, "whole numbers of at least 0"),
        ({"whole": True}, "whole numbers"),
    ],
)
def test_a_domain_in_words(bounds, words):
    assert domain(NO_BOUNDS._replace(**bounds)) == words


@pytest.mark.parametrize(
    ("loss", "value", "words"),
    [
        ("poisson_nll", -1.0, "numbers of at least 0"),
        ("gamma_nll", 0.0, "numbers above 0"),
        ("negative_binomial_nll", 0.5, "whole numbers of at least 0"),
        ("negative_binomial_nll", -1.0, "whole numbers of at least 0"),
        ("bce", 1.5, "numbers from 0 to 1"),
        ("soft_margin", -0.1, "numbers from 0 to 1"),
    ],
)
@pytest.mark.parametrize("argument", ["y", "validation"])
def test_numbers_outside_of_the_domain_are_refused(loss, value, words, argument):
    outcome = Outcome(np.array([[1.0, 1.0], [1.0, value]]), None)
    with pytest.raises(NNFitError, match=f'must hold {words} under loss "{loss}"') as caught:
        target(outcome, Named(loss, {}), 2, argument)
    assert caught.value.argument == argument


def test_every_loss_has_a_kind_of_outcome_and_no_kind_is_without_one():
    assert {row.outcome for row in families()} == set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].classes])
def test_numbers_where_y_holds_classes_are_refused(kind):
    labels = Outcome(np.array([0, 1]), ("a", "b"))
    for row in families():
        if row.outcome == kind:
            with pytest.raises(NNFitError, match="needs a numeric y"):
                target(labels, Named(row.name, {}), 2)
