import numpy as np
import pytest

from nnfit.core.data.given import hold_out, read, read_again
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
    sides, _ = hold_out(0, table, spec)
    assert sides.rows is None
    assert sides.validation is None
    assert sides.training is table
    sides, _ = hold_out(0.2, table, spec)
    assert (len(sides.training.x), len(sides.validation.x)) == (8, 2)
    assert sorted([*sides.rows, *sides.held_out]) == list(range(10))
    sides, _ = hold_out(([[1.0], [2.0]], [1.0, 2.0]), table, spec)
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


class TestFrames:
    pandas = pytest.importorskip("pandas")

    def read(self, columns="abc", **options):
        x = self.pandas.DataFrame(np.arange(12.0).reshape(4, 3), columns=list(columns))
        y = self.pandas.DataFrame({"u": x["a"] + 1, "v": x["b"] * 2})
        table, asked = read(x, y, None, Asked.of(options))
        return x, y, table, asked.resolved(3, 2)

    def test_names_of_columns_and_outcomes_are_kept(self):
        spec = self.read()[3]
        assert (spec.feature_names, spec.outcome_names) == (("a", "b", "c"), ("u", "v"))
        assert (spec.plain()["feature_names"], given(np.arange(10.0))[1].feature_names) == (
            ["a", "b", "c"],
            None,
        )

    def test_held_out_columns_and_outcomes_are_found_by_name(self):
        x, y, table, spec = self.read()
        pair = (x[["c", "b", "a"]].assign(z="text"), y[["v", "u"]])
        beside = hold_out(pair, table, spec)[0].beside
        assert np.array_equal(beside.x, table.x)
        assert np.array_equal(beside.y, table.y)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (lambda x, y: (x[["a", "b"]], y), "lacks columns that the fit has: `c`"),
            (lambda x, y: (x, y[["u"]]), "lacks columns that the fit has: `v`"),
            (lambda x, y: (x, y.loc[::-1]), "has other row labels"),
            (lambda x, y: (x.astype({"b": str}), y), r"Of another type: b \("),
        ],
    )
    def test_what_does_not_match_is_refused(self, change, problem):
        x, y, table, spec = self.read()
        with pytest.raises(NNFitError, match=f"`validation` .*{problem}"):
            hold_out(change(x, y), table, spec)

    def test_rows_in_another_order_are_refused(self):
        x = self.pandas.DataFrame({"a": [1.0, 2.0, 3.0]})
        for y, weights, argument in (
            (x["a"].loc[::-1], None, "y"),
            (x["a"], x["a"].loc[::-1], "weights"),
        ):
            with pytest.raises(NNFitError, match="row labels") as caught:
                read(x, y, weights, Asked.of({}))
            assert caught.value.argument == argument

    def test_two_columns_of_one_name_are_refused(self):
        x = self.pandas.DataFrame(np.ones((4, 3)), columns=["a", "a", "b"])
        with pytest.raises(NNFitError, match="`x` has several columns of one name: `a`"):
            read(x, x["b"], None, Asked.of({}))


def test_held_out_classes_are_labels_unless_training_had_positions():
    x, levels = np.arange(10.0), ["no", "yes"]
    for y, options, coded, expected in (
        ([1, 2] * 5, {"loss": "cross_entropy"}, False, [0, 0]),
        ([0, 1] * 5, {"loss": "cross_entropy", "levels": levels}, True, [1, 1]),
    ):
        table, asked = read(x, y, None, Asked.of(options))
        pair = ([[1.0], [2.0]], [1, 1])
        sides, _ = hold_out(pair, table, asked.resolved(1, 2), coded)
        assert sides.beside.y.tolist() == expected


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool])
def test_integers_are_classes_under_a_loss_for_classes(dtype):
    y = np.array([0, 1, 1, 0, 1, 0, 0, 0, 1, 1]).astype(dtype)
    for loss in ("cross_entropy", "bce_with_logits"):
        table, spec = given(y, loss=loss)
        labels = ("False", "True") if dtype is bool else ("0", "1")
        assert (spec.levels, spec.loss.name) == (labels, loss)
        np.testing.assert_array_equal(table.y.ravel(), y)
    if dtype is not bool:
        table, spec = given(y)
        assert (spec.levels, spec.loss.name, table.y.dtype.kind) == (None, "mse", "f")


def test_integer_classes_need_not_begin_at_0():
    table, spec = given(np.array([30, 10, 20, 10, 30] * 2), loss="cross_entropy")
    assert spec.levels == ("10", "20", "30")
    assert table.y.tolist() == [2, 0, 1, 0, 2] * 2


@pytest.mark.parametrize("unit", [1e-30, 1e30])
def test_weights_far_from_1_are_counted_in_another_unit_where_a_mean_is_taken(unit):
    weights = np.linspace(1, 2, 10)
    y = np.arange(10.0)
    table, _ = read(y, y, weights * unit, Asked.of({}))
    np.testing.assert_allclose(table.weights / table.weights[0], weights, rtol=1e-14)
    assert 0.1 < table.weights.max() < 10
    np.testing.assert_array_equal(read(y, y, weights, Asked.of({}))[0].weights, weights)


def test_an_outcome_too_small_is_refused_under_the_losses_that_square_it():
    with pytest.raises(NNFitError, match="^`y` has no value above"):
        given(1e-200 * np.arange(10.0))
    assert given(1e-200 * np.arange(10.0), loss="l1")[0].y.max() > 0
    assert given(np.zeros(10))[0].y.max() == 0


@pytest.mark.parametrize(
    ("loss", "right", "wrong", "problem"),
    [
        ("poisson_nll", 1e148, 1e200, "above 1e.150 is beyond the digits"),
        ("poisson_nll", 1e-8, 1e-10, "below 1e-08 is beyond the digits"),
        ("negative_binomial_nll", 1e8, 1e11, "above 1e.10 is beyond the digits"),
    ],
)
def test_an_outcome_beyond_what_a_logarithms_loss_can_tell_apart_is_refused(
    loss, right, wrong, problem
):
    y = np.arange(10.0)
    assert given(y * right, loss=loss)[0].y.max() == 9 * right
    with pytest.raises(NNFitError, match="^`y` has .*" + problem):
        given(y * wrong, loss=loss)
    assert given(y * 0, loss=loss)[0].y.max() == 0


def test_rows_are_read_again_as_those_of_a_fit():
    _, spec = given(["b", "a"] * 5)
    x = np.arange(4.0)
    table = read_again(x, ["a", "b", "b", "a"], np.arange(1.0, 5), None, spec)
    np.testing.assert_array_equal(table.y[:, 0], [0, 1, 1, 0])
    np.testing.assert_array_equal(table.weights, np.arange(1.0, 5))
    # whole numbers are positions among levels that are others, and else labels
    np.testing.assert_array_equal(read_again(x, [0, 1, 1, 0], None, None, spec).y, table.y)
    _, spec = given(np.array([2, 1] * 5), loss="bce_with_logits")
    assert spec.levels == ("1", "2")
    np.testing.assert_array_equal(read_again(x, [1, 2, 2, 1], None, None, spec).y, table.y)


@pytest.mark.parametrize(
    ("x", "y", "more", "argument", "words"),
    [
        (np.ones((4, 2)), np.ones(4), {}, "x", "has 2 columns, and the fit has 1"),
        (np.ones(4), np.ones(3), {}, "y", "3"),
        (np.ones(4), np.ones(4), {"weights": -np.ones(4)}, "weights", "negative"),
        (np.ones(4), np.ones(4), {"offset": np.ones(4)}, "offset", "offset"),
        (np.ones(4), ["a", "b"] * 2, {}, "loss", "numeric"),
    ],
)
def test_what_does_not_go_with_the_fit_is_refused_by_name(x, y, more, argument, words):
    _, spec = given(np.arange(10.0))
    with pytest.raises(NNFitError, match=words) as caught:
        read_again(x, y, more.get("weights"), more.get("offset"), spec)
    assert caught.value.argument == argument
