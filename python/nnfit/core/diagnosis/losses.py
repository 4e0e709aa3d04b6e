"""The loss of each row, of a network that is trained."""

from __future__ import annotations

from dataclasses import replace

import torch

from ..data.offset import usual_predictor
from ..data.scaling import Scaling
from ..data.table import Batch
from ..ground.errors import NNFitError
from ..model.loss import Loss
from ..model.offset import OFFSETS
from ..options.resolved import Resolved


class RowLosses:
    """Losses by row; of a loss of all rows together (`joint`) their sum.

    Parameters
    ----------
    spec : Resolved
        Not with a function of the user's own as loss.
    scaling : Scaling or None
    outcome : int or None
        Of several numbers the position of one, whose losses alone are wanted.

    Attributes
    ----------
    factor : float
        What turns these losses into the user's units.
    """

    def __init__(self, spec: Resolved, scaling: Scaling | None, outcome: int | None = None):
        unit = scaling.y_scale if scaling else 1.0
        # on the CPU and in float64, where differences of losses keep their digits
        wide = replace(spec, dtype="float64", device="cpu")
        self.loss = Loss(wide, unit, True, usual_predictor(scaling, spec))
        self.loss.criterion.to(torch.float64)
        self.outcome = outcome
        self.total = spec.reduction == "sum"
        self.factor = self.loss.factor

    def __call__(self, output: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Compute the losses (n,), or the sum () of a joint loss, which has the weights in it.

        Those of several outcomes are averaged, or added up where the fit does so.
        """
        output, target = output.cpu().double(), batch.y.cpu()
        target = target.double() if target.is_floating_point() else target
        weights = None if batch.weights is None else batch.weights.cpu().double()
        if batch.offset is not None:
            offset = batch.offset.cpu().double()
            output = OFFSETS[self.loss.family.output](output, offset)
        if self.loss.family.joint:
            joint: torch.Tensor = self.loss.criterion(output, target, weights)
            return joint
        each: torch.Tensor = self.loss.criterion(output, target) + self.loss.shift
        if self.outcome is not None:
            return self._alone(each)
        if each.ndim < 2:
            return each
        return each.flatten(1).sum(1) if self.total else each.flatten(1).mean(1)

    def _alone(self, each: torch.Tensor) -> torch.Tensor:
        assert self.outcome is not None
        if each.ndim != 2 or not self.outcome < each.shape[1]:
            raise NNFitError(
                "outcome",
                "must be left out: the loss is one of all outcomes together.",
                "Or give a `metric`.",
            )
        return each[:, self.outcome]
