"""Candidates are checked before any is trained, and see the same rows."""

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.tuned.candidates import Maker, Rows
from nnfit.core.tuned.space import Choice, Range, Space

X = np.random.default_rng(1).normal(size=(40, 3))
Y = X[:, 0] + 0.1 * X[:, 1] ** 2


def make(space, fixed=None, y=Y, weights=None, folds=4, validation=None, seed=1):
    rows = Rows(X, y, weights, None, None, None if validation else folds, 1, validation)
    space = Space(space)
    return Maker(rows, fixed or {}, space, seed).make(space.draw(6, seed))


def test_all_see_the_same_rows_under_the_same_seeds():
    made = make({"hidden_units": Choice(2, 4), "penalty": Range()}, {"epochs": 5})
    assert len({id(one.data) for one in made}) == 1
    replicas = made[0].data.replicas
    assert [len(one.rows) for one in replicas] == [30] * 4
    assert sorted(np.concatenate([one.valid_rows for one in replicas])) == list(range(40))


def test_rows_are_read_for_each_loss_but_dealt_alike():
    made = make({"loss": Choice("mse", "l1")}, {"hidden_units": 2, "epochs": 5})
    one, other = (candidate.data for candidate in made)
    assert one is not other
    for a, b in zip(one.replicas, other.replicas):
        np.testing.assert_array_equal(a.rows, b.rows)
        assert a.seed == b.seed


def test_rows_are_held_out_once_where_that_is_asked_for():
    made = make({"penalty": Range()}, {"hidden_units": 2, "epochs": 5}, validation=0.25)
    (replica,) = made[0].data.replicas
    assert len(replica.rows) == 30 and len(replica.valid_rows) == 10
    assert made[0].data.folds is None
    beside = make({"penalty": Range()}, {"hidden_units": 2, "epochs": 5}, validation=(X, Y))
    assert beside[0].data.beside is not None
    assert len(beside[0].data.replicas[0].rows) == 40


def test_what_can_not_be_names_the_candidate():
    space = {"momentum": Range(), "optimizer": Choice("sgd", "adam")}
    with pytest.raises(NNFitError, match=r"`momentum` is not an option of \"adam\"") as caught:
        make(space, {"hidden_units": 2})
    assert "in candidate" in str(caught.value) and "optimizer = 'adam'" in str(caught.value)
    with pytest.raises(NNFitError, match=r"^`activation` needs hidden layers.*candidate 1"):
        make({"hidden_units": Choice((), 4)}, {"activation": "tanh"})


def test_what_is_wrong_with_the_data_names_no_candidate():
    with pytest.raises(NNFitError, match="^`y`") as caught:
        make({"penalty": Range()}, {"hidden_units": 2}, y=Y[:-1])
    assert "candidate" not in str(caught.value)


def test_a_step_size_is_not_found_for_each():
    with pytest.raises(NNFitError, match='`learn_rate` "find" is for one fit'):
        make({"penalty": Range()}, {"hidden_units": 2, "learn_rate": "find"})


def test_those_of_which_only_the_size_is_said_choose_their_penalty():
    assert all(one.chooses_penalty for one in make({"hidden_units": Choice(2, 4)}))
    assert not any(one.chooses_penalty for one in make({"penalty": Range()}, {"hidden_units": 2}))
    # 20 rows are enough, but of them 10 are not
    few = make({"hidden_units": Choice(2, 4)}, weights=np.repeat([1.0, 0.0], 20), folds=2)
    assert not any(one.chooses_penalty for one in few)
