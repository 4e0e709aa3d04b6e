import numpy as np
import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.options.by_label import in_order
from nnfit.core.options.catalog import Named

ABC = ("a", "b", "c")


def weights_of(loss, argument, value, levels, names=None, n_outputs=3):
    return in_order(Named(loss, {argument: value}), levels, names, n_outputs).args[argument]


@pytest.mark.parametrize("loss", ["cross_entropy", "nll", "multi_margin"])
def test_weights_of_classes_are_put_in_the_order_of_the_levels(loss):
    for value in ({"c": 3.0, "a": 1.0, "b": 2.0}, [1.0, 2.0, 3.0]):
        assert weights_of(loss, "weight", value, ABC) == [1, 2, 3]
    assert weights_of(loss, "weight", None, ABC) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": 1.0, "b": 2.0}, "lacks `c`"),
        ({"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}, "has the unknown `d`"),
        ({"a": 1.0, "b": 2.0, "C": 3.0}, "lacks `c`, has the unknown `C`"),
        ([1.0, 2.0], "a number for each class, 3 of them, not 2"),
        ([1.0], "a number for each class, 3 of them, not 1"),
    ],
)
def test_weights_that_do_not_match_the_classes_are_refused(value, problem):
    with pytest.raises(NNFitError, match=problem) as caught:
        weights_of("cross_entropy", "weight", value, ABC)
    assert caught.value.argument == "loss"


def test_the_weight_of_the_second_class():
    two, loss = ("no", "yes"), "bce_with_logits"
    for value in ({"yes": 3.0}, [3.0]):
        assert weights_of(loss, "pos_weight", value, two, n_outputs=1) == [3]
    for argument, value, problem in (
        ("pos_weight", {"no": 3.0}, "lacks `yes`, has the unknown `no`"),
        ("pos_weight", {"no": 1.0, "yes": 3.0}, "has the unknown `no`"),
        ("pos_weight", [1.0, 3.0], "each outcome, 1 of them, not 2"),
        ("weight", {"no": 1.0, "yes": 3.0}, "can not tell classes apart"),
        ("weight", [1.0, 3.0], "each outcome, 1 of them, not 2"),
    ):
        with pytest.raises(NNFitError, match=problem):
            weights_of(loss, argument, value, two, n_outputs=1)


def test_weights_of_outcomes_by_name():
    named = {"v": 2.0, "u": 1.0}
    assert weights_of("bce_with_logits", "pos_weight", named, None, ("u", "v"), 2) == [1, 2]
    assert weights_of("bce_with_logits", "pos_weight", [2.0], None, None, 2) == [2]
    with pytest.raises(NNFitError, match="the outcomes have no such names"):
        weights_of("bce_with_logits", "pos_weight", named, None, None, 2)


def test_a_fit_is_the_same_in_whatever_order_the_weights_come(iris):
    weights = {"virginica": 3, "setosa": 1, "versicolor": 0.5}
    options = {"epochs": 20, "seed": 1}
    by_name = fit(*iris, loss=("cross_entropy", {"weight": weights}), **options)
    in_turn = fit(*iris, loss=("cross_entropy", {"weight": [1, 0.5, 3]}), **options)
    np.testing.assert_array_equal(by_name["fitted"], in_turn["fitted"])
    assert by_name["options"]["loss"] == ["cross_entropy", {"weight": [1.0, 0.5, 3.0]}]
    other = fit(*iris, loss=("cross_entropy", {"weight": [3, 1, 0.5]}), **options)
    assert not np.allclose(by_name["fitted"], other["fitted"])


def test_a_number_weighs_the_second_class(iris):
    """As many copies of each of its rows do: torch wants a tensor, but a number says it too."""
    two = iris.y != "setosa"
    x, y = iris.x[two], iris.y[two] == "virginica"
    options = {"reduction": "sum", "scale": False, "epochs": 500, "penalty": 0.1}
    weighed = fit(x, y, loss=("bce_with_logits", {"pos_weight": 3}), **options)
    copied = fit(x, y, loss="bce_with_logits", weights=np.where(y, 3, 1), **options)
    np.testing.assert_allclose(weighed["fitted"], copied["fitted"], atol=1e-4)
