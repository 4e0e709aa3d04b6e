"""The engine that trains chains of linear layers without autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from ...data.source import Batches
from ...data.table import Batch
from ...options.families import families
from .. import lbfgs
from ..base import DoesNotApply, Engine, Job, Memory, Value, mass_of
from ..base import Program as AnyProgram
from ..chunks import check_additive
from ..flat import Flat
from ..interior_point import InteriorPointStep
from ..levenberg_marquardt import Damping, LevenbergMarquardtStep
from ..linear_program import tasks_of
from ..penalty import curvature
from ..second_order import as_float64, flatness
from ..shared import Exchange, SharedProgram
from ..validation import Validation, validation_of
from .jacobian import Residuals
from .kernels import loss_of
from .network import Program, check_model, drops, first_of
from .parts import program_of
from .step import CompiledStep, FusedStep, FusedValidation, ReplayedStep, step_for
from .updates import update_of

LARGEST = 1 << 27  # numbers in a matrix of derivatives, at most: 1 GB in float64


def check(job: Job) -> None:
    """Refuse all rows of files as one step; `make` says whether layers, loss, optimizer serve."""
    if job.rows.streamed and job.rows.full_batch:
        raise DoesNotApply('all rows of files are one step, which is for engine "stream"')


def layers_of(job: Job) -> list[nn.Module]:
    """List the layers of a job's network, each of which has a fused form."""
    return check_model(job.network, job.rows.sample().x.ndim, job.spec.torch_device)


class FusedParts:
    """What fused steps of a job are put together from."""

    def __init__(self, job: Job):
        self.job, self.layers, self.loss = job, layers_of(job), job.loss(job.rows)
        family = job.spec.family
        alone = family.own or family.joint or loss_of(self.loss).by_autograd
        if alone and job.spec.device != "cpu":
            name = "a function" if family.own else family.name
            raise DoesNotApply(f"on an accelerator {name} is not among its losses")
        self.flat = Flat.adopt(job.network)
        shared = job.rows.processes.several and not job.rows.full_batch
        if shared:
            check_additive(self.loss, several=True)
        self.exchange = Exchange(job, self.flat) if shared else None

    def program(self, batch: Batch) -> AnyProgram:
        """Make the operations of a step on a batch."""
        own = program_of(self.layers, self.flat, self.loss, batch) if len(batch.x) else None
        if self.exchange is not None:
            return SharedProgram(own, batch, self.exchange)
        assert own is not None  # one process has rows of every batch
        return own

    def engine(
        self,
        name: str,
        step: Callable[[Any], Value],
        batches: Batches,
        validation: Callable[[], Value] | None,
    ) -> Engine:
        """Make the engine of a step, which may tell when it has `converged`."""
        within: Any = step
        return Engine(
            name,
            step,
            batches,
            self.loss.factor,
            validation,
            getattr(step, "converged", None),
            bare=True,
            set_rate=getattr(step, "set_rate", None),
            memory=_memory(step),
            within=within,
            mass=mass_of if self.exchange is None else self.exchange.mass_of_all,
        )


def _memory(step: Any) -> Memory | None:
    """Give what another fit may begin with: the others begin anew."""
    if isinstance(step, LevenbergMarquardtStep):
        return Damping(step)
    return step if isinstance(step, CompiledStep) else None


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    parts = FusedParts(job)
    make_step = STEPS.get(job.spec.optimizer.name, _first_order)
    batches = job.rows.batches(job.scaling)
    return parts.engine("fused", make_step(parts, batches.rows), batches, _validation(parts))


def _validation(parts: FusedParts) -> FusedValidation | Validation | None:
    job = parts.job
    if job.held_out is None or job.held_out.streamed:
        return validation_of(job)
    batch, loss = job.held_out.whole(job.scaling), job.loss(job.held_out)
    return FusedValidation(Program(parts.layers, parts.flat, loss, batch, training=False))


def _first_order(parts: FusedParts, rows: Any) -> FusedStep | ReplayedStep:
    # what processes say to each other is no part of a recording
    step = step_for(parts.flat.value) if parts.exchange is None else FusedStep
    return step(parts.program, update_of(parts.job.spec, parts.flat))


def _lbfgs(parts: FusedParts, rows: Batch) -> lbfgs.AnyLBFGSStep:
    check_lbfgs(parts.job)
    return lbfgs.step_of(parts.program(rows), parts.flat, parts.job.spec, parts.job.terms)


def check_lbfgs(job: Job) -> None:
    """Refuse what is for torch's own L-BFGS."""
    if not lbfgs.takes(job.spec, job.network):
        raise DoesNotApply('"lbfgs" takes neither dropout nor arguments other than "history_size"')


def _levenberg_marquardt(parts: FusedParts, rows: Batch) -> LevenbergMarquardtStep:
    spec, flat, loss = parts.job.spec, parts.flat, parts.loss
    if not loss.family.least_squares:
        raise DoesNotApply('it is for the loss "mse"')
    if any(drops(layer) for layer in parts.layers):
        raise DoesNotApply("it takes neither dropout nor rows from files")
    n_residuals, n_parameters = rows.y.numel(), flat.value.numel()
    # with a penalty there are as many equations as parameters
    equations = n_parameters if spec.penalty else min(n_residuals, n_parameters)
    if max(n_residuals * n_parameters, equations**2) > LARGEST:
        raise DoesNotApply(f"{n_residuals} residuals by {n_parameters} parameters are too many")
    program = Residuals(parts.layers, flat, loss, rows)
    decay = curvature(spec, flat)
    return LevenbergMarquardtStep(
        program,
        flat,
        None if decay is None else as_float64(decay),
        flatness(spec, parts.job.terms),
    )


def _interior_point(parts: FusedParts, rows: Batch) -> InteriorPointStep:
    spec, loss, layers = parts.job.spec, parts.loss, parts.layers
    if loss.family.solved_by != spec.optimizer.name:
        able = " and ".join(f'"{one.name}"' for one in families() if one.solved_by)
        raise DoesNotApply(f"it is for the losses {able}")
    if len(layers) > 1:
        raise DoesNotApply("it is for linear models")
    if parts.job.rows.streamed:
        raise DoesNotApply("it needs the rows in memory")
    # half of what "l1" is
    levels, times = getattr(loss.criterion, "args", {}).get("level", [0.5]), 1.0
    if loss.family.heads_by is None:
        times = 2.0
    weights = rows.x.new_ones(len(rows.x)) if rows.weights is None else rows.weights
    share = weights / (weights.sum() * rows.y.shape[1]) if loss.mean else weights
    bias = first_of(layers).bias is not None
    tasks = tasks_of(rows, levels, times, share, bias, spec.penalty)
    decay = curvature(spec, parts.flat)
    pull = None if decay is None else as_float64(decay)
    return InteriorPointStep(parts.program(rows), parts.flat, tasks, pull)


# Optimizers that look at the loss of all rows at several places before they move, and so tell
# when they are done. All others go along the gradient: `_first_order`.
STEPS: dict[str, Callable[[FusedParts, Any], Callable[[Any], Value]]] = {
    "lbfgs": _lbfgs,
    "levenberg_marquardt": _levenberg_marquardt,
    "interior_point": _interior_point,
}
