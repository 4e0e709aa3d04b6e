import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.data.batches import Batches, to_batch
from nnfit.core.data.holdout import split
from nnfit.core.data.outcome import Outcome, read_outcome, target
from nnfit.core.data.reading import as_features, as_weights
from nnfit.core.data.table import Batch, Table
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


# -- features --


def test_floats_are_viewed_not_copied():
    x = np.asfortranarray(np.ones((3, 2)))
    assert np.shares_memory(as_features(x), x)
    t = torch.ones(3, 2)
    assert np.shares_memory(as_features(t), t.numpy())


@pytest.mark.parametrize(
    "x",
    [
        [1, 2, 3],
        np.array([True, False, True]),
        torch.tensor([1.0, 2.0, 3.0], dtype=torch.bfloat16),
        torch.ones(3, requires_grad=True),
        np.array([1, 2.5, 3], dtype=object),
    ],
)
def test_one_dimension_is_one_column(x):
    assert as_features(x).shape == (3, 1)


@pytest.mark.parametrize(
    "x",
    [[["a"]], [[np.nan]], [[np.inf]], np.ones((2, 0)), np.ones((0, 2)), 3.0, np.ones((2, 2, 2))],
)
def test_what_is_not_a_matrix_of_numbers_is_refused(x):
    refused("x", as_features, x)


def test_missing_values_are_counted():
    assert "2 missing" in refused("x", as_features, [[np.nan, 1], [np.inf, 1]])


def test_images_are_for_modules_only():
    assert as_features(np.ones((2, 3, 4)), any_shape=True).shape == (2, 3, 4)


@pytest.mark.parametrize(
    "weights", [[1, 2], [1, -1, 1], [0, 0, 0], [1, np.nan, 1], ["a", "b", "c"]]
)
def test_bad_weights_are_refused(weights):
    refused("weights", as_weights, weights, 3)


# -- outcomes --


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


# -- rows --


def test_without_validation_all_rows_are_taken_as_they_are():
    assert split(None, 10, 0.0) == (None, None)
    assert split(np.ones(10), 10, 0.0) == (None, None)


def test_the_split_is_the_usual_programs():
    torch.manual_seed(5)
    shuffled = torch.randperm(11)
    torch.manual_seed(5)
    train, valid = split(None, 11, 0.2)
    assert train.tolist() == shuffled[:-2].tolist()
    assert valid.tolist() == shuffled[-2:].tolist()


def test_rows_without_weight_take_no_part():
    weights = np.array([0.0, 1, 1, 0, 1, 1])
    assert split(weights, 6, 0.0)[0].tolist() == [1, 2, 4, 5]
    train, valid = split(weights, 6, 0.5)
    assert sorted([*train, *valid]) == [1, 2, 4, 5]


def test_a_fraction_too_small_for_a_row_is_refused():
    refused("validation", split, None, 10, 0.05)


def test_tensors_are_copies_in_the_dtype_of_the_fit():
    spec = Asked.of({"loss": "mse", "dtype": "float32"}).resolved(2, 1)
    x, y = np.asfortranarray(np.ones((3, 2))), np.ones((3, 1))
    for array in (x, y):
        array.flags.writeable = False  # what R hands over: any write or warning shows
    batch = to_batch(Table(x, y, np.ones(3)), None, spec)
    batch.x.zero_()
    batch.y.zero_()
    assert x.all()
    assert y.all()
    assert {t.dtype for t in batch} == {torch.float32}


@given(st.integers(1, 40), st.integers(1, 45))
def test_batches_cover_every_row_once(n, size):
    rows = Batch(torch.arange(n)[:, None], torch.arange(n), None)
    batches = []
    for batch in Batches(rows, size):
        assert torch.equal(batch.x[:, 0], batch.y)
        batches.append(batch.y.tolist())
    assert sorted(sum(batches, [])) == list(range(n))
    assert [len(batch) for batch in batches[:-1]] == [min(size, n)] * (len(batches) - 1)


def test_batches_fill_the_same_tensors_again():
    batches = Batches(Batch(torch.ones(5, 1), torch.ones(5, 1)), 2)
    first, second = ([id(batch) for batch in batches] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2  # the last is shorter


def test_batches_are_shuffled_anew_each_epoch():
    batches = Batches(Batch(torch.arange(50)[:, None], torch.arange(50), torch.arange(50)), 10)
    first, second = (torch.cat([batch.weights.clone() for batch in batches]) for _ in range(2))
    assert not torch.equal(first, second)


def test_the_full_batch_is_neither_shuffled_nor_copied():
    rows = Batch(torch.ones(5, 1), torch.ones(5, 1))
    for size in (None, 5, 99):
        assert list(Batches(rows, size))[0] is rows
