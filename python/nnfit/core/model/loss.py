"""Losses: torch's, with row weights, and with the scaling of the outcome accounted for."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from ..options import catalog
from ..options.catalog import Named
from ..options.resolved import Resolved


class ScaleRule(NamedTuple):
    """How a loss answers when outcome and prediction are both divided by s.

    `power`: the loss is divided by s to this power, so that multiplying restores the user's
    units. `width`: torch's argument, and its default, that is in the outcome's units.
    """

    power: int
    width: tuple[str, float] | None = None


SCALE_RULES = {
    "mse": ScaleRule(2),
    "l1": ScaleRule(1),
    "huber": ScaleRule(2, ("delta", 1.0)),
    "smooth_l1": ScaleRule(1, ("beta", 1.0)),
}

# from the model's output to the response, by link
RESPONSES = {
    "identity": lambda output: output,
    "log": torch.exp,
    "logit": torch.sigmoid,
    "probability": lambda output: output,
    "softmax": lambda output: torch.softmax(output, dim=1),
    "margin": lambda output: output,  # margins have no probabilities: they stay what they are
}


class Loss:
    """One number for a batch.

    Parameters
    ----------
    spec : Resolved
        Resolved.
    y_scale : float, default 1.0
        What the outcome was divided by.
    weighted : bool, default False
        Whether batches come with row weights.

    Attributes
    ----------
    factor : float
        What turns the loss into the user's units.
    dtype : torch.dtype
        In whose range it must stay, whatever it is computed in.
    """

    def __init__(self, spec: Resolved, y_scale: float = 1.0, weighted: bool = False):
        rule = SCALE_RULES.get(spec.loss.name, ScaleRule(0))
        self.factor = y_scale**rule.power
        self.mean = spec.reduction == "mean"
        self.dtype = spec.torch_dtype
        self.weighted = weighted
        self.criterion = self._criterion(spec, rule, y_scale)

    def _criterion(self, spec: Resolved, rule: ScaleRule, y_scale: float) -> nn.Module:
        args = dict(spec.loss.args)
        if rule.width:
            name, default = rule.width
            args[name] = args.get(name, default) / y_scale
        reduction = "none" if self.weighted else spec.reduction
        criterion = catalog.build("loss", Named(spec.loss.name, args), reduction=reduction)
        return criterion.to(spec.torch_device, spec.torch_dtype)

    def __call__(
        self, output: torch.Tensor, target: torch.Tensor, weights: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Compute the loss.

        Parameters
        ----------
        output : Tensor (n, k)
        target : Tensor (n, k), or (n,) of classes
        weights : Tensor (n,), optional
            Then the mean is sum(w * l) / sum(w), with l averaged over the outputs.
        """
        loss = self.criterion(output, target)
        if not self.weighted:
            return loss
        if self.mean:
            return (weights * _rows(loss, torch.mean)).sum() / weights.sum()
        return (weights * _rows(loss, torch.sum)).sum()


def _rows(loss: torch.Tensor, reduce) -> torch.Tensor:
    return reduce(loss.flatten(1), 1) if loss.ndim > 1 else loss
