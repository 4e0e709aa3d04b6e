import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.options.asked import Asked, resolved_again
from nnfit.core.repeats.bootstrap import stacked
from nnfit.core.repeats.replicas import Made
from nnfit.core.repeats.resampling import resample
from nnfit.core.training.callbacks import Progress

NET = {"hidden_units": 4, "activation": "tanh", "epochs": 40, "seed": 5, "dtype": "float64"}


@pytest.mark.parametrize("weighted", [False, True])
def test_replicates_are_fits_to_their_rows_under_their_seeds(weighted, mtcars, rng):
    weights = rng.random(32) if weighted else np.ones(32)
    made = fit(*mtcars, bootstrap=6, weights=weights if weighted else None, **NET)["replicates"]
    assert len(set(made["seeds"])) == 6
    for r, seed in enumerate(made["seeds"]):
        one = fit(*mtcars, weights=resample(seed, 32) * weights, **{**NET, "seed": seed})
        assert made["train_loss"][r] == pytest.approx(one["history"]["train_loss"][-1], rel=1e-8)
        for name, values in one["parameters"].items():
            np.testing.assert_allclose(made["parameters"][name][r], values, rtol=1e-6, atol=1e-9)
        for name, values in one["scaling"].items():
            np.testing.assert_array_equal(made["scaling"][name][r], values)


def test_the_fit_itself_is_that_without_replicates(thermometer):
    with_them, without = fit(*thermometer, bootstrap=3, **NET), fit(*thermometer, **NET)
    np.testing.assert_array_equal(with_them["fitted"], without["fitted"])
    assert "replicates" not in without


def test_linear_models_agree_with_least_squares(mtcars, least_squares):
    x, y = mtcars.x[:, [4, 2]], mtcars.y
    made = fit(x, y, bootstrap=5, seed=1)["replicates"]
    for r, seed in enumerate(made["seeds"]):
        scale = {name: values[r] for name, values in made["scaling"].items()}
        slope = made["parameters"]["0.weight"][r, 0] * scale["y_scale"] / scale["x_scale"]
        np.testing.assert_allclose(slope, least_squares(x, y, resample(seed, 32))[1:], rtol=1e-6)


def test_only_training_rows_are_resampled(mtcars):
    made = fit(*mtcars, bootstrap=3, validation=0.25, **NET)
    rows = np.setdiff1d(np.arange(32), made["validation_rows"])
    held_out = made["validation_rows"]
    assert made["replicates"]["valid_loss"].shape == (3,)
    seed = made["replicates"]["seeds"][0]
    # those held out are drawn in another order: the training rows are not sorted
    weights = np.zeros(32)
    order = _training_order(mtcars, made)
    weights[order] = resample(seed, len(rows))
    one = fit(
        *mtcars, weights=weights, validation=(mtcars.x[held_out], mtcars.y[held_out]),
        **{**NET, "seed": seed},
    )  # fmt: skip
    assert made["replicates"]["valid_loss"][0] == pytest.approx(one["history"]["valid_loss"][-1])


def _training_order(data, made):
    import torch

    from nnfit.core.data.holdout import split
    from nnfit.core.ground.seed import seeded
    from nnfit.core.model import network as models

    with seeded(NET["seed"], torch.device("cpu")):
        models.build(resolved_again(made["options"]))
        return split(None, len(data.x), 0.25)[0]


def test_replicates_that_diverge_are_dropped_and_counted(thermometer, monkeypatch):
    from nnfit.core.repeats import bootstrap

    def some_diverge(*args):
        fits = train_all(*args).fits
        fits[1] = fits[1]._replace(stopped="diverged")
        del fits[4]
        return Made(fits, True)

    train_all = bootstrap.train_all
    monkeypatch.setattr(bootstrap, "train_all", some_diverge)
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*thermometer, bootstrap=5, **NET)
    made = caught.value.fit["replicates"]
    assert [made[name] for name in ("asked", "diverged", "interrupted")] == [5, 1, 1]
    assert len(made["seeds"]) == len(made["train_loss"]) == 3
    assert made["parameters"]["0.weight"].shape == (3, 4, 1)


def test_no_replicates_where_the_fit_itself_diverged(thermometer):
    made = fit(
        *thermometer, optimizer="sgd", learn_rate=1e6, scale=False, bootstrap=3, epochs=200, seed=1
    )
    assert made["stopped"] == "diverged"
    made = made["replicates"]
    assert [made[name] for name in ("asked", "diverged", "interrupted")] == [3, 0, 0]
    assert len(made["seeds"]) == len(made["train_loss"]) == 0


@pytest.mark.parametrize(
    ("stop_at", "stopped", "interrupted"),
    [(5, "interrupted", 4), (40, "epochs", 4), (100, "epochs", 3)],
)
def test_an_interrupt_keeps_the_fit_and_the_replicates_that_were_done(
    thermometer, monkeypatch, stop_at, stopped, interrupted
):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    options = {"bootstrap": 4, "engine": "autograd", **NET}
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*thermometer, progress=lambda epoch, *_: epoch < stop_at, **options)
    got = caught.value.fit
    assert got["stopped"] == stopped
    made = got["replicates"]
    assert [made[name] for name in ("asked", "diverged", "interrupted")] == [4, 0, interrupted]
    assert len(made["seeds"]) == 4 - interrupted
    if stopped == "epochs":
        whole = fit(*thermometer, **options)
        np.testing.assert_array_equal(got["fitted"], whole["fitted"])
        done = made["train_loss"]
        np.testing.assert_array_equal(done, whole["replicates"]["train_loss"][: len(done)])


def test_nothing_to_stack():
    spec = Asked.of({"loss": "mse"}).resolved(1, 1)
    assert stacked([], spec)["parameters"] is None
