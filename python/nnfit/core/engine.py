"""Which engine takes the steps of a fit: the fused one where it applies, else autograd."""

from __future__ import annotations

from typing import Callable, NamedTuple

from torch import nn

from . import optimizers
from .data import Batch
from .errors import NNFitError
from .fused_kernels import Unfused
from .fused_step import FusedStep, FusedValidation
from .losses import Loss
from .optimizers import Convergence, Penalty
from .spec import Spec
from .train import AutogradStep, Validation, Value


class Engine(NamedTuple):
    """What the training loop calls, and the engine's name."""

    name: str
    step: Callable[[Batch], Value]
    validation: Callable[[Loss, Batch], Callable[[], Value]]
    converged: Callable[[], bool] | None = None


def choose(network: nn.Module, spec: Spec, loss: Loss, rows: Batch) -> Engine:
    """Make the steps of a fit.

    Parameters
    ----------
    network : nn.Module
        Trained in place.
    spec : Spec
        Resolved; its `engine` says what is wanted.
    loss : Loss
    rows : Batch
        All training rows.

    Raises
    ------
    NNFitError
        If the fused engine is asked for where it does not apply.
    """
    if spec.engine != "autograd":
        try:
            return _fused(network, spec, loss, rows)
        except Unfused as reason:
            if spec.engine == "fused":
                raise NNFitError(
                    "engine", f'"fused" does not apply: {reason}.', 'Use "auto".'
                ) from reason
    return _autograd(network, spec, loss, rows)


def _fused(network: nn.Module, spec: Spec, loss: Loss, rows: Batch) -> Engine:
    step = FusedStep(network, loss, spec, rows)
    if spec.optimizer.args:
        optimizers.build(spec, network, 1.0)  # torch knows best which values it refuses
    return Engine("fused", step, lambda loss, held_out: FusedValidation(step, loss, held_out))


def _autograd(network: nn.Module, spec: Spec, loss: Loss, rows: Batch) -> Engine:
    size = 1.0 if spec.reduction == "mean" else float(rows.y.numel())
    optimizer = optimizers.build(spec, network, size)
    return Engine(
        "autograd",
        AutogradStep(network, loss, optimizer, Penalty.of(spec, network)),
        lambda loss, held_out: Validation(network, loss, held_out),
        Convergence.of(spec, optimizer),
    )
