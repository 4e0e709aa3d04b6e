"""Which engine takes the steps of a fit: the fused one where it applies, else autograd."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from torch import nn

from ..data.table import Batch
from ..ground.errors import NNFitError
from ..model.loss import Loss
from ..options import catalog
from ..options.resolved import Resolved
from . import optimizers
from .autograd import AutogradStep, Validation
from .base import Value
from .flat import Flat
from .fused.jacobian import Residuals
from .fused.kernels import Unfused, loss_of
from .fused.network import Program, check_model
from .fused.step import FusedStep, FusedValidation, step_for
from .fused.updates import update_of
from .lbfgs import HISTORY, LBFGSStep
from .levenberg_marquardt import LevenbergMarquardtStep
from .optimizers import Convergence, Penalty

LARGEST = 1 << 27  # numbers in a matrix of derivatives, at most: 1 GB in float64


class Engine(NamedTuple):
    """What the training loop calls, and the engine's name.

    `validation` makes, from a loss and held-out rows, what computes the one on the other.
    """

    name: str
    step: Callable[[Batch], Value]
    validation: Callable[[Loss, Batch], Callable[[], Value]] | None = None
    converged: Callable[[], bool] | None = None


class Way(NamedTuple):
    """How the rows are gone through, if not in memory.

    `program` and `step` stand in for `Program` and `AutogradStep`; `terms` counts what a sum of
    losses is over.
    """

    program: Callable[..., Any] = Program
    step: Callable[..., Callable[[Any], Value]] = AutogradStep
    terms: float | None = None


IN_MEMORY = Way()


def choose(
    network: nn.Module, spec: Resolved, loss: Loss, rows: Batch, way: Way = IN_MEMORY
) -> Engine:
    """Make the steps of a fit.

    Parameters
    ----------
    network : nn.Module
        Trained in place.
    spec : Resolved
        Resolved; its `engine` says what is wanted.
    loss : Loss
    rows : Batch
        All training rows, or some that stand for what `way` goes through.
    way : Way

    Raises
    ------
    NNFitError
        If the fused engine is asked for where it does not apply.
    """
    if spec.engine != "autograd":
        try:
            return _fused(network, spec, loss, rows, way)
        except Unfused as reason:
            _check_autograd(spec, str(reason))
    _check_autograd(spec, 'torch, and so engine "autograd", does not have it')
    return _autograd(network, spec, loss, rows, way)


def _check_autograd(spec: Resolved, reason: str) -> None:
    """Refuse what was asked for and can not be done by autograd."""
    name = spec.optimizer.name
    if catalog.lookup("optimizer", name).torch is None:
        raise NNFitError("optimizer", f'"{name}" does not apply: {reason}.', 'Use "lbfgs".')
    if spec.engine == "fused":
        raise NNFitError("engine", f'"fused" does not apply: {reason}.', 'Use "auto".')


def _fused(network: nn.Module, spec: Resolved, loss: Loss, rows: Batch, way: Way) -> Engine:
    layers = check_model(network, rows.x)
    loss_of(loss)
    flat = Flat.adopt(network)

    def validation(loss: Loss, held_out: Batch) -> FusedValidation:
        return FusedValidation(Program(layers, flat, loss, held_out, training=False))

    if spec.optimizer.name in SECOND_ORDER:
        step = SECOND_ORDER[spec.optimizer.name](layers, flat, spec, loss, rows, way)
        return Engine("fused", step, validation, step.converged)
    make = step_for(flat.value) if way is IN_MEMORY else FusedStep
    step = make(lambda batch: way.program(layers, flat, loss, batch), update_of(spec, flat))
    return Engine("fused", step, validation)


def _lbfgs(
    layers: list[nn.Module], flat: Flat, spec: Resolved, loss: Loss, rows: Batch, way: Way
) -> LBFGSStep:
    args = spec.optimizer.args
    if spec.dropout or set(args) - {"history_size"}:
        raise Unfused('"lbfgs" takes neither dropout nor arguments other than "history_size"')
    return LBFGSStep(
        way.program(layers, flat, loss, rows),
        flat,
        spec.learn_rate,
        spec.penalty,
        optimizers.flatness(spec, _size(spec, rows, way)),
        optimizers.one_minimum(spec),
        int(args.get("history_size", HISTORY)),
    )


def _levenberg_marquardt(
    layers: list[nn.Module], flat: Flat, spec: Resolved, loss: Loss, rows: Batch, way: Way
) -> LevenbergMarquardtStep:
    if not loss.family.least_squares:
        raise Unfused('it is for the loss "mse"')
    if way is not IN_MEMORY or any(type(layer) is nn.Dropout and layer.p for layer in layers):
        raise Unfused("it takes neither dropout nor rows from files")
    n_residuals, n_parameters = rows.y.numel(), flat.value.numel()
    # with a penalty there are as many equations as parameters
    equations = n_parameters if spec.penalty else min(n_residuals, n_parameters)
    if max(n_residuals * n_parameters, equations**2) > LARGEST:
        raise Unfused(f"{n_residuals} residuals by {n_parameters} parameters are too many")
    program = Residuals(layers, flat, loss, rows)
    flatness = optimizers.flatness(spec, _size(spec, rows, way))
    return LevenbergMarquardtStep(program, flat, spec.penalty, flatness)


# what needs the curvature or the line search of the whole, and tells when it is done
SECOND_ORDER = {"lbfgs": _lbfgs, "levenberg_marquardt": _levenberg_marquardt}


def _autograd(network: nn.Module, spec: Resolved, loss: Loss, rows: Batch, way: Way) -> Engine:
    optimizer = optimizers.build(spec, network, _size(spec, rows, way))
    return Engine(
        "autograd",
        way.step(network, loss, optimizer, Penalty.of(spec, network)),
        lambda loss, held_out: Validation(network, loss, held_out),
        Convergence.of(spec, optimizer),
    )


def _size(spec: Resolved, rows: Batch, way: Way) -> float:
    """Count the terms that the loss adds up; 1 for a mean."""
    return 1.0 if spec.reduction == "mean" else way.terms or float(rows.y.numel())
