"""Steps that several processes take together: their gradients of a batch are added up.

What a process has of loss and gradient is a mean over its own rows (or a sum). It counts by their
number or weight, its mass. Loss and mass travel behind the gradient, so that a step is one message.
"""

from __future__ import annotations

import torch
from torch.distributed import GradBucket
from torch.nn.parallel import DistributedDataParallel

from ..data.batches import to_batch
from ..data.table import Batch
from ..ground.processes import Processes
from ..model.loss import Loss
from .base import Job, Op, Program, Value, mass_of
from .flat import Flat
from .gradients import Gradient
from .penalty import Penalty


class Exchange:
    """Puts together what processes have of loss and gradient.

    Parameters
    ----------
    job : Job
    flat : Flat
        Whose gradient it is.

    Attributes
    ----------
    loss, mass : Tensor ()
        Of all rows, after `put_together()`.
    """

    def __init__(self, job: Job, flat: Flat):
        self.processes, self.grad = job.rows.processes, flat.grad
        self.mean = job.spec.reduction == "mean"
        self.message = flat.grad.new_zeros(flat.grad.numel() + 2)
        self.gradient, self.loss, self.mass = self.message.split_with_sizes([len(flat.grad), 1, 1])

    def put_together(self, loss: torch.Tensor | None, batch: Batch) -> None:
        """Add up what is in the flat gradient, and a loss; None: this process has no rows."""
        if loss is None:
            self.message.zero_()
        else:
            mass = float(mass_of(batch))
            share = mass if self.mean else 1.0
            torch.mul(self.grad, share, out=self.gradient)
            torch.mul(loss, share, out=self.loss[0])
            self.mass.fill_(mass)
        self.processes.add_up(self.message)
        if self.mean:
            self.loss.div_(self.mass)
            torch.div(self.gradient, self.mass, out=self.grad)
        else:
            self.grad.copy_(self.gradient)

    def mass_of_all(self, batch: Batch) -> Value:
        """Tell what the last batch counts, all processes together."""
        return self.mass.item()


class SharedProgram:
    """Loss and gradient of a batch of which every process has some rows, or none.

    Parameters
    ----------
    own : Program or None
        Of this process's rows.
    batch : Batch
        These rows, with weights.
    exchange : Exchange
    """

    recordable = False

    def __init__(self, own: Program | None, batch: Batch, exchange: Exchange):
        self.own, self.batch, self.exchange = own, batch, exchange
        self.ops = [] if own is None else [*own.forward, *own.backward]
        self.loss = exchange.loss
        self.forward: list[Op] = [self._run]
        self.backward: list[Op] = []

    def _run(self) -> None:
        for op in self.ops:
            op()
        self.exchange.put_together(None if self.own is None else self.own.loss, self.batch)


class SharedGradient(Gradient):
    """Loss and gradient by autograd, of a batch of which every process has some rows, or none.

    DistributedDataParallel adds gradients up while it computes others; a module whose parameters
    are shared out does so itself.

    Parameters
    ----------
    job : Job
    loss : Loss
    penalty : Penalty, optional
    """

    def __init__(self, job: Job, loss: Loss, penalty: Penalty | None):
        super().__init__(job.network, loss, penalty)
        self.processes, self.mean = job.rows.processes, job.spec.reduction == "mean"
        self.stand_in = stand_in(job)
        if not job.fully_shard:
            self.model = self._together()
        self.mass = 1.0

    def _together(self) -> DistributedDataParallel:
        model = DistributedDataParallel(self.model, find_unused_parameters=self._unused())
        if self.processes.adds_quickly(self.parameters):
            # torch refuses a hook whose annotations are text: a lambda has none
            model.register_comm_hook(self.processes, lambda its, bucket: _added(its, bucket))
        return model

    def _unused(self) -> bool:
        """Tell whether parameters take no part in what the module gives."""
        super().forward(self.stand_in).backward()
        unused = any(parameter.grad is None for parameter in self.parameters)
        self.forget()
        return unused

    def forward(self, batch: Batch) -> torch.Tensor:
        """Give the loss of all rows of the batch."""
        own = len(batch.x) > 0
        part = super().forward(batch if own else self.stand_in)
        told = torch.zeros(2, dtype=torch.float64)  # loss and mass
        if own:
            mass = float(mass_of(batch))
            told[0], told[1] = float(part.detach()) * (mass if self.mean else 1.0), mass
        share = float(told[1]) if self.mean else float(own)
        self.processes.add_up(told)
        loss, self.mass = told[0], float(told[1])
        whole = self.mass if self.mean else 1.0
        # it divides by the number of processes what is to be a sum
        self.own = part * (share / whole * self.processes.size)
        return loss / whole

    def backward(self, loss: torch.Tensor) -> torch.Tensor:
        penalty = 0.0 if self.penalty is None else self.penalty()
        self.forget()
        (self.own + penalty).backward()
        return loss + penalty

    def mass_of_all(self, batch: Batch) -> Value:
        """Tell what the last batch counts, all processes together."""
        return self.mass


def _added(processes: Processes, bucket: GradBucket) -> torch.futures.Future[torch.Tensor]:
    """Add a part of a gradient up in our own way, for DistributedDataParallel."""
    part = bucket.buffer()
    processes.add_up(part)
    done: torch.futures.Future[torch.Tensor] = torch.futures.Future()
    done.set_result(part.div_(processes.size))
    return done


def stand_in(job: Job) -> Batch:
    """Make a batch for a process that has no rows: all have to take part in what layers say."""
    first = to_batch(job.rows.sample().take(slice(1)), job.scaling, job.spec)
    return first._replace(weights=first.x.new_ones(1))
