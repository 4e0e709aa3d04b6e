"""Whether a network has learned nothing: units are dead, none bends, or all predictions are one.

A unit of "relu" that is 0 for every row has no gradient and stays so; where all of a layer are, all
predictions are the same. Where every unit is either dead or never 0, the network is a linear model.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.batches import to_batch, to_inputs
from ..data.scaling import Scaling
from ..data.table import Batch, Table
from ..engines.base import Job
from ..model.branches import Residual
from ..model.embedding import Embeddings, embeddings_of
from ..model.units import LayerUnits, dead_layer_of, is_flat, units_of
from ..options.resolved import Resolved
from .curved import bends
from .lost import lost_in_units

ROWS = 2048  # that are looked at first: in most networks they show that all is well
FEW = 64  # that are looked at first for being all the same
SHRUNK = 0.1  # of the size that initial weights have: then a penalty has pulled them there


# of coefficients alone, while the predictions stand: likelihoods without a maximum
UNBOUNDED = ("separated", "nearly_separated", "infinite", "vanished", "boundary")


class Fault(NamedTuple):
    """What is wrong with a trained model.

    Attributes
    ----------
    kind : str
        One of these. "dead": all units of a layer are dead, so that every prediction is the same.
        "straight": no unit bends within the rows, where the outcome does. "flat": every prediction
        is the same, whatever the units do. "units": without `scale`, numbers so large or small
        that steps from the usual initial values lead nowhere. Of a linear model "separated",
        "nearly_separated", "infinite" and "vanished", see `separated`, and "boundary": the
        likelihood grows to where rows have no mean under the link.
    layer : int
        Of the hidden layers, from 1; 0 where it is none of theirs.
    units, dead : int
        Of that layer.
    redrawn : int
        How often training was started again from other initial values.
    cured : bool
        Whether that has helped: then the rest says what was wrong at first.
    """

    kind: str
    layer: int = 0
    units: int = 0
    dead: int = 0
    redrawn: int = 0
    cured: bool = False

    @property
    def learned_nothing(self) -> bool:
        """Whether the model is of no use: not where it tells classes apart only too well."""
        return not self.cured and self.kind not in UNBOUNDED

    def plain(self) -> dict[str, Any]:
        """Write it as a dict."""
        return self._asdict()


def fault_of(job: Job) -> Fault | None:
    """Look at the network of a job that is trained; None: nothing is wrong.

    A module of the user's own is not looked at here: see `fault_of_module()`.
    """
    if not job.spec.scale and lost_in_units(job):
        return Fault("units")
    if job.spec.own_model or job.spec.linear:
        return None
    layers = list(job.network.children())
    sample = job.rows.sample()
    head = to_inputs(sample.x[:ROWS], job.scaling, job.spec)
    found = _suspicion(units_of(layers, [head]))
    if found is not None:
        found = _suspicion(_units_of_all(job, layers, head))
    if found is not None and _is_fault(found, job, sample):
        return found
    return Fault("flat") if _is_flat(job, layers, head, sample) else None


def _is_flat(job: Job, layers: list[nn.Module], head: torch.Tensor, sample: Table) -> bool:
    """Tell whether all predictions are the same, and neither rows nor small weights are why."""
    spread = _spread(job, sample)
    if not is_flat(layers, head[:FEW], spread):
        return False
    if not (_varies(sample.x) and _outcome_varies(job)):
        return False
    linear = [part for part in layers if isinstance(part, nn.Linear)]
    if any(_shrunk(job.network, number + 1) for number in range(len(linear))):
        return False

    def moves(batch: Batch) -> bool:
        return not bool(is_flat(layers, torch.cat([head[:1], batch.x]), spread))

    return not job.any_rows(moves)


def _units_of_all(job: Job, layers: list[nn.Module], head: torch.Tensor) -> list[LayerUnits]:
    """Look at the units on all rows, of which each process has some: all begin with one row."""
    own = units_of(layers, chain([head[:1]], (batch.x for batch in job.chunks())))
    return job.rows.processes.joined(
        own, lambda one, other: [a.join(b) for a, b in zip(one, other)]
    )


def _spread(job: Job, sample: Table) -> float:
    """Give the spread of the outcome in the units of the network's output."""
    if job.spec.scale or not job.spec.family.scale_power:
        return 1.0  # what it is scaled to
    return float(sample.y.std(axis=0).max())


def _suspicion(units: Sequence[LayerUnits]) -> Fault | None:
    """Name what the units suggest."""
    for number, layer in enumerate(units):
        if layer.vital and layer.dead.all():
            return _fault("dead", number, layer)
    if any(layer.bent.any() for layer in units):
        return None
    deadest = max(range(len(units)), key=lambda number: int(units[number].dead.sum()))
    return _fault("straight", deadest, units[deadest])


def _fault(kind: str, number: int, layer: LayerUnits) -> Fault:
    return Fault(kind, number + 1, layer.dead.shape[-1], int(layer.dead.sum()))


def _is_fault(found: Fault, job: Job, sample: Table) -> bool:
    """Tell whether there was something to learn that nothing else kept from being learned.

    Not so where the outcome or all predictors are constant; where a penalty has pulled the weights
    to zero; or where the outcome follows a straight line as far as the rows tell.
    """
    if not (_varies(sample.x) and _outcome_varies(job)):
        return False
    if found.kind == "straight":
        return job.spec.penalty == 0 and _can_bend(job.network) and _bends(job, sample)
    return not (job.spec.penalty and _shrunk(job.network, found.layer))


def _varies(values: np.ndarray) -> bool:
    return bool((values != values[:1]).any())


def _outcome_varies(job: Job) -> bool:
    if not job.rows.streamed:
        return _varies(job.rows.sample().y)
    first = to_batch(job.rows.sample().take(slice(1)), job.scaling, job.spec).y
    return job.any_rows(lambda batch: bool((batch.y != first).any()))


def _shrunk(network: nn.Module, layer: int) -> bool:
    linear = [part for part in network.children() if isinstance(part, nn.Linear)]
    weight = linear[layer - 1].weight.detach()
    drawn = (3 * weight.shape[1]) ** -0.5  # torch draws evenly from +-1 / sqrt(inputs)
    return float(weight.square().mean().sqrt()) < SHRUNK * drawn


def _can_bend(network: nn.Module) -> bool:
    straight = (nn.Linear, nn.Dropout, nn.Identity, nn.BatchNorm1d, Residual, Embeddings)
    return any(not isinstance(layer, straight) for layer in network.children())


def _bends(job: Job, sample: Table) -> bool:
    family = job.spec.family
    if family.outcome != "numeric" or job.spec.link != "identity" or len(job.spec.heads) > 1:
        return False
    batch = to_batch(sample._replace(weights=None), job.scaling, job.spec)
    job.network.eval()
    with torch.no_grad():
        predicted, embed = job.network(batch.x), embeddings_of(job.network)
        inputs = batch.x if embed is None else embed(batch.x)
    job.network.train()
    x, predicted, y = (_array(values) for values in (inputs, predicted, batch.y))
    return bends(x, predicted, y, sample.weights)


def _array(values: torch.Tensor) -> np.ndarray:
    return values.cpu().numpy().astype(np.float64)


def fault_of_module(
    module: nn.Module, rows: Table, link: np.ndarray, scaling: Scaling | None, spec: Resolved
) -> Fault | None:
    """Look at a trained module of the user's own that gives all rows the same, and for dead units.

    Parameters
    ----------
    module : nn.Module
    rows : Table
    link : array (n, k)
        What it gives for these rows.
    scaling : Scaling or None
    spec : Resolved
    """
    if _varies(link) or not (_varies(rows.x) and _varies(rows.y)):
        return None
    dead = dead_layer_of(module.eval(), to_inputs(rows.x[:ROWS], scaling, spec))
    return Fault("flat") if dead is None else Fault("dead", dead[0], dead[1], dead[1])
