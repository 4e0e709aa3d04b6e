import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.diagnosis.losses import RowLosses
from nnfit.core.diagnosis.rows import open_fit
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.families import families
from support import KINDS_TESTED

LOSSES = [family for family in families() if not family.own]


@pytest.mark.parametrize("family", LOSSES, ids=lambda family: family.name)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_their_mean_is_the_loss_of_training(family, reduction, rng):
    """Of the model before its next update, as the history of a fit that goes on has it."""
    torch.manual_seed(1)
    x = rng.standard_normal((30, 2))
    y = KINDS_TESTED[family.outcome].draw(family, 30, 1)
    y = np.maximum(y, 0.5) if family.above is not None else y
    options = {"loss": family.name, "hidden_units": 3, "seed": 1, "reduction": reduction,
               "optimizer": "sgd", "learn_rate": 1e-4}  # fmt: skip
    made = fit(x, y, epochs=3, **options)
    after = fit(x, y, epochs=4, **options).history["train_loss"][-1]
    opened = open_fit(made, x, y, None, None, None)
    losses = RowLosses(opened.spec, opened.scaling)
    with torch.no_grad():
        (batch,) = opened.batches(opened.training)
        each = losses(opened.network(batch.x), batch)
    together = float(each.sum()) * losses.factor
    together /= 30 if reduction == "mean" else 1
    assert together == pytest.approx(after, rel=1e-5)
    assert each.shape == (() if family.joint else (30,))


@pytest.mark.parametrize("name", ["mse", "huber", "poisson_nll"])
def test_one_of_several_outcomes_is_taken_alone(name, rng):
    """Together they are the mean of each."""
    x, y = rng.standard_normal((30, 2)), rng.poisson(3, (30, 2)).astype(float)
    made = fit(x, y, loss=name, epochs=3, seed=1)
    opened = open_fit(made, x, y, None, None, None)
    (batch,) = opened.batches(opened.training)
    with torch.no_grad():
        output = opened.network(batch.x)
        alone = [RowLosses(opened.spec, opened.scaling, k)(output, batch) for k in (0, 1)]
        both = RowLosses(opened.spec, opened.scaling)(output, batch)
        assert torch.allclose((alone[0] + alone[1]) / 2, both)
        assert not torch.allclose(alone[0], both)
        with pytest.raises(NNFitError, match="one of all outcomes together"):
            RowLosses(opened.spec, opened.scaling, 2)(output, batch)
