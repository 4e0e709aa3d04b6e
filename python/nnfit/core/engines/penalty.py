"""The penalty on weights, not biases, in all the ways it enters but those of `proximal`.

It is ridge / 2 * (sum of squares) + lasso * (sum of absolute values), where `mixture` says how
`penalty` is shared out between the two. The gradient of the first is ridge * weight, which is what
torch calls weight decay; the second has none at zero, where it keeps weights. Reported losses are
without both.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ..options import catalog
from ..options.resolved import Resolved
from .flat import Flat


def trained_weights(model: nn.Module) -> list[nn.Parameter]:
    """List what a penalty falls on: the weights, not the biases."""
    return [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]


def decays(spec: Resolved) -> bool:
    """Tell whether torch's optimizer itself knows a penalty."""
    return bool(catalog.lookup("optimizer", spec.optimizer.name).weight_decay)


class Penalty:
    """The squares, as a term of the objective, for optimizers that do not know them themselves.

    Parameters
    ----------
    strength : float
    weights : list of Parameter
        At least one.
    """

    def __init__(self, strength: float, weights: list[nn.Parameter]):
        self.strength = strength
        self.weights = weights

    @classmethod
    def of(cls, spec: Resolved, model: nn.Module) -> Penalty | None:
        """Make the term if this fit needs one."""
        weights = trained_weights(model)
        if decays(spec) or not spec.ridge or not weights:
            return None
        return cls(spec.ridge, weights)

    def __call__(self) -> torch.Tensor:
        """Compute the term: a 0-dimensional tensor."""
        first, *others = (weight.square().sum() for weight in self.weights)
        return self.strength / 2 * sum(others, first)


def groups(spec: Resolved, model: nn.Module) -> list[nn.Parameter] | list[dict[str, Any]]:
    """Give a model's parameters to an optimizer of torch's that may know a penalty."""
    trained = [p for p in model.parameters() if p.requires_grad]
    if not (spec.ridge and decays(spec)):
        return trained  # one group: two cost twice the time where the model is small
    weights = trained_weights(model)
    penalised = {id(p) for p in weights}
    rest = [p for p in trained if id(p) not in penalised]
    parts: list[dict[str, Any]] = [
        {"params": weights, "weight_decay": spec.ridge},
        {"params": rest},
    ]
    return [part for part in parts if part["params"]]


def curvature(spec: Resolved, flat: Flat) -> torch.Tensor | None:
    """Give what the penalty adds to the diagonal of the Hessian: (P,); None without one."""
    return flat.on_weights(spec.ridge) if spec.ridge else None


def pull_to_zero(spec: Resolved, flat: Flat) -> torch.Tensor:
    """Give how much an absolute value of each parameter adds to the objective: (P,)."""
    return flat.on_weights(spec.lasso)
