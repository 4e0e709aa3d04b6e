"""The engine for files whose rows are all one step: gradients are added up, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import torch
from torch import nn

from ..data.table import Batch
from ..ground.devices import widest
from ..ground.processes import ALONE, Processes
from ..model.loss import Loss
from . import lbfgs
from .base import DoesNotApply, Engine, Job, Op
from .chunks import ChunkShare, check_additive
from .flat import Flat
from .fused.engine import FusedParts, check_lbfgs
from .fused.network import Program
from .fused.step import OneProgramStep
from .fused.updates import update_of
from .validation import validation_of


class StreamProgram:
    """Loss and gradient of all rows in one reading, by a fused program for each length of chunk.

    Parameters
    ----------
    stream : iterable of Batch
        Made anew for each reading; a batch of one length is the same tensors again.
    share : ChunkShare
    layers, flat, loss
        As `Program` takes them.
    processes : Processes, optional
        Each of which reads some of the rows.
    """

    recordable = False

    def __init__(
        self,
        stream: Iterable[Batch],
        share: ChunkShare,
        layers: list[nn.Module],
        flat: Flat,
        loss: Loss,
        processes: Processes = ALONE,
    ):
        self.processes = processes
        self.stream, self.share, self.flat = stream, share, flat
        self.compiled = partial(Program, layers, flat, loss)
        self.programs: dict[int, Program] = {}
        self.loss = torch.zeros((), dtype=torch.float64)
        self.total = torch.zeros_like(flat.grad, dtype=widest(flat.grad.device))
        self.forward: list[Op] = [self._read]
        self.backward: list[Op] = []

    def _read(self) -> None:
        """Add up loss and gradient in one reading."""
        self.loss.zero_()
        self.total.zero_()
        for batch in self.stream:
            program = self._program(batch)
            for op in program.forward + program.backward:
                op()
            share = float(self.share(batch))
            self.loss += program.loss.item() * share
            self.total.add_(self.flat.grad, alpha=share)
        self.processes.add_up(self.total, self.loss)
        self.flat.grad.copy_(self.total)

    def _program(self, batch: Batch) -> Program:
        if len(batch.x) not in self.programs:
            self.programs[len(batch.x)] = self.compiled(batch)
        return self.programs[len(batch.x)]


def check(job: Job) -> None:
    """Refuse rows in memory, and mini-batches; `make` says whether layers and the rest serve."""
    if not (job.rows.streamed and job.rows.full_batch):
        raise DoesNotApply("it is for Parquet files without `batch_size`")


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    parts, spec = FusedParts(job), job.spec
    check_additive(parts.loss)
    if spec.optimizer.name == "levenberg_marquardt":
        raise DoesNotApply("it takes neither dropout nor rows from files")
    batches = job.rows.batches(job.scaling)
    share = ChunkShare.of(job.rows, spec)
    program = StreamProgram(
        batches.rows, share, parts.layers, parts.flat, parts.loss, job.rows.processes
    )
    step: lbfgs.AnyLBFGSStep | OneProgramStep
    if spec.optimizer.name == "lbfgs":
        check_lbfgs(job)
        step = lbfgs.step_of(program, parts.flat, spec, job.terms)
    else:
        step = OneProgramStep(program, update_of(spec, parts.flat))
    return parts.engine("stream", step, batches, validation_of(job))
