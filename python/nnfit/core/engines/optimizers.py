"""Optimizers: torch's, with the penalty on weights alone, and when LBFGS is done."""

from __future__ import annotations

import torch
from torch import nn

from ..options import catalog
from ..options.resolved import Resolved

# One epoch is one iteration. Recent torch also cuts the line search short at `max_eval`,
# which would be 1, and the two tolerances would stop far from full precision.
LBFGS = {
    "max_iter": 1,
    "max_eval": 26,
    "line_search_fn": "strong_wolfe",
    "tolerance_change": 0.0,
}


def trained_weights(model: nn.Module) -> list[nn.Parameter]:
    """List what a penalty falls on: the weights, not the biases."""
    return [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]


def build(spec: Resolved, model: nn.Module, size: float) -> torch.optim.Optimizer:
    """Make the optimizer of a resolved spec.

    Parameters
    ----------
    spec : Resolved
    model : nn.Module
    size : float
        How many terms the loss adds up, 1 for a mean: gradients are flat relative to it.
    """
    fixed = {"lr": spec.learn_rate}
    if spec.momentum:
        fixed["momentum"] = spec.momentum
    if spec.optimizer.name == "lbfgs":
        ours = {**LBFGS, "tolerance_grad": flatness(spec, size)}
        fixed.update({key: ours[key] for key in ours if key not in spec.optimizer.args})
    if decays(spec):
        fixed["weight_decay"] = 0.0  # AdamW's own default is another
    return catalog.build("optimizer", spec.optimizer, _groups(spec, model), **fixed)


def flatness(spec: Resolved, size: float) -> float:
    """Give the largest element of a gradient that counts as flat; `size` as in `build()`."""
    return torch.finfo(spec.torch_dtype).eps ** 0.8 * size


def one_minimum(spec: Resolved) -> bool:
    """Tell whether the objective is smooth and has one minimum, worth full precision."""
    return spec.linear and spec.family.smooth and spec.family.convex


def decays(spec: Resolved) -> bool:
    """Tell whether the optimizer itself knows a penalty."""
    return bool(catalog.lookup("optimizer", spec.optimizer.name).weight_decay)


def _groups(spec: Resolved, model: nn.Module) -> list:
    trained = [p for p in model.parameters() if p.requires_grad]
    if not (spec.penalty and decays(spec)):
        return trained  # one group: two cost twice the time where the model is small
    weights = trained_weights(model)
    penalised = {id(p) for p in weights}
    rest = [p for p in trained if id(p) not in penalised]
    groups = [{"params": weights, "weight_decay": spec.penalty}, {"params": rest}]
    return [group for group in groups if group["params"]]


class Penalty:
    """The penalty as a term of the objective, for optimizers without weight decay.

    penalty / 2 * ||W||^2 has the gradient penalty * W, which is what torch's weight decay adds.
    """

    def __init__(self, strength: float, weights: list[nn.Parameter]):
        self.strength = strength
        self.weights = weights

    @classmethod
    def of(cls, spec: Resolved, model: nn.Module) -> Penalty | None:
        """Make the term if this spec needs one."""
        if decays(spec) or not spec.penalty:
            return None
        return cls(spec.penalty, trained_weights(model))

    def __call__(self) -> torch.Tensor:
        """Compute the term: a 0-dimensional tensor."""
        return self.strength / 2 * sum(weight.square().sum() for weight in self.weights)


class Convergence:
    """Tells, after each epoch, whether LBFGS has reached a flat place.

    Near a minimum the loss changes with the square of the distance: it drowns in rounding while
    the gradient is still good to many more digits, and a line search, which compares losses,
    stalls there. For a smooth loss of a linear model, which has one minimum, the search is then
    dropped and the plain quasi-Newton steps go on to full precision. Elsewhere a stall is the end.

    Parameters
    ----------
    optimizer : torch.optim.LBFGS
    refine : bool
        Whether to go on without line search after a stall.
    """

    GAIN = 1e-10  # a relative gain in loss that is no longer one
    PATIENCE = 20  # epochs without a smaller gradient: it is rounding by now

    def __init__(self, optimizer: torch.optim.LBFGS, refine: bool):
        self.group = optimizer.param_groups[0]
        self.state = optimizer.state[self.group["params"][0]]
        self.refine = refine
        self.iterations = 0
        self.loss = float("inf")
        self.gradient = float("inf")
        self.waited = 0

    @classmethod
    def of(cls, spec: Resolved, optimizer: torch.optim.Optimizer) -> Convergence | None:
        """Make the check if the optimizer is LBFGS."""
        if spec.optimizer.name != "lbfgs":
            return None
        return cls(optimizer, refine=one_minimum(spec))

    def __call__(self) -> bool:
        """Look at the iteration just done."""
        if self.state["n_iter"] == self.iterations:  # LBFGS itself found the gradient flat
            return True
        self.iterations = self.state["n_iter"]
        loss, before = self.state["prev_loss"], self.loss
        self.loss = loss
        if self.group["line_search_fn"] is None:
            return self._refined()
        if before - loss <= self.GAIN * abs(loss) and self.iterations > 1:
            self.group["line_search_fn"] = None
            return not self.refine
        return False

    def _refined(self) -> bool:
        gradient = float(self.state["prev_flat_grad"].abs().max())
        self.waited = 0 if gradient < self.gradient else self.waited + 1
        self.gradient = min(gradient, self.gradient)
        return self.waited >= self.PATIENCE
