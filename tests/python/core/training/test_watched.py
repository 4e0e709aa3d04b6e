import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, fit, fit_parquet

OPTIONS = {"hidden_units": 3, "epochs": 9, "seed": 1}


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((30, 2))
    return x, x[:, 0] ** 2


def test_it_is_told_of_the_epochs_as_they_are_in_the_history(rows):
    seen = []
    made = fit(
        *rows, **OPTIONS, validation=0.3, metrics="mae", schedule="step",
        callback=(seen.append, {"every": 2}),
    )  # fmt: skip
    assert [state["epoch"] for state in seen] == [2, 4, 6, 8]
    names = ("train_loss", "valid_loss", "train_mae", "valid_mae", "learn_rate")
    for name in names:
        assert [state[name] for state in seen] == list(made["history"][name][1:8:2])
    assert all(type(state[name]) is float for state in seen for name in names)


def test_false_ends_training_and_only_that(rows):
    made = fit(*rows, **OPTIONS, callback=(lambda state: state["epoch"] < 4, {"every": 1}))
    assert made["stopped"] == "callback"
    assert (made["parameters"]["0.weight"] ==
            fit(*rows, **{**OPTIONS, "epochs": 4})["parameters"]["0.weight"]).all()  # fmt: skip
    for value in (0, None, np.array([False]), "", []):
        made = fit(*rows, **OPTIONS, callback=(lambda state, v=value: v, {"every": 1}))
        assert made["stopped"] == "epochs"


def test_an_error_in_it_is_the_users(rows):
    with pytest.raises(
        NNFitError, match="`callback` failed at epoch 3: ZeroDivisionError"
    ) as caught:
        fit(*rows, **OPTIONS, callback=(lambda state: 1 / (3 - state["epoch"]), {"every": 1}))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_it_may_use_autograd(rows):
    def learn(state):
        x = torch.ones(2, requires_grad=True)
        (x**2).sum().backward()
        assert x.grad.tolist() == [2, 2]

    fit(*rows, **OPTIONS, callback=(learn, {"every": 3}))


def test_the_best_epoch_comes_back_where_it_ends_training(rows):
    made = fit(
        *rows, hidden_units=3, epochs=50, seed=1, learn_rate=0.5, stop_iter=40,
        callback=(lambda state: state["epoch"] < 20, {"every": 1}),
    )  # fmt: skip
    losses = made["history"]["train_loss"]
    assert len(losses) == 20
    assert made["best_epoch"] == int(np.argmin(losses)) + 1


def test_files_have_it(write_parquet):
    path = write_parquet({"x": np.arange(9.0), "y": np.arange(9.0) ** 2})
    seen = []
    fit_parquet(path, "y", **OPTIONS, callback=(seen.append, {"every": 3}))
    assert [state["epoch"] for state in seen] == [3, 6, 9]


@pytest.mark.parametrize("several", [{"members": 2}, {"restarts": 2}])
def test_several_fits_refuse_it(rows, several):
    with pytest.raises(NNFitError, match="`callback` is for one fit"):
        fit(*rows, **OPTIONS, **several, callback=print)
