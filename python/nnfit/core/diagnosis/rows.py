"""A fit and rows, ready to be looked at: those that it was made on, or others."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.batches import to_batch
from ..data.class_weights import weighed
from ..data.frames import check_index
from ..data.given import read_again
from ..data.offset import settle
from ..data.scaling import Beyond, Scaling
from ..data.table import Batch, Table
from ..ground.errors import NNFitError
from ..model.predictions import FAR, Reopened, link_of, response_of
from ..options import catalog
from ..options.resolved import Resolved

ROWS_AT_ONCE = 4096
SAME = 1e-4  # of the largest prediction: rounding, also of float32


class Opened(NamedTuple):
    """A fit with rows.

    Attributes
    ----------
    network : nn.Module
        A copy, in evaluation mode, of which every parameter has a gradient.
    spec : Resolved
    scaling : Scaling or None
    training : Table
        Rows to train on, of a weight above 0.
    held_out : Table or None
        Rows of the fit that were held out.
    own : bool
        Whether these are the rows that the fit was made on.
    """

    network: nn.Module
    spec: Resolved
    scaling: Scaling | None
    training: Table
    held_out: Table | None
    own: bool

    def batches(self, table: Table) -> Iterator[Batch]:
        """Yield rows, scaled: some at once, of a loss of all rows together all."""
        size = len(table.x) if self.spec.family.joint else ROWS_AT_ONCE
        for start in range(0, len(table.x), size):
            part = table.take(slice(start, start + size))
            try:
                yield to_batch(part, self.scaling, self.spec)
            except Beyond:
                raise NNFitError("x", *FAR) from None

    def outputs(self, table: Table) -> torch.Tensor:
        """Compute what the network gives for rows, on its own scale: (n, k)."""
        with torch.no_grad():
            return torch.cat([self.network(batch.x) for batch in self.batches(table)])


def settles(spec: Resolved) -> bool:
    """Tell whether a fit's optimizer goes on until it is at the least loss, by all rows at once."""
    entry = catalog.lookup("optimizer", spec.optimizer.name)
    return bool(entry.full_batch)


def traits_of(spec: Resolved, scaling: Scaling | None) -> set[str]:
    """Name what decides which advice goes with a fit.

    "unscaled", "penalised" (by the user's choice or by ours), "descends" (its optimizer does not
    go on until it is there), "hidden" and "deep" (it was built with a hidden layer, with several).
    """
    built = not spec.own_model
    told = {
        "unscaled": scaling is None,
        "penalised": spec.penalty > 0,
        "descends": not settles(spec),
        "hidden": built and len(spec.hidden_units) > 0,
        "deep": built and len(spec.hidden_units) > 1,
    }
    return {name for name, holds in told.items() if holds}


def open_fit(
    fit: Mapping[str, Any], x: Any, y: Any, weights: Any, offset: Any, model: nn.Module | None
) -> Opened:
    """Read a fit and rows, as `diagnose()` takes them."""
    reopened = Reopened(fit, "link", model)
    spec = reopened.spec
    for given, name in ((y, "y"), (weights, "weights"), (offset, "offset")):
        check_index(x, given, name)
    x, offset = reopened.made(x, offset)
    table = read_again(x, y, weights, offset, spec)
    _, counted = weighed(spec, table.y, table.weights)  # type: ignore[arg-type]
    table = table._replace(weights=counted)
    network = copy.deepcopy(reopened.network).eval()
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    own = _are_own(fit, table, reopened)
    training, held_out = _parts(fit, settle(table, spec.loss), own)
    if not len(training.x):
        raise NNFitError("weights", "leave no row that counts.")
    spec = replace(spec, class_weights=None)
    return Opened(network, spec, reopened.scaling, training, held_out, own)


def _are_own(fit: Mapping[str, Any], table: Table, reopened: Reopened) -> bool:
    """Tell whether rows are those of the fit: it predicts for them what it has kept."""
    kept = fit.get("fitted")
    if kept is None:
        return False
    kept = np.asarray(kept, dtype=float).reshape(-1, reopened.spec.n_responses)
    if len(kept) != len(table.x):
        return False
    try:
        link = link_of(reopened.network, reopened.spec, reopened.scaling, table.x, table.offset)
    except Beyond:
        return False
    again = response_of(link, reopened.spec)
    both = np.isfinite(kept) & np.isfinite(again)
    if not both.all():
        return bool((np.isfinite(kept) == np.isfinite(again)).all())
    return bool(np.abs(again - kept).max() <= SAME * max(np.abs(kept).max(), 1e-300))


def _parts(fit: Mapping[str, Any], table: Table, own: bool) -> tuple[Table, Table | None]:
    counts = np.ones(len(table.x), bool) if table.weights is None else table.weights > 0
    held_out = fit.get("validation_rows") if own else None
    if held_out is None:
        return table.take(counts), None
    chosen = np.zeros(len(table.x), dtype=bool)
    chosen[np.atleast_1d(np.asarray(held_out, dtype=int))] = True
    return table.take(counts & ~chosen), table.take(counts & chosen)
