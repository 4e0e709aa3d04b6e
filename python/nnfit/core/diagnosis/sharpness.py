"""How sharply the objective bends where training ended, and the step size that this bounds.

Along the direction of the largest eigenvalue of the Hessian steps of gradient descent grow where
the step size is above 2 over that eigenvalue, with momentum m above 2 (1 + m) over it. Networks
that are trained long with all rows at once come to hover there: Cohen, Kaur, Li, Kolter and
Talwalkar (2021), Gradient descent on neural networks typically occurs at the edge of stability,
ICLR. The eigenvalue is found by Lanczos' method on products of the Hessian with vectors
(Pearlmutter 1994, Fast exact multiplication by the Hessian, Neural Computation 6).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from ..data.table import Table
from ..engines.penalty import trained_weights
from ..model.members import Average, at_average
from .losses import RowLosses
from .rows import Opened

STEPS = 40
ROWS = 50_000
CLOSE = 1e-4  # relative change of the eigenvalue between steps: found


def largest_curvature(opened: Opened, losses: RowLosses) -> float:
    """Compute the largest eigenvalue of the objective's Hessian; of members that of the sharpest.

    NaN: it can not be computed.
    """
    parameters = [p for p in opened.network.parameters() if p.requires_grad]
    size = sum(p.numel() for p in parameters)
    if not size:
        return math.nan
    opened = opened._replace(training=_some(opened))
    try:
        return lanczos(lambda vector: _product(opened, losses, parameters, vector), size)
    except RuntimeError:  # an activation without a second derivative
        return math.nan


def _some(opened: Opened) -> Table:
    """Give rows that are enough: each counts in a mean, but in a sum, or together, all do."""
    training = opened.training
    if opened.spec.reduction == "sum" or opened.spec.family.joint or len(training.x) <= ROWS:
        return training
    return training.take(np.linspace(0, len(training.x) - 1, ROWS).astype(int))


def _product(
    opened: Opened, losses: RowLosses, parameters: list[nn.Parameter], vector: torch.Tensor
) -> torch.Tensor:
    """Multiply the Hessian by a vector (P,)."""
    parts = [
        part.view_as(p).to(p) for part, p in zip(vector.split([p.numel() for p in parameters]),
                                                parameters)
    ]  # fmt: skip
    product = torch.zeros_like(vector)
    training, total = opened.training, opened.spec.reduction == "sum"
    mass = 1.0 if total else float(
        len(training.x) if training.weights is None else training.weights.sum()
    )  # fmt: skip
    for batch in opened.batches(training):
        sums = [losses(output, batch) for output in _each_output(opened, batch.x)]
        weights = batch.weights
        if weights is not None and sums[0].ndim:
            sums = [one * weights.cpu().double() for one in sums]
        value = torch.stack([one.sum() for one in sums]).sum() / mass
        product += _second(value, parameters, parts)
    if opened.spec.ridge:
        for weight in trained_weights(opened.network):
            place = [p is weight for p in parameters].index(True)
            start = sum(p.numel() for p in parameters[:place])
            end = start + weight.numel()
            product[start:end] += opened.spec.ridge * vector[start:end]
    return product


def _each_output(opened: Opened, x: torch.Tensor) -> list[torch.Tensor]:
    """Compute the output of each member, which is trained by itself."""
    if not any(isinstance(part, Average) for part in opened.network.children()):
        return [opened.network(x)]
    ahead, behind = at_average(opened.network)
    return [behind(one) for one in ahead(x)]


def _second(
    value: torch.Tensor, parameters: list[nn.Parameter], parts: list[torch.Tensor]
) -> torch.Tensor:
    flat = torch.zeros(sum(p.numel() for p in parameters), dtype=torch.float64)
    if not value.requires_grad:
        return flat
    first = torch.autograd.grad(value, parameters, create_graph=True, allow_unused=True)
    along = [(g * v).sum() for g, v in zip(first, parts) if g is not None]
    slope = torch.stack(along).sum()
    if not slope.requires_grad:  # a loss of straight lines
        return flat
    second = torch.autograd.grad(slope, parameters, allow_unused=True)
    pieces = [
        torch.zeros(p.numel(), dtype=torch.float64) if s is None else s.cpu().double().flatten()
        for p, s in zip(parameters, second)
    ]
    return torch.cat(pieces)


def lanczos(product: Callable[[torch.Tensor], torch.Tensor], size: int) -> float:
    """Compute the largest eigenvalue of a symmetric matrix (size, size) by products with it."""
    generator = torch.Generator().manual_seed(1)
    vector = torch.randn(size, generator=generator, dtype=torch.float64)
    basis = [vector / vector.norm()]
    diagonal: list[float] = []
    beside: list[float] = []
    found = -math.inf
    for _ in range(min(STEPS, size)):
        ahead = product(basis[-1])
        if not bool(ahead.isfinite().all()):
            return math.nan
        diagonal.append(float(ahead @ basis[-1]))
        for other in (*basis, *basis):  # twice, so that rounding leaves nothing of them
            ahead = ahead - (ahead @ other) * other
        before, found = found, _top(diagonal, beside)
        length = float(ahead.norm())
        if length <= 1e-10 * max(map(abs, diagonal)) or abs(found - before) <= CLOSE * abs(found):
            break
        beside.append(length)
        basis.append(ahead / length)
    return found


def _top(diagonal: list[float], beside: list[float]) -> float:
    matrix = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    return float(np.linalg.eigvalsh(matrix)[-1])


def steps_bound(opened: Opened, curvature: float) -> float:
    """Give the largest step size that settles; infinite where nothing bends upwards."""
    if not curvature > 0:
        return math.inf if curvature <= 0 else math.nan
    return 2 * (1 + opened.spec.momentum) / curvature


# losses of which a part, or all, is straight, so that the curvature at a place says nothing
CORNERS = ("l1", "quantile", "huber", "smooth_l1", "multi_margin")


def why_without_bound(opened: Opened) -> str:
    """Say why a fit has no known bound on its step size; empty: it has one."""
    spec = opened.spec
    if spec.learn_rate is None or spec.optimizer.name != "sgd":
        return f'the bound is known of "sgd", not of "{spec.optimizer.name}"'
    args = spec.optimizer.args
    if args.get("nesterov") or args.get("dampening"):
        return 'the bound is not known of "sgd" with `nesterov` or `dampening`'
    if spec.clip_norm is not None or spec.clip_value is not None or spec.max_norm is not None:
        return "steps are cut"
    if spec.loss.name in CORNERS:
        return f'the loss "{spec.loss.name}" has straight parts, which have no curvature'
    if spec.lasso:
        return "weights are also drawn to zero by their absolute values"
    return ""
