import numpy as np
import pytest

from nnfit.core.data.outcome import KINDS, Outcome, domain, target
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.catalog import Named
from nnfit.core.options.families import families, family

NO_BOUNDS = family("mse")


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
