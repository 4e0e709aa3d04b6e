"""The engine that takes everything: torch's own way, by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from ..data.batches import to_batch
from ..data.source import Batches
from ..ground.errors import NNFitError
from ..model.loss import Loss
from ..model.network import least_rows
from ..options import catalog
from . import lbfgs, optimizers
from .base import DoesNotApply, Engine, Job, Op, Step, Value, is_broken, mass_of, value_of
from .chunks import ChunkShare, check_additive
from .clipping import cutter
from .flat import Flat
from .gradients import ChunkGradient, Gradient
from .max_norm import shortenings
from .penalty import Penalty
from .proximal import TorchShrink
from .shared import SharedGradient
from .validation import validation_of


class AutogradStep(Step):
    """One update by one of torch's optimizers.

    Parameters
    ----------
    gradients : Gradient
    optimizer : torch.optim.Optimizer
    cut : callable, optional
        Cuts the gradients of parameters before a step.
    after : sequence of Op
        What is done to parameters after it.
    """

    def __init__(
        self,
        gradients: Gradient,
        optimizer: torch.optim.Optimizer,
        cut: Callable[[Sequence[nn.Parameter]], None] | None = None,
        after: Sequence[Op] = (),
    ):
        self.gradients, self.cut, self.after = gradients, cut, after
        self.optimizer = optimizer
        # LBFGS asks for the objective at parameters of its own choice; to the others a closure
        # would only cost time
        self.searches = isinstance(optimizer, torch.optim.LBFGS)
        self.stood = False
        # of the last call of gradient()
        self.batch: Any
        self.objective: torch.Tensor

    def gradient(self, batch: Any) -> Value:
        loss = self.gradients.forward(batch)
        value = value_of(loss)
        if not is_broken(value):
            self.objective = self.gradients.backward(loss)
            self.batch = batch
        return value

    def update(self) -> None:
        if not self.searches:
            if self.cut is not None:
                self.cut(self.gradients.parameters)
            self.optimizer.step()
            for op in self.after:
                op()
            return
        before = [p.detach().clone() for p in self.gradients.parameters]
        self._search()
        with torch.no_grad():
            if not all(bool(p.isfinite().all()) for p in self.gradients.parameters):
                for parameter, value in zip(self.gradients.parameters, before):
                    parameter.copy_(value)  # the last good ones
            pairs = zip(self.gradients.parameters, before)
            self.stood = all(torch.equal(parameter, value) for parameter, value in pairs)

    def set_rate(self, rate: float) -> None:
        """Give torch's optimizer another step size."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def state(self) -> dict[str, Any]:
        """Give what torch's optimizer remembers: of each parameter numbers and arrays by name."""
        kept = self.optimizer.state_dict()["state"]
        return {
            str(place): {name: _plain(value) for name, value in one.items()}
            for place, one in kept.items()
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave, perhaps by way of R."""
        groups = self.optimizer.state_dict()["param_groups"]
        # in the optimizer's order: under a penalty the weights come first
        ordered = [p for group in self.optimizer.param_groups for p in group["params"]]
        kept = {
            int(place): {name: _tensor(value, ordered[int(place)]) for name, value in one.items()}
            for place, one in state.items()
        }
        self.optimizer.load_state_dict({"state": kept, "param_groups": groups})

    def stands(self) -> bool:
        """Tell whether the last search moved nothing. Without draws, so will the next."""
        return self.stood

    def _search(self) -> None:
        ready = [self.objective]  # at the parameters that torch asks for first: the present ones

        def closure() -> float:
            if ready:
                return ready.pop().item()
            return self.gradients.backward(self.gradients.forward(self.batch)).item()

        self.optimizer.step(closure)


def _plain(value: Any) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    return value.item() if value.ndim == 0 else value.detach().cpu().numpy().copy()


def _tensor(value: Any, parameter: nn.Parameter) -> Any:
    """Make a tensor of what was one: of the parameter's shape, of its own, or one number."""
    if value is None or isinstance(value, (bool, str)):
        return value
    numbers = np.array(value, dtype=np.float64)
    if numbers.ndim and numbers.size == parameter.numel():
        numbers = numbers.reshape(tuple(parameter.shape))
    return torch.from_numpy(numbers)


class TorchsOwn:
    """All that one of torch's optimizers remembers, as it is.

    (Its own `load_state_dict()` turns numbers into the type of their parameter.)
    """

    def __init__(self, step: AutogradStep):
        self.step, self.optimizer = step, step.optimizer
        groups = self.optimizer.param_groups
        self.parameters = [parameter for group in groups for parameter in group["params"]]

    def state(self) -> dict[str, Any]:
        """Give it by the places of the parameters, with the step sizes."""
        kept = [dict(self.optimizer.state.get(one, {})) for one in self.parameters]
        rates = [group["lr"] for group in self.optimizer.param_groups]
        return {"kept": kept, "rates": rates, "stood": self.step.stood}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for parameter, its in zip(self.parameters, state["kept"]):
            if its:
                self.optimizer.state[parameter] = dict(its)
        for group, rate in zip(self.optimizer.param_groups, state["rates"]):
            group["lr"] = rate
        self.step.stood = state["stood"]


class AutogradProgram:
    """Loss and gradient of all rows for optimizers of our own, which work on one vector.

    Parameters
    ----------
    gradients : Gradient
        Without penalty.
    flat : Flat
        Of its model.
    rows : Batch or iterable of Batch
    """

    recordable = False

    def __init__(self, gradients: Gradient, flat: Flat, rows: Any):
        self.gradients, self.rows = gradients, rows
        self.places = list(zip(gradients.parameters, flat.views(flat.grad)))
        self.loss = torch.zeros((), dtype=torch.float64)
        self.forward: list[Op] = [self._run]
        self.backward: list[Op] = []

    def _run(self) -> None:
        loss = self.gradients.forward(self.rows)
        self.gradients.backward(loss)
        self.loss = loss.detach()
        for parameter, place in self.places:
            if parameter.grad is None:  # it took no part
                place.zero_()
            else:
                place.copy_(parameter.grad)


def check(job: Job) -> None:
    """Refuse an optimizer that torch does not have."""
    if catalog.lookup("optimizer", job.spec.optimizer.name).torch is None:
        raise DoesNotApply('torch, and so engine "autograd", does not have it')


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    spec, loss, least = job.spec, job.loss(job.rows), least_rows(job.network)
    if job.fully_shard:
        _check_shared_out(job)
        job.rows.processes.share_out(job.network)
    batches = job.rows.batches(job.scaling, least)
    whole = batches.size is None and job.rows.streamed
    _check_norms(job)
    if whole and least > 1 and job.rows.rows > job.rows.step_rows:
        raise NNFitError(
            "model" if spec.own_model else "norm",
            "has batch normalisation, which does not go with all rows of files as one step.",
            "Give `batch_size`.",
        )
    searches = spec.optimizer.name == "lbfgs"
    draws = searches and _draws(job)
    if not draws and lbfgs.takes(spec, job.network):
        flat = Flat.adopt(job.network)
        gradients = _gradients(job, loss, None, whole)
        program = AutogradProgram(gradients, flat, batches.rows)
        step = lbfgs.step_of(program, flat, spec, job.terms)
        return _engine(job, loss, batches, step, step.converged)
    if searches and spec.lasso:
        raise NNFitError(
            "mixture",
            'does not go with torch\'s own "lbfgs", which takes dropout and arguments but can not '
            "set weights to zero.",
            'Leave those out, or choose another optimizer, such as "adam".',
        )
    optimizer = optimizers.build(spec, job.network)
    gradients = _gradients(job, loss, Penalty.of(spec, job.network), whole)
    after = shortenings(spec, gradients.parameters)
    if spec.lasso:
        after = [TorchShrink(spec, job.network, optimizer), *after]
    step_of_torchs = AutogradStep(gradients, optimizer, cutter(spec), after)
    stands = step_of_torchs.stands if searches and not draws else None
    return _engine(job, loss, batches, step_of_torchs, stands)


def _check_norms(job: Job) -> None:
    """Refuse what compares the rows of a step, of which each process has some."""
    if job.rows.processes.several and least_rows(job.network) > 1:
        raise NNFitError(
            "model" if job.spec.own_model else "norm",
            "has batch normalisation, which would see the rows of one process alone.",
            'Use layer normalisation, in nnfit norm "layer_norm", or leave `processes` out.',
        )


def _check_shared_out(job: Job) -> None:
    """Refuse what asks for all parameters together."""
    spec = job.spec
    alone = {
        "batch_size": (job.rows.full_batch, "Give it."),
        "mixture": (bool(spec.lasso), "Leave it out."),
        "penalty": (Penalty.of(spec, job.network) is not None, 'Choose optimizer "adam" or "sgd".'),
    }
    for name, (asked, instead) in alone.items():
        if asked:
            raise NNFitError(
                name, "does not go with `fully_shard`, where no process has all parameters.",
                instead,
            )  # fmt: skip


def _draws(job: Job) -> bool:
    if lbfgs.draws(job.network) or not job.spec.own_model:
        return lbfgs.draws(job.network)
    rows = job.rows.sample().take(slice(8))
    return lbfgs.draws_on(job.network, to_batch(rows, job.scaling, job.spec).x)


def _gradients(job: Job, loss: Loss, penalty: Penalty | None, whole: bool) -> Gradient:
    processes = job.rows.processes
    if whole:
        check_additive(loss)
        share = ChunkShare.of(job.rows, job.spec)
        return ChunkGradient(job.network, loss, penalty, share, processes)
    if processes.several:
        check_additive(loss, several=True)
        return SharedGradient(job, loss, penalty)
    return Gradient(job.network, loss, penalty)


def _remembers(step: Any) -> bool:
    return isinstance(step, AutogradStep) and not step.searches


def _engine(
    job: Job,
    loss: Loss,
    batches: Batches,
    step: Any,
    converged: Callable[[], bool] | None,
) -> Engine:
    validation = validation_of(job)
    gradients = step.gradients if isinstance(step, AutogradStep) else None
    return Engine(
        "autograd",
        step,
        batches,
        loss.factor,
        validation,
        converged,
        set_rate=getattr(step, "set_rate", None),
        memory=step if _remembers(step) and not job.fully_shard else None,
        within=TorchsOwn(step) if isinstance(step, AutogradStep) else step,
        mass=gradients.mass_of_all if isinstance(gradients, SharedGradient) else mass_of,
    )
