import functools

import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, fit, predict
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.options.own import OwnFunction
from nnfit.core.repeats.cross_validation import cross_validate


def mse(prediction, truth):
    return (prediction - truth).square().mean()


def squares(prediction, truth):
    return (prediction - truth).square()


def rows_of(rng, n=60):
    """Draw columns and an outcome in units of their own."""
    x = rng.standard_normal((n, 2)) * [1.0, 50.0]
    return x, 1000 + 40 * x[:, 0] + x[:, 1] + 30 * rng.standard_normal(n)


WAYS = [
    {},
    {"batch_size": 7, "epochs": 20},
    {"validation": 0.25, "epochs": 30, "stop_iter": 5, "optimizer": "adam"},
    {"optimizer": "adam", "epochs": 20, "penalty": 0.1},
    {"scale": False, "epochs": 5, "optimizer": "sgd", "learn_rate": 1e-5},
    {"engine": "autograd", "epochs": 20},
    {"hidden_units": 5, "epochs": 20},
    {"hidden_units": 5, "epochs": 20, "batch_size": 9},
    {"hidden_units": 5, "epochs": 20, "members": 2},
    {"hidden_units": 5, "epochs": 20, "restarts": 2},
    {"hidden_units": 5, "epochs": 20, "dropout": 0.3},
]


@pytest.mark.parametrize("options", WAYS, ids=str)
@pytest.mark.parametrize("own", [mse, squares])
def test_the_squared_error_by_hand_is_that_by_name(rng, options, own):
    """The outcome's variance is what counts as 1 in both."""
    x, y = rows_of(rng)
    asked = {"seed": 3, "dtype": "float64", **options}
    one, other = (fit(x, y, loss=loss, **asked) for loss in (own, "mse"))
    np.testing.assert_allclose(one.fitted, other.fitted, rtol=2e-5)
    for name in ("train_loss", "valid_loss"):
        ours, theirs = one.history[name], other.history[name]
        assert (ours is None) == (theirs is None)
        if ours is not None and "epochs" in options:
            both = min(len(ours), len(theirs))  # where one stands, the other may go on to refine
            np.testing.assert_allclose(ours[:both], theirs[:both], rtol=1e-4)
    assert one.options["loss"] == "own"
    np.testing.assert_allclose(predict(one, x[:3]), one.fitted[:3], rtol=1e-6)


def test_another_power_is_at_its_minimum(rng):
    x, y = rows_of(rng)
    result = fit(x, y, loss=lambda p, t: (p - t).abs().pow(1.5).mean())
    assert (result.options["optimizer"], result.stopped) == ("lbfgs", "converged")
    columns = np.column_stack([np.ones(len(x)), x])
    line = linear_coefficients(result)[0]
    error = y - columns @ line
    slope = columns.T @ (np.sign(error) * np.abs(error) ** 0.5) / len(x)
    np.testing.assert_allclose(slope / np.abs(columns).mean(0), 0, atol=1e-3)
    assert result.history["train_loss"][-1] == pytest.approx((np.abs(error) ** 1.5).mean())


def test_it_sees_the_users_units(rng):
    x, y = rows_of(rng)
    seen = []

    def loss(prediction, truth):
        seen.append((prediction.detach().clone(), truth.detach().clone()))
        return mse(prediction, truth)

    fit(x, y, loss=loss, epochs=1)
    truths = [truth for _, truth in seen if len(truth) == len(y)]
    np.testing.assert_allclose(truths[-1][:, 0], y)
    assert all(abs(p.mean() - y.mean()) < 4 * y.std() for p, _ in seen if len(p) == len(y))


def test_weights_count_rows_where_each_has_its_loss(rng):
    x, y = rows_of(rng)
    weights = rng.integers(0, 3, len(y)).astype(float)
    one, other = (fit(x, y, loss=loss, weights=weights) for loss in (squares, "mse"))
    np.testing.assert_allclose(one.fitted, other.fitted, rtol=1e-5)
    losses = (result.history["train_loss"][-1] for result in (one, other))
    assert next(losses) == pytest.approx(next(losses))
    made = fit(x, y, loss=squares, bootstrap=3, seed=1)
    assert len(made.replicates["seeds"]) == 3
    summed = fit(x, y, loss=squares, reduction="sum").history["train_loss"][-1]
    assert summed == pytest.approx(len(y) * fit(x, y, loss=squares).history["train_loss"][-1])


def test_of_several_outcomes_a_row_has_one_number_or_one_for_each(rng):
    x, y = rows_of(rng)
    both = np.column_stack([y, -3 * y + x[:, 1]])
    by_row, by_element, whole = (
        fit(x, both, loss=loss).fitted
        for loss in (lambda p, t: squares(p, t).mean(1), squares, mse)
    )
    np.testing.assert_allclose(by_row, whole, rtol=1e-4)
    np.testing.assert_allclose(by_element, whole, rtol=1e-4)


def test_classes_have_scores_and_columns_of_0_and_1(iris):
    own = fit(iris.x, iris.y, penalty=0.01, loss=lambda p, t: -(t * p.log_softmax(1)).sum(1))
    named = fit(iris.x, iris.y, penalty=0.01)
    assert (own.options["loss"], own.options["link"]) == ("own_class", "softmax")
    np.testing.assert_allclose(own.fitted, named.fitted, atol=1e-4)
    late = iris.y == "virginica"
    own = fit(iris.x, late, penalty=0.01,
              loss=lambda p, t: nn.functional.softplus((1 - 2 * t) * p).mean())  # fmt: skip
    named = fit(iris.x, late, penalty=0.01)
    assert (own.options["loss"], own.options["link"]) == ("own_binary", "logit")
    np.testing.assert_allclose(own.fitted, named.fitted, atol=1e-4)


def test_class_weights_count_rows(iris):
    weights = {"setosa": 1, "versicolor": 3, "virginica": 0.5}
    asked = {"class_weights": weights, "penalty": 0.01}
    own = fit(iris.x, iris.y, loss=lambda p, t: -(t * p.log_softmax(1)).sum(1), **asked)
    np.testing.assert_allclose(own.fitted, fit(iris.x, iris.y, **asked).fitted, atol=1e-4)


def test_a_module_and_folds_take_it(rng):
    x, y = rows_of(rng)
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    for engine in ("fused", "autograd"):
        one, other = (
            fit(x, y, loss=loss, model=module, epochs=20, seed=1, engine=engine).fitted
            for loss in (mse, "mse")
        )
        np.testing.assert_allclose(one, other, rtol=1e-3)
    one, other = (
        cross_validate(x, y, loss=loss, folds=4, seed=1)["valid_loss"] for loss in (mse, "mse")
    )
    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_a_network_of_which_no_more_is_said_is_one_plain_fit(rng):
    x, y = rows_of(rng)
    result = fit(x, y, loss=mse, hidden_units=3, seed=1)
    assert result.tuning is None
    assert (result.options["optimizer"], result.options["members"]) == ("adam", 1)


def test_any_callable_serves(rng):
    class Own(nn.Module):
        def forward(self, prediction, truth):
            return mse(prediction, truth)

    def powered(prediction, truth, power):
        return (prediction - truth).abs().pow(power).mean()

    x, y = rows_of(rng)
    for loss in (Own(), functools.partial(powered, power=2)):
        np.testing.assert_allclose(fit(x, y, loss=loss).fitted, fit(x, y).fitted, rtol=1e-4)


def test_one_from_elsewhere_is_followed_once(rng):
    x, y = rows_of(rng)
    calls = []

    def away(prediction, truth):
        calls.append(len(prediction))
        return mse(prediction, truth)

    result = fit(x, y, loss=OwnFunction(away, remote=True), batch_size=7, epochs=5)
    assert result.options["loss"] == ["own", {"traced": True}]
    assert len(calls) < 20  # there are 45 batches
    assert predict(result, x).shape == (60, 1)

    def held(prediction, truth):
        calls.append(len(prediction))
        return squares(prediction, truth).sum() / len(truth)

    calls.clear()
    asked = {"batch_size": 7, "epochs": 5, "seed": 1}
    result = fit(x, y, loss=OwnFunction(held, remote=True), **asked)
    assert result.options["loss"] == ["own", {"traced": False}]
    assert calls.count(7) >= 5 * 8

    def by_rows(prediction, truth):
        error = squares(prediction, truth)
        return error.mean() if len(truth) < 50 else error.sqrt().mean()

    result = fit(x, y, loss=OwnFunction(by_rows, remote=True), epochs=2)
    assert result.options["loss"] == ["own", {"traced": False}]
    result = fit(x, y, loss=mse, **asked)
    ours = fit(x, y, loss=OwnFunction(held, remote=True), **asked).fitted
    np.testing.assert_allclose(ours, result.fitted, rtol=1e-6)


def test_what_it_does_later_is_its_own_too(rng):
    x, y = rows_of(rng)

    def tires(prediction, truth):
        if len(prediction) > 20:
            raise ValueError("too many rows")
        return mse(prediction, truth)

    with pytest.raises(NNFitError, match="`loss` is a function that stopped: ValueError: too many"):
        fit(x, y, loss=tires)

    def loses(prediction, truth):
        return squares(prediction, truth)[: max(3, 15 - len(truth))].sum(1)[: len(truth)]

    with pytest.raises(NNFitError, match=r"gives shape \(3,\) for 60 rows"):
        fit(x, y, loss=loses)


@pytest.mark.parametrize(
    ("loss", "problem"),
    [
        (lambda p, t: 3.0, "gives an object of type float, not a tensor"),
        (lambda p, t: None, "gives nothing, not a tensor"),
        (lambda p, t: t.square().mean(), "has no gradient"),
        (lambda p, t: mse(p.detach(), t), "has no gradient"),
        (lambda p, t: (p > t).sum(), "gives numbers of int64"),
        (lambda p, t: (0 * p).sum(), "does not change with the prediction"),
        (lambda p, t: (0 * (p - t)).sqrt().mean(), "has a gradient that is not finite"),
        (lambda p, t: (p - t).mean() / 0, "gives no finite number"),
        (lambda p, t: p[:2], r"gives shape \(2, 1\) for 5 rows"),
        (lambda p, t: p.nothing(), "stopped: AttributeError"),
    ],
)
def test_what_is_no_loss_is_refused_before_training(rng, loss, problem):
    with pytest.raises(NNFitError, match="`loss` is a function that " + problem):
        fit(*rows_of(rng), loss=loss)


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"weights": np.ones(60)}, "weights"),
        ({"bootstrap": 5}, "bootstrap"),
        ({"reduction": "sum"}, "reduction"),
        ({"offset": np.ones(60)}, "offset"),
        ({"optimizer": "levenberg_marquardt"}, "optimizer"),
        ({"engine": "least_squares"}, "engine"),
        ({"engine": "stacked", "restarts": 2}, "engine"),
    ],
)
def test_what_does_not_go_with_a_single_number_is_refused_by_name(rng, options, argument):
    with pytest.raises(NNFitError, match=f"^`{argument}` ") as caught:
        fit(*rows_of(rng), loss=mse, **options)
    assert caught.value.argument == argument


def test_class_weights_need_the_loss_of_each_row(iris):
    with pytest.raises(NNFitError, match="^`class_weights` does not go with a `loss` that is"):
        fit(iris.x, iris.y, class_weights="balanced",
            loss=lambda p, t: -(t * p.log_softmax(1)).mean())  # fmt: skip
