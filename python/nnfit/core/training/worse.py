"""Whether training has led to worse than where it began, and than one number for all rows."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..data.batches import to_batch
from ..engines.base import Job
from .trained import Trained

CLEAR = 0.1  # of the loss of one number: so much more than that
ROWS = 100_000


def worse_than_one_number(job: Job, trained: Trained) -> bool:
    """Tell whether a fit is worse than at first, and than the best number for all rows.

    The first costs nothing to see, and nearly every fit has it right; only else is the number
    looked for. Not asked of a loss that is a function of the user's own, nor where training draws
    (dropout), so that its losses are others than those of the model.
    """
    train = trained.history["train_loss"]
    assert train is not None  # only validation may be missing
    last = trained.final_losses[0]
    if not last > train[0]:
        return False
    draws = any(isinstance(part, (nn.Dropout, nn.RReLU)) for part in job.network.modules())
    if draws or job.spec.family.own:
        return False
    rows = job.rows.sample().take(slice(ROWS))
    if not (rows.y != rows.y[:1]).any():
        return False
    one = _loss_of_one_number(job)
    return bool(np.isfinite(one) and last - one > CLEAR * abs(one))


def _loss_of_one_number(job: Job) -> float:
    """Minimise the loss, in the user's units, of an output that is the same for all rows."""
    loss = job.loss(job.rows)
    table = job.rows.sample().take(slice(ROWS))
    batch = to_batch(table, job.scaling, job.spec)
    with torch.inference_mode(False), torch.enable_grad():
        batch = batch.each(torch.clone)  # which autograd may keep
        output = torch.zeros(
            1, job.spec.n_outputs, dtype=batch.x.dtype, device=batch.x.device, requires_grad=True
        )
        optimizer = torch.optim.LBFGS([output], max_iter=50, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            value = loss(output.expand(len(batch.x), -1), batch.y, batch.weights, batch.offset)
            value.backward()
            return value

        optimizer.step(closure)
        return float(closure().detach()) * loss.factor
