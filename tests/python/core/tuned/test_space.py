"""What is searched, drawn and laid out as a grid."""

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.tuned.space import Choice, Range, Space, told


def test_a_range_is_drawn_uniformly_on_its_scale():
    space = Space({"penalty": Range(1e-4, 1), "mixture": Range(0.2, 0.6)})
    drawn = np.array(space.draw(4000, 1))
    share = np.log(drawn[:, 0] / 1e-4) / np.log(1e4)
    # the largest distance of 4000 uniform numbers from uniform is above 0.026 once in a hundred
    for column in (share, (drawn[:, 1] - 0.2) / 0.4):
        apart = np.abs(np.sort(column) - (np.arange(4000) + 0.5) / 4000)
        assert apart.max() < 0.03
    assert abs(np.corrcoef(share, drawn[:, 1])[0, 1]) < 0.06


def test_whole_numbers_have_their_ends_too():
    space = Space({"stop_iter": Range(3, 6)})
    drawn = space.draw(4, 1)
    assert sorted(drawn) == [(3.0,), (4.0,), (5.0,), (6.0,)]
    assert all(isinstance(space.values(point)["stop_iter"], int) for point in drawn)
    many = [
        Space({"hidden_units": Range(1, 100)})
        .axes["hidden_units"]
        .draw(np.random.default_rng(seed))
        for seed in range(500)
    ]
    assert 1 <= min(many) < 3
    assert 60 < max(many) <= 100
    assert np.median(many) < 20  # logarithmic


def test_the_first_do_not_depend_on_how_many_are_drawn():
    space = Space({"penalty": Range(), "hidden_units": Choice(2, (4, 2))})
    assert space.draw(20, 3)[:5] == space.draw(5, 3)
    assert space.draw(5, 3) != space.draw(5, 4)


def test_values_alone_are_all_tried_where_there_are_no_more():
    space = Space({"activation": Choice("relu", "tanh"), "hidden_units": Choice(2, 4, (4, 2))})
    assert space.draw(6, 1) == space.grid()
    assert [tuple(space.values(one).values()) for one in space.grid()] == [
        ("relu", 2), ("tanh", 2), ("relu", 4), ("tanh", 4), ("relu", (4, 2)), ("tanh", (4, 2)),
    ]  # fmt: skip
    fewer = space.draw(4, 1)
    assert len(set(fewer)) == 4


def test_a_grid_is_even_on_the_scale():
    space = Space({"penalty": Range(0.001, 10), "dropout": Range(0, 0.5, levels=3)})
    grid = [space.values(one) for one in space.grid()]
    np.testing.assert_allclose(
        [one["penalty"] for one in grid[:5]], [0.001, 0.01, 0.1, 1, 10], rtol=1e-12
    )
    assert [one["dropout"] for one in grid[::5]] == [0, 0.25, 0.5]
    whole = Space({"stop_iter": Range(1, 3)}).grid()
    assert whole == [(1.0,), (2.0,), (3.0,)]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("activation", Range(1, 2), "is no number, and so has no range"),
        ("activation", Choice(), "has no values to choose from"),
        ("hidden_units", Choice([4, 8]), "has one value to choose from, the list"),
        ("hidden_units", Choice(range(2, 5)), "Give values one by one"),
        ("penalty", Choice(0.1, -1), "must be a number of at least 0"),
        ("penalty", Range(1, 0.1), "must begin below its end, not from 1 to 0.1"),
        ("penalty", Range(0, 1), "logarithmic scale, which can not begin at 0"),
        ("penalty", Range("a", 1), "must be of numbers, not 'a'"),
        ("penalty", Range(0.1, 1, log="yes"), "`log` must be True or False"),
        ("penalty", Range(0.1, 1, levels=1), "must be a whole number from 2 to 1000"),
        ("dropout", Range(0, 1), "must be a number from 0 up to"),
        ("epochs", Range(1.5, 3), "must be of whole numbers"),
        ("clip_norm", Range(), "has no range of its own"),
        ("seed", Choice(1, 2), "can not be searched for"),
    ],
)
def test_what_can_not_be_is_refused_by_name(name, given, words):
    with pytest.raises(NNFitError, match=words) as caught:
        Space({name: given})
    assert caught.value.argument == name


def test_they_are_written_as_they_were_given():
    assert repr(Range(1, 2, log=True)) == "Range(1, 2, log=True, levels=5)"
    assert repr(Choice(1, (2, 3))) == "Choice(1, (2, 3))"
    assert told({"penalty": 0.123456, "hidden_units": (4, 2)}) == (
        "penalty = 0.1235, hidden_units = (4, 2)"
    )
