import numpy as np
import pytest
import torch

from nnfit.core.data.scaling import from_spreads
from nnfit.core.options.asked import Asked
from nnfit.core.training.trained import Trained, fit_of

SCALING = from_spreads((np.array([1.0]), np.array([2.0])), (np.array([3.0]), np.array([4.0])), 1)


def trained(valid=None, best_epoch=None, scaling=None):
    history = {"train_loss": np.array([4.0, 2.0, 1.0]), "valid_loss": valid}
    parameters = {"0.weight": np.array([[2.0]]), "0.bias": np.array([1.0])}
    return Trained(parameters, [], scaling, history, "epochs", best_epoch, "fused", None, 0.5)


@pytest.mark.parametrize(
    ("valid", "best_epoch", "losses"),
    [
        (None, None, (1.0, None)),
        (None, 2, (2.0, None)),
        (np.array([9.0, 7.0, 8.0]), 2, (2.0, 7.0)),
        (np.array([9.0, 7.0, 8.0]), None, (1.0, 8.0)),
    ],
)
def test_the_losses_that_count_are_the_best_epochs_or_the_last(valid, best_epoch, losses):
    assert trained(valid, best_epoch).final_losses == losses


def test_it_fills_a_network():
    network = torch.nn.Sequential(torch.nn.Linear(1, 1))
    trained().load(network)
    assert network[0].weight.item() == 2.0


def test_a_fit_is_made_of_it():
    spec = Asked.of({"loss": "mse"}).resolved(1, 1)
    fit = fit_of(trained(scaling=SCALING), spec, layers=[], validation_rows=None, fitted=None)
    assert fit.options["engine"] == "fused"
    assert fit.options["optimizer"] == "lbfgs"
    assert fit.scaling["y_scale"] == 4.0
    assert fit.unscaled["0.weight"].tolist() == [[4.0]]
    assert (fit.seconds, fit.stopped, fit.best_epoch) == (0.5, "epochs", None)
