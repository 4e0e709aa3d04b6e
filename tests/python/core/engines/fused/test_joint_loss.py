import numpy as np
import pytest
import torch

from nnfit.core import cross_validate, fit, predict, surv
from nnfit.core.data.censored import codes_of, read_censored
from nnfit.core.data.table import Batch
from nnfit.core.engines.fused.joint_loss import joint_loss
from nnfit.core.engines.fused.network import call
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked
from support import read_survival

TIMES, MORE, WEIGHT, OFFSET, X = read_survival()
Y = surv(**TIMES, stratum=MORE["stratum"])
CODES = torch.from_numpy(codes_of(read_censored(Y, "y")[0]))


def loss_of(reduction, weighted):
    options = {"loss": "cox", "reduction": reduction, "dtype": "float64"}
    return Loss(Asked.of(options).resolved(2, 1), weighted=weighted)


def by_autograd(loss, output, codes, weights):
    free = output.clone().requires_grad_()
    value = loss(free, codes, weights)
    value.backward()
    return value.detach(), free.grad


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
def test_loss_and_gradient_are_autograds(reduction, weighted):
    weights = torch.from_numpy(WEIGHT) if weighted else None
    loss, output = loss_of(reduction, weighted), torch.randn(40, 1, dtype=torch.float64)
    grad, place = torch.empty_like(output), torch.empty((), dtype=torch.float64)
    forward, backward = joint_loss(loss, Batch(output, CODES, weights), output, grad, place)
    for _ in range(2):  # the same rows, another output
        call(forward)
        call(backward)
        value, expected = by_autograd(loss, output, CODES, weights)
        assert place.item() == pytest.approx(value.item(), rel=1e-13)
        torch.testing.assert_close(grad, expected, rtol=1e-12, atol=1e-14)
        output.mul_(-0.5)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_fits_side_by_side_are_those_alone_and_rows_of_weight_zero_are_not_there(reduction, rng):
    weights = torch.from_numpy(rng.integers(0, 3, (4, 40)).astype(float))
    output = torch.randn(4, 40, 1, dtype=torch.float64)
    grad, place = torch.full_like(output, 7.0), torch.empty(4, dtype=torch.float64)
    batch = Batch(output, CODES.expand(4, 40, 4).contiguous(), weights)
    loss = loss_of(reduction, True)
    forward, backward = joint_loss(loss, batch, output, grad, place)
    call(forward)
    call(backward)
    for one in range(4):
        some = weights[one] > 0
        value, expected = by_autograd(loss, output[one][some], CODES[some], weights[one][some])
        assert place[one].item() == pytest.approx(value.item(), rel=1e-12)
        torch.testing.assert_close(grad[one][some], expected, rtol=1e-11, atol=1e-13)
        assert not grad[one][~some].any()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hidden_units": 3, "optimizer": "adam", "epochs": 10},
        {"hidden_units": 3, "optimizer": "adam", "epochs": 4, "batch_size": 16},
        {"hidden_units": 3, "optimizer": "lbfgs", "epochs": 10, "penalty": 0.01},
        {"hidden_units": 3, "optimizer": "adam", "epochs": 10, "validation": np.arange(12)},
    ],
    ids=str,
)
def test_both_engines_make_the_same_fit(options):
    given = {"seed": 1, "weights": WEIGHT, "dtype": "float64", "offset": OFFSET, **options}
    fused, torchs = fit(X, Y, **given), fit(X, Y, engine="autograd", **given)
    assert (fused.options["engine"], torchs.options["engine"]) == ("fused", "autograd")
    np.testing.assert_allclose(fused.fitted, torchs.fitted, rtol=1e-7)
    if "validation" in options:
        np.testing.assert_allclose(fused.history["valid_loss"], torchs.history["valid_loss"])


def test_replicates_side_by_side_are_those_one_by_one():
    given = {"hidden_units": 2, "epochs": 8, "optimizer": "adam", "seed": 1, "bootstrap": 4}
    stacked, alone = fit(X, Y, **given), fit(X, Y, engine="autograd", **given)
    assert stacked.replicates["engine"] == "stacked"
    for part in ("output_center", "x_center"):
        np.testing.assert_allclose(
            stacked.replicates["scaling"][part], alone.replicates["scaling"][part], rtol=1e-4
        )
    np.testing.assert_allclose(
        stacked.replicates["train_loss"], alone.replicates["train_loss"], rtol=1e-4
    )


def test_a_network_of_which_no_more_is_said_has_a_penalty_that_was_chosen(rng):
    n = 150
    x = rng.normal(size=(n, 6))
    time, censored = rng.exponential(np.exp(-2 * np.abs(x[:, 0]))), rng.exponential(1.0, n)
    y = surv(time <= censored, np.minimum(time, censored))
    tuned = fit(x, y, hidden_units=8, seed=1)
    assert tuned.options["tuned"]
    assert tuned.tuning["evenly"]  # by whether there was an event
    assert tuned.options["members"] == 10
    assert np.log(tuned.fitted).mean() == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(predict(tuned, x), tuned.fitted)
    assert tuned.held_out is None
    # it is better on rows that it has not seen than one that is trained on and on
    losses = [
        cross_validate(x, y, hidden_units=8, seed=1, folds=3, **more)["valid_loss"].mean()
        for more in ({}, {"epochs": 500})
    ]
    assert losses[0] < losses[1]
