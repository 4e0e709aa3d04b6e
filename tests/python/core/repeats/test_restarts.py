import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, fit
from nnfit.core.repeats.replicas import Made
from nnfit.core.training.callbacks import Progress

NET = {"hidden_units": 4, "activation": "tanh", "epochs": 40, "seed": 5, "dtype": "float64"}


@pytest.mark.parametrize("batch_size", [None, 8])
def test_the_best_start_is_kept(batch_size, mtcars):
    options = {**NET, "batch_size": batch_size}
    best = fit(*mtcars, restarts=5, **options)
    tried = best["restarts"]
    assert tried["seeds"][0] == 5
    alone = [fit(*mtcars, **{**options, "seed": seed}) for seed in tried["seeds"]]
    losses = [one["history"]["train_loss"][-1] for one in alone]
    np.testing.assert_allclose(tried["train_loss"], losses, rtol=1e-10)
    assert tried["best"] == np.argmin(losses)
    np.testing.assert_allclose(best["fitted"], alone[tried["best"]]["fitted"], rtol=1e-8)
    assert best["history"]["train_loss"][-1] == tried["train_loss"][tried["best"]]


def test_validation_decides_on_the_same_held_out_rows(mtcars):
    best = fit(*mtcars, restarts=5, validation=0.3, stop_iter=5, **{**NET, "learn_rate": 0.1})
    tried, rows = best["restarts"], best["validation_rows"]
    assert tried["best"] == np.argmin(tried["valid_loss"])
    assert tried["valid_loss"][tried["best"]] == best["history"]["valid_loss"].min()
    squares = np.square(best["fitted"][rows, 0] - mtcars.y[rows])
    assert tried["valid_loss"][tried["best"]] == pytest.approx(squares.mean())


def test_values_that_are_the_same_each_time_are_refused(mtcars):
    with pytest.raises(NNFitError, match="the same each time") as caught:
        fit(*mtcars, restarts=2, init="ones", **NET)
    assert caught.value.argument == "restarts"
    fit(*mtcars, restarts=2, init="normal", **NET)


def test_a_start_that_diverges_is_not_the_best(thermometer, monkeypatch):
    from nnfit.core.repeats import restarts

    def first_diverges(*args):
        made = train_all(*args)
        made.fits[0].history["train_loss"][-1] = np.nan
        return made

    train_all = restarts.train_all
    monkeypatch.setattr(restarts, "train_all", first_diverges)
    assert fit(*thermometer, restarts=2, **NET)["restarts"]["best"] == 1


def test_an_interrupt_before_the_first_epoch_is_the_users(thermometer, monkeypatch):
    from nnfit.core.repeats import restarts

    monkeypatch.setattr(restarts, "train_all", lambda *args: Made({}, True))
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*thermometer, restarts=2, **NET)
    assert not hasattr(caught.value, "fit")


@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_an_interrupt_gives_the_best_by_then(thermometer, monkeypatch, engine):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    stop_at = 12 if engine == "auto" else 52  # of all epochs of all fits

    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*thermometer, restarts=4, engine=engine, progress=lambda epoch, *_: epoch < stop_at,
            **NET)  # fmt: skip
    best = caught.value.fit
    tried = best["restarts"]
    stopped = ["interrupted"] * 4 if engine == "auto" else ["epochs", "interrupted"]
    assert tried["stopped"] == stopped
    assert best["stopped"] == stopped[tried["best"]]
    assert tried["best"] == np.argmin(tried["train_loss"])
    assert np.isfinite(best["fitted"]).all()


def test_without_a_seed_torchs_generator_goes_on(thermometer):
    seeds = [fit(*thermometer, restarts=2, **{**NET, "seed": None})["restarts"]["seeds"]
             for _ in range(2)]  # fmt: skip
    assert not set(seeds[0]) & set(seeds[1])


def test_ones_own_module_has_no_other_start(thermometer):
    with pytest.raises(NNFitError, match="restarts.*your own module"):
        fit(*thermometer, model=nn.Linear(1, 1), restarts=2)
