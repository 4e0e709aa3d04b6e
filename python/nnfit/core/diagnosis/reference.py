"""What a linear model, and one number for all rows, reach on the rows of a fit."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from ..data.table import Table
from ..ground.errors import NNFitError
from ..ground.seed import seeded
from ..model import network as networks
from ..options.asked import Asked
from ..options.resolved import Resolved
from ..repeats.replicas import job_of
from ..training.training import train_one
from .losses import RowLosses
from .rows import Opened

MOST_COLUMNS = 2000
CLEAR = 2.0  # standard errors
LITTLE = 0.1  # of what the linear model gains over one number: so little may be missed


class Losses(NamedTuple):
    """Losses in the user's units.

    Of each row (n,); of a loss of all rows together one number, their mean, and no spread.
    """

    training: np.ndarray
    held_out: np.ndarray | None
    columns: int  # that were estimated


class Lead(NamedTuple):
    """By how much a reference is better than a fit: in the mean loss, and what chance allows."""

    by: float
    chance: float


def losses_of(opened: Opened, losses: RowLosses, output: torch.Tensor) -> Losses:
    """Compute those of the fit itself; `output` (n, k) is what it gives for its training rows."""
    held_out = opened.held_out
    beyond = None
    if held_out is not None:
        beyond = _values(opened, losses, held_out, opened.outputs(held_out))
    return Losses(_values(opened, losses, opened.training, output), beyond, 0)


def _values(opened: Opened, losses: RowLosses, table: Table, output: torch.Tensor) -> np.ndarray:
    parts, start = [], 0
    with torch.no_grad():
        for batch in opened.batches(table):
            value = losses(output[start : start + len(batch.x)], batch)
            start += len(batch.x)
            parts.append(np.atleast_1d(value.numpy()))
    together = np.concatenate(parts) * losses.factor
    if opened.spec.family.joint:
        return np.asarray(together / float(len(table.x) if table.weights is None
                                           else table.weights.sum()))  # fmt: skip
    return together


def linear_losses(opened: Opened, columns: bool = True) -> Losses | None:
    """Fit the linear model of the same loss to the rows to train on; None: it has no end.

    Parameters
    ----------
    opened : Opened
    columns : bool, default True
        False: without predictors, so one number for all rows (and what an offset adds).
    """
    spec = opened.spec
    expand = _straight if columns else _nothing
    training = opened.training._replace(x=expand(opened.training.x, spec))
    held_out = opened.held_out
    if held_out is not None:
        held_out = held_out._replace(x=expand(held_out.x, spec))
    if training.x.shape[1] > MOST_COLUMNS:
        return None
    try:
        made = _fitted(training, held_out, spec)
    except NNFitError:  # such as more columns than numbers have room for
        return None
    losses = RowLosses(made.spec, made.scaling)
    found = losses_of(made, losses, made.outputs(training))
    if not np.isfinite(found.training).all():
        return None
    left_out = made.scaling.left_out.sum() if made.scaling is not None else 0
    estimated = int(training.x.shape[1] - left_out) * spec.n_outputs
    return found._replace(columns=estimated)


def _fitted(training: Table, held_out: Table | None, spec: Resolved) -> Opened:
    if spec.family.joint and not training.x.shape[1]:
        # nothing is estimated: all risks are alike
        network: Any = _Zeros(spec.n_outputs)
        asked_spec = _asked(spec).resolved(0, spec.n_outputs)
        return Opened(network, asked_spec, None, training, held_out, True)
    asked = _asked(spec)
    with seeded(1, asked.torch_device):
        resolved = networks.resolve(None, training, asked)
        network = networks.make(None, training, resolved)
        trained = train_one(job_of(network, resolved, training, None), None)
    network = networks.rebuild(resolved, trained.parameters)
    return Opened(network, resolved, trained.scaling, training, held_out, True)


class _Zeros(torch.nn.Module):
    def __init__(self, outputs: int):
        super().__init__()
        self.outputs = outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.new_zeros((len(x), self.outputs))


def _asked(spec: Resolved) -> Asked:
    """Ask for a linear model of the same loss."""
    asked = Asked(loss=spec.loss, reduction=spec.reduction, device="cpu", seed=1)
    settled: dict[str, Any] = {"strata": spec.strata, "outcome_names": spec.outcome_names}
    made = asked.with_outcome(spec.levels, spec.has_offset, spec.family.joint)
    return type(made)(**{**made.__dict__, **settled})


def _nothing(x: np.ndarray, spec: Resolved) -> np.ndarray:
    return np.zeros((len(x), 0))


def _straight(x: np.ndarray, spec: Resolved) -> np.ndarray:
    """Give the columns of a linear model: levels that are embedded have a column each."""
    x = x.reshape(len(x), -1)
    if not spec.embedded:
        return x
    codes = {one.column: len(one.levels) for one in spec.embedded}
    parts = [x[:, [j]] for j in range(x.shape[1]) if j not in codes]
    for column, levels in codes.items():
        parts.append((x[:, [column]] == np.arange(1, levels)[None]).astype(float))
    return np.concatenate(parts, axis=1)


def lead_of(
    reference: np.ndarray, own: np.ndarray, weights: np.ndarray | None, rows: int, columns: int = 0
) -> Lead:
    """Compare losses (n,) of the same rows, in the mean.

    The difference is compared with its standard error, as by Vuong (1989), Likelihood ratio tests
    for model selection and non-nested hypotheses, Econometrica 57. Where the reference has
    estimated columns on these very rows, it is ahead by chance too: by half a chi-squared number
    with as many degrees of freedom, which is the square of twice the difference over its error.

    Parameters
    ----------
    reference, own : array (n,), or (1,) of a loss of all rows together
    weights : array (n,), optional
    rows : int
        That these losses are of.
    columns : int, default 0
        That the reference has estimated on these rows.

    Returns
    -------
    Lead
        `chance`: two standard errors, or what estimation on the same rows gains nearly always
        (its mean and three standard deviations), whichever is more.
    """
    ahead = own - reference
    by_chance = columns + 3 * math.sqrt(2 * columns)
    if len(ahead) == 1 and rows > 1:
        return Lead(float(ahead[0]), max(by_chance, CLEAR**2) / (2 * rows))
    w = np.ones(len(ahead)) if weights is None else weights
    by = float((w * ahead).sum() / w.sum())
    parts = w * ahead
    unit = float(np.abs(parts).max()) or 1.0  # squares of a fit that runs off are beyond numbers
    error = unit * float(np.sqrt(np.square(parts / unit).sum()) / w.sum())
    return Lead(by, max(CLEAR, math.sqrt(by_chance) / 2) * error)
