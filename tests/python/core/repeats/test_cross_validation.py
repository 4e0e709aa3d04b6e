import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, predict
from nnfit.core.repeats.replicas import Made
from nnfit.core.training.callbacks import Progress

NET = {"hidden_units": 4, "activation": "tanh", "epochs": 30, "seed": 5, "dtype": "float64"}
LINEAR = {"hidden_units": (), "activation": None}


def one_by_one(data, cv, k, folds, **options):
    repeat, fold = divmod(k, folds)
    out = cv["folds"][:, repeat] == fold
    return out, fit(
        data.x[~out], data.y[~out], validation=(data.x[out], data.y[out]),
        **{**options, "seed": cv["seeds"][k]},
    )  # fmt: skip


@pytest.mark.parametrize("options", [{"members": 3}, {"members": 3, "penalty": 0.1}])
def test_the_loss_of_several_members_is_that_of_their_mean(options, mtcars):
    options = {**NET, **options}
    cv = cross_validate(*mtcars, folds=3, **options)
    for k in range(3):
        out, one = one_by_one(mtcars, cv, k, 3, **options)
        missed = (mtcars.y - predict(one, mtcars.x)[:, 0]) ** 2
        assert cv["valid_loss"][k] == pytest.approx(missed[out].mean(), rel=1e-5)
        assert cv["train_loss"][k] == pytest.approx(missed[~out].mean(), rel=1e-5)


@pytest.mark.parametrize(
    "options", [{}, {"stop_iter": 3, "learn_rate": 0.1}, {"batch_size": 8}, LINEAR]
)
def test_each_fold_is_a_fit_to_the_others(options, mtcars):
    options = {**NET, **options}
    cv = cross_validate(*mtcars, folds=4, repeats=2, **options)
    for k in range(8):
        out, one = one_by_one(mtcars, cv, k, 4, **options)
        row = (one["best_epoch"] or 0) - 1
        missed = mtcars.y[out] - predict(one, mtcars.x[out])[:, 0]
        assert cv["valid_loss"][k] == pytest.approx(np.mean(missed**2), rel=1e-5)
        assert cv["train_loss"][k] == pytest.approx(one["history"]["train_loss"][row], rel=1e-8)
        assert cv["stopped"][k] == one["stopped"]
        for name, losses in one["history"].items():
            np.testing.assert_allclose(cv["history"][k][name], losses, rtol=1e-8)
    np.testing.assert_allclose(cv["predicted"][out, :, 1], predict(one, mtcars.x[out]), rtol=1e-8)


def test_every_row_is_held_out_once_in_each_repeat(iris):
    cv = cross_validate(*iris, folds=7, repeats=3, **{**NET, "epochs": 3})
    assert cv["folds"].shape == (150, 3)
    assert cv["predicted"].shape == (150, 3, 3)
    np.testing.assert_allclose(cv["predicted"].sum(axis=1), 1, rtol=1e-6)
    assert len(set(cv["seeds"])) == 21


def test_the_seed_governs_everything(mtcars):
    first, second = (cross_validate(*mtcars, folds=3, **NET) for _ in range(2))
    np.testing.assert_array_equal(first["predicted"], second["predicted"])
    other = cross_validate(*mtcars, folds=3, **{**NET, "seed": 6})
    assert (other["folds"] != first["folds"]).any()


def test_given_folds_and_weights(mtcars):
    fold = np.repeat(["a", "b"], 16)
    weights = np.ones(32)
    weights[:4] = 0
    cv = cross_validate(*mtcars, folds=fold, weights=weights, **NET)
    np.testing.assert_array_equal(cv["folds"][:, 0], np.repeat([0, 1], 16))
    one = fit(
        mtcars.x[4:16], mtcars.y[4:16], validation=(mtcars.x[16:], mtcars.y[16:]),
        **{**NET, "seed": cv["seeds"][1]},
    )  # fmt: skip
    missed = mtcars.y[16:] - predict(one, mtcars.x[16:])[:, 0]
    assert cv["valid_loss"][1] == pytest.approx(np.mean(missed**2))


def test_metrics_are_of_what_is_predicted(mtcars):
    cv = cross_validate(*mtcars, folds=2, metrics=["rmse", "mae"], **{**NET, "epochs": 1})
    for k in range(2):
        out = cv["folds"][:, 0] == k
        missed = (mtcars.y - cv["predicted"][:, 0, 0])[out]
        assert cv["metrics"]["valid_mae"][k] == pytest.approx(np.abs(missed).mean())
        assert cv["valid_loss"][k] == pytest.approx(cv["metrics"]["valid_rmse"][k] ** 2, rel=1e-5)
        assert cv["metrics"]["train_rmse"][k] < cv["history"][k]["train_rmse"][0]


def test_ones_own_module(mtcars):
    model = nn.Sequential(nn.Linear(10, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    cv = cross_validate(*mtcars, folds=3, model=model, epochs=5, seed=1)
    assert np.isfinite(cv["predicted"]).all()


def test_linear_models_agree_with_least_squares(mtcars, least_squares):
    x, y = mtcars.x[:, :3], mtcars.y
    cv = cross_validate(x, y, folds=5, seed=1)
    out = cv["folds"][:, 0] == 2
    by_hand = least_squares(x[~out], y[~out])
    np.testing.assert_allclose(
        cv["predicted"][out, 0, 0], by_hand[0] + x[out] @ by_hand[1:], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"folds": 1}, "`folds` must be a whole number from 2 to 32"),
        ({"folds": 2.5}, "`folds` must be a whole number"),
        ({"folds": 33}, "`folds` must be a whole number from 2 to 32"),
        ({"folds": None}, "`folds` must be a whole number"),
        ({"folds": "many"}, "`folds` must be a whole number"),
        ({"progress": 3}, "`progress` must be a function"),
        ({"folds": [1, 2]}, "`folds` has shape"),
        ({"folds": np.r_[np.nan, np.ones(31)]}, "`folds` has missing values"),
        ({"folds": [None, *["a"] * 31]}, "`folds` has missing values"),
        ({"folds": np.ones(32)}, "`folds` holds a single fold"),
        ({"folds": np.arange(32), "repeats": 2}, "`repeats` must be 1"),
        ({"repeats": 0}, "`repeats` must be a whole number from 1"),
        ({"folds": np.arange(32), "weights": np.eye(32)[0]}, "leaves no rows of positive weight"),
        ({"folds": np.arange(32), "weights": 1 - np.eye(32)[0]}, "only rows of weight zero"),
    ],
)
def test_refusals(arguments, message, mtcars):
    with pytest.raises(NNFitError, match=message):
        cross_validate(*mtcars, **{**NET, **arguments})


def test_an_interrupt_before_the_first_fold_is_done_is_the_users(mtcars, monkeypatch):
    from nnfit.core.repeats import cross_validation

    monkeypatch.setattr(cross_validation, "train_all", lambda *args: Made({}, True))
    with pytest.raises(KeyboardInterrupt) as caught:
        cross_validate(*mtcars, **NET)
    assert not hasattr(caught.value, "fit")


def test_an_interrupt_keeps_the_folds_that_were_done(mtcars, monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    options = {**NET, "folds": 3, "repeats": 2, "epochs": 10, "engine": "autograd"}
    whole = cross_validate(*mtcars, **options)
    with pytest.raises(KeyboardInterrupt) as caught:
        cross_validate(*mtcars, progress=lambda epoch, *_: epoch < 45, **options)
    cv = caught.value.fit
    assert cv["fits"].tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(cv["folds"], whole["folds"])
    for name in ("seeds", "valid_loss", "stopped", "best_epoch"):
        assert list(cv[name]) == list(whole[name])[:4]
    done = np.column_stack([np.full(32, True), whole["folds"][:, 1] == 0])
    assert np.isnan(cv["predicted"][:, 0][~done]).all()
    np.testing.assert_array_equal(cv["predicted"][:, 0][done], whole["predicted"][:, 0][done])


def test_torchs_generator_is_untouched_under_a_seed(mtcars):
    before = torch.random.get_rng_state()
    cross_validate(*mtcars, folds=2, **{**NET, "epochs": 2})
    assert torch.equal(before, torch.random.get_rng_state())


def test_folds_are_those_of_the_same_rows(mtcars):
    pandas = pytest.importorskip("pandas")
    x = pandas.DataFrame(mtcars.x)
    folds = pandas.Series(np.arange(32) % 2, index=x.index)
    cross_validate(x, mtcars.y, folds=folds, epochs=2)
    for bad, problem in (
        (folds.loc[::-1], "row labels"),
        (folds.astype("Int64").where(folds > 0), "missing values"),
    ):
        with pytest.raises(NNFitError, match=problem) as caught:
            cross_validate(x, mtcars.y, folds=bad, epochs=2)
        assert caught.value.argument == "folds"
