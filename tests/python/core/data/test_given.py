import numpy as np
import pytest

from nnfit.core.data.given import hold_out, read
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked


def given(y, **options):
    table, asked = read(np.arange(10.0), y, None, Asked.of(options))
    return table, asked.resolved(1, len(asked.levels or ()) or 1)


def test_the_loss_and_the_levels_follow_from_the_outcome():
    for y, loss, levels in (
        (np.arange(10.0), "mse", None),
        (["a", "b"] * 5, "bce_with_logits", ("a", "b")),
        (["a", "b", "c", "c", "c"] * 2, "cross_entropy", ("a", "b", "c")),
    ):
        spec = given(y)[1]
        assert (spec.loss.name, spec.levels) == (loss, levels)


def test_all_rows_a_share_or_other_rows():
    table, spec = given(np.arange(10.0))
    sides = hold_out(0, table, spec)
    assert sides.rows is None
    assert sides.validation is None
    assert sides.training is table
    sides = hold_out(0.2, table, spec)
    assert (len(sides.training.x), len(sides.validation.x)) == (8, 2)
    assert sorted([*sides.rows, *sides.held_out]) == list(range(10))
    sides = hold_out(([[1.0], [2.0]], [1.0, 2.0]), table, spec)
    assert sides.held_out is None
    assert sides.validation.x.shape == (2, 1)
    assert sides.training is table


@pytest.mark.parametrize(
    ("validation", "problem"),
    [
        (1.0, "must be a share from 0"),
        (-0.1, "must be a share from 0"),
        ("half", "must be a share from 0"),
        ((np.ones((2, 3)), np.ones(2)), "has 3 columns of x, and x has 1"),
        ((np.ones((2, 1)), np.ones(3)), "has 3 rows, and x has 2"),
    ],
)
def test_what_can_not_be_held_out_is_refused(validation, problem):
    table, spec = given(np.arange(10.0))
    with pytest.raises(NNFitError, match=f"`validation` {problem}"):
        hold_out(validation, table, spec)
