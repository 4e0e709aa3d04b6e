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
        (3.0, None),
        (np.array(3), ["a", "b"]),
        ([np.nan, 1.0], None),
    ],
)
def test_bad_outcomes_are_refused(y, levels):
    refused("y", read_outcome, y, levels, None)


@pytest.mark.parametrize(
    ("y", "loss_outcome", "values", "found"),
    [
        (np.array([1.5, 2, 3], dtype=object), None, [[1.5], [2], [3]], None),
        (np.array([1, 2], dtype=object), None, [[1], [2]], None),
        (np.array([2, 1], dtype=object), "class", [1, 0], ("1", "2")),
        (np.array([True, False], dtype=object), None, [1, 0], ("False", "True")),
        (np.array([2**70, 1], dtype=object), None, [[2.0**70], [1]], None),
    ],
)
def test_objects_are_what_they_all_are(y, loss_outcome, values, found):
    outcome = read_outcome(y, None, loss_outcome)
    assert outcome.values.tolist() == values
    assert outcome.levels == found


@pytest.mark.parametrize(
    "y",
    [
        np.array(["2024-01-01", "2024-01-02"], dtype="M8[D]"),
        np.array([1, 2], dtype="m8[s]"),
        np.array([1 + 1j, 2]),
        np.array([b"a", b"b"]),
        np.array([1, "a"], dtype=object),
        np.array([True, "a"], dtype=object),
        np.array([object(), object()], dtype=object),
        np.ma.masked_array([1, 2], mask=[True, False]),
    ],
)
@pytest.mark.parametrize("loss_outcome", [None, "class"])
def test_what_is_neither_numbers_nor_labels_is_refused(y, loss_outcome):
    refused("y", read_outcome, y, None, loss_outcome)


def test_numbers_are_labels_where_the_levels_were_found_in_the_data():
    """Those of training were 1, 2 and 5: a validation outcome of 1 is no position."""
    levels = ("1", "2", "5")
    for y in ([1, 5], [1.0, 5.0], ["1", "5"]):
        assert read_outcome(y, levels, "class", coded=False).values.tolist() == [0, 2]
    refused("y", read_outcome, [0, 1], levels, "class", coded=False)
    assert read_outcome([0, 1], levels, "class").values.tolist() == [0, 1]


class TestPandas:
    pandas = pytest.importorskip("pandas")

    @pytest.mark.parametrize("labels", [["low", "mid", "high"], [10, 9, 2], [0.5, 0.25, 1.0]])
    @pytest.mark.parametrize("ordered", [True, False])
    def test_levels_are_the_categories_in_their_order(self, labels, ordered):
        y = self.pandas.Categorical([labels[2], labels[0]], categories=labels, ordered=ordered)
        for form in (y, self.pandas.Series(y), self.pandas.DataFrame({"y": y})):
            outcome = read_outcome(form, None, None)
            assert outcome.values.tolist() == [2, 0]
            assert outcome.levels == tuple(map(str, labels))

    def test_labels_of_categories_are_found_among_the_levels(self):
        y = self.pandas.Series(["b", "a"], dtype="category")
        assert read_outcome(y, ["b", "a"], None).values.tolist() == [0, 1]
        positions = self.pandas.Series([0, 1], dtype="category")  # labels, whatever they look like
        refused("y", read_outcome, positions, ["b", "a"], None)

    @pytest.mark.parametrize("dtype", ["category", "string", "object", "Int64", "boolean", float])
    def test_what_is_missing_is_refused(self, dtype):
        values = {"Int64": [1, None], "boolean": [True, None], float: [1, np.nan]}
        y = self.pandas.Series(values.get(dtype, ["a", None]), dtype=dtype)
        assert "missing" in refused("y", read_outcome, y, None, None)

    def test_a_single_category_is_no_choice(self):
        y = self.pandas.Series(["a", "a"], dtype=self.pandas.CategoricalDtype(["a", "b"]))
        assert "single class" in refused("y", read_outcome, y, None, None)

    def test_nullable_columns_are_numbers(self):
        y = self.pandas.Series([3, 1], dtype="Int64")
        assert read_outcome(y, None, None).values.tolist() == [[3], [1]]
        assert read_outcome(y, None, "class").levels == ("1", "3")

    def test_several_columns_are_several_outcomes(self):
        y = self.pandas.DataFrame({"a": [1, 2], "b": [True, False]})
        assert read_outcome(y, None, None).values.tolist() == [[1, 1], [2, 0]]
        said = refused("y", read_outcome, y.assign(c=["1", "2"]), None, None)
        assert "c (" in said


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
            with pytest.raises(NNFitError, match="needs a numeric y|needs censored times in y"):
                target(labels, Named(row.name, {}), 2)
