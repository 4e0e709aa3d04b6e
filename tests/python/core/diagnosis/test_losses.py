import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.diagnosis.losses import RowLosses
from nnfit.core.diagnosis.rows import open_fit
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
