import numpy as np
import pytest
import torch

from nnfit.core import cross_validate, fit
from nnfit.core.ground.errors import NNFitError

X = np.arange(12.0).reshape(6, 2)
Y = X[:, 0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden_units", [3]),
        ("activation", "tanh"),
        ("dropout", 0.5),
        ("bias", False),
        ("norm", "layer_norm"),
        ("residual", True),
        ("skip", True),
        ("init", "zeros"),
        ("max_norm", 1.0),
        ("members", 2),
        ("embed", True),
    ],
)
def test_what_a_module_of_the_users_own_makes_meaningless_is_refused(name, value):
    with pytest.raises(NNFitError, match="does not go with `model`") as caught:
        fit(X, Y, model=torch.nn.Linear(2, 1), epochs=1, **{name: value})
    assert caught.value.argument == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activation", "tanh"),
        ("activation", ("relu", {"inplace": False})),
        ("dropout", 0.5),
        ("norm", "layer_norm"),
        ("residual", True),
        ("skip", True),
        ("max_norm", 1.0),
        ("members", 2),
    ],
)
def test_what_needs_hidden_layers_is_refused_without(name, value):
    with pytest.raises(NNFitError, match="needs hidden layers") as caught:
        fit(X, Y, epochs=1, **{name: value})
    assert caught.value.argument == name
    fit(X, Y, epochs=1, hidden_units=2, **{name: value})


def test_vectors_in_a_linear_model_are_said_to_be_dummy_columns():
    with pytest.raises(
        NNFitError, match="needs hidden layers.* the one of dummy columns"
    ) as caught:
        fit(X, Y, embed={"a": 2})
    assert caught.value.argument == "embed"


def test_defaults_may_be_written_down():
    defaults = {
        "hidden_units": [], "activation": None, "dropout": 0, "bias": True, "norm": None,
        "residual": False, "skip": False, "init": None, "max_norm": None, "members": 1,
    }  # fmt: skip
    fit(X, Y, epochs=1, **defaults)
    fit(X, Y, epochs=1, model=torch.nn.Linear(2, 1), **defaults)


@pytest.mark.parametrize("penalty", [{}, {"penalty": 0}, {"penalty": None}], ids=str)
def test_a_share_of_no_penalty_is_refused(penalty):
    for more in ({}, {"hidden_units": 3}):
        with pytest.raises(NNFitError, match="there is none") as caught:
            fit(X, Y, epochs=1, mixture=0.5, **penalty, **more)
        assert caught.value.argument == "mixture"
        fit(X, Y, epochs=1, mixture=0, **penalty, **more)
    with pytest.raises(NNFitError, match="there is none"):
        cross_validate(X, Y, folds=2, mixture=1)
