"""What is added to a model's output on the scale of the link: read, and brought into the rows.

Where a loss looks at outcome minus output alone, an offset is subtracted from the outcome, so that
every engine trains on it as on any outcome. Elsewhere it goes along with the rows, and is added
where the loss is taken (`model.offset`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..options.catalog import Named
from ..options.families import Family, family
from ..options.resolved import Resolved
from .frames import frame_of
from .links import LINKS
from .outcome import LARGEST_LOSS, largest_outcome
from .reading import as_floats, columns_of
from .scaling import HEADS, Scaling
from .table import Table

LITTLE = 1e-3  # a probability from which, at the least, training starts

# by the argument that has it: what to say where a fit needs an offset, and where it needs none
NEEDED = {
    "offset": ("is missing: the fit was made with one.", "Give that of these rows."),
    "validation": ("has no offset, and the fit has one.", "Give (x, y, offset)."),
}
NOT_NEEDED = {
    "offset": ("is not needed: the fit was made without one.", "Leave it out."),
    "validation": ("has an offset, and the fit has none.", "Give (x, y), or fit with `offset`."),
}


def as_offset(
    offset: Any,
    n: int,
    columns: int,
    loss: Family,
    argument: str = "offset",
    names: Sequence[str] | None = None,
    link: str | None = None,
) -> np.ndarray:
    """View an offset as floats (n, columns).

    Parameters
    ----------
    offset : array (n,) or (n, columns)
        One column stands for every outcome; not for every class, where it would change nothing.
    n, columns : int
        Rows, and outcomes or classes.
    loss : Family
    argument : str, default "offset"
        The user's name for it, for errors.
    names : sequence of str, optional
        Of the outcomes or classes: several columns of a data frame are found by them.
    link : str, optional
        What the offset is on the scale of, by default the loss's own.
    """
    frame = frame_of(offset, argument)
    by_name = frame is not None and frame.width > 1
    offset = columns_of(offset, names, argument) if by_name else offset
    array = np.atleast_1d(as_floats(offset, argument))
    array = array[:, None] if array.ndim == 1 else array
    has = "has" if argument == "offset" else "has an offset that has"
    one, several = ("class", "classes") if loss.outcome == "class" else ("outcome", "outcomes")
    if array.ndim != 2 or len(array) != n:
        raise NNFitError(argument, f"{has} shape {array.shape}, and x has {n} rows.")
    _check_size(array, loss, link or loss.link, argument, has)
    if array.shape[1] == 1 and one == "outcome":
        return np.broadcast_to(array, (n, columns))
    if array.shape[1] != columns:
        raise NNFitError(
            argument,
            f"{has} {array.shape[1]} column(s), and there are {columns} {several}.",
            f"Give a column for each {one}.",
        )
    return array


def _check_size(array: np.ndarray, loss: Family, link: str, argument: str, has: str) -> None:
    """Refuse an offset that no outcome could be beside."""
    as_it_is = link in ("identity", "margin")
    most = largest_outcome(loss) if as_it_is else LARGEST_LOSS * math.log(10)
    largest = np.abs(array).max(initial=0.0)
    if largest > most:
        raise NNFitError(
            argument,
            f'{has} values up to {largest:.3g}, and under loss "{loss.name}" those above '
            f"{most:.3g} are beyond what numbers can be.",
            "Divide it by some power of ten, and y too."
            if as_it_is
            else f'It is on the scale of the link "{link}".',
        )


def offset_for(spec: Resolved, offset: Any, n: int, argument: str = "offset") -> np.ndarray | None:
    """Read the offset of n rows that a fit meets later; None where the fit has none.

    Raises
    ------
    NNFitError
        If there is an offset without need, or none where one is needed.
    """
    if offset is None:
        if spec.has_offset:
            raise NNFitError(argument, *NEEDED[argument])
        return None
    if not spec.has_offset:
        raise NNFitError(argument, *NOT_NEEDED[argument])
    names = spec.levels or spec.outcome_names
    return as_offset(offset, n, spec.n_outcomes, spec.family, argument, names, spec.link)


def moves_along(loss: Named) -> bool:
    """Tell whether a loss looks at outcome minus output alone."""
    row = family(loss.name)
    as_it_is = HEADS[row.heads[0]].scale > 0 and not row.is_linked(loss.args)
    return row.centred and as_it_is and not row.own


def to_output(offset: np.ndarray, heads: Sequence[str]) -> np.ndarray:
    """Widen an offset (n, d) to a model's output (n, heads * d): it moves those like the first."""
    moved = [offset if head == heads[0] else np.zeros_like(offset) for head in heads]
    return np.concatenate(moved, axis=1) if len(moved) > 1 else offset


def settle(table: Table, loss: Named) -> Table:
    """Bring the offset of a table into what is trained on.

    Where it is taken off the outcome, that stays beside it as it was given: a metric such as the
    share of variance is of the outcome, and of predictions that have their offset.
    """
    if table.offset is None:
        return table
    if moves_along(loss):
        return table._replace(y=table.y - table.offset, offset=None, given=table.y)
    heads = family(loss.name).heads_under(loss.args)
    return table._replace(offset=to_output(table.offset, heads))


def with_middle(scaling: Scaling, middle: np.ndarray, spec: Resolved) -> Scaling:
    """Centre an offset too, where the bias of the last layer can take its middle (k,) up.

    Training starts from an output of about zero: beside logarithms of populations, of 12 say, a
    network would need most of its epochs to get where it ought to start.
    """
    as_it_is = spec.link == "identity" and not spec.linked
    if not spec.bias[-1] or spec.family.output or as_it_is:
        return scaling
    return scaling._replace(output_center=scaling.output_center - middle)


def starts_at_mean(spec: Resolved) -> bool:
    """Tell whether a model's output is trained as what is added to the link of a mean.

    So it is under a link that is not the loss's own, where an output about zero may be no mean at
    all. Of counts that are tuned too: from a mean of 1, large ones are too far for its few steps.
    """
    counts = spec.tuned and spec.family.heads == ("log_mean",) and not spec.family.scale_log
    starts = spec.linked or spec.family.scale_start or (counts and spec.link == "log")
    return starts and spec.bias[-1]


def with_start(scaling: Scaling, mean: np.ndarray, spec: Resolved) -> Scaling:
    """Let training start at the outcome's mean (d,), where the loss asks for that."""
    if not starts_at_mean(spec):
        return scaling
    if spec.family.outcome == "binary":
        means = np.clip(mean, LITTLE, 1 - LITTLE)
    else:
        means = np.where(mean > 0, mean, scaling.y_scale)
    return scaling._replace(output_center=LINKS[spec.link].of_mean(torch.from_numpy(means)).numpy())


def middle_of(scaling: Scaling, spec: Resolved) -> np.ndarray:
    """Give what training subtracts from an offset: (k,)."""
    of_outcome = HEADS[spec.heads[0]].log * math.log(scaling.y_scale)
    return of_outcome - scaling.output_center


def usual_predictor(scaling: Scaling | None, spec: Resolved) -> float | None:
    """Give the size of a linear predictor whose mean is usual, in the units of the loss.

    Of several outcomes the least; None where it is not known.
    """
    if scaling is None or spec.has_offset or not (spec.linked and starts_at_mean(spec)):
        return None
    return float(np.abs(middle_of(scaling, spec)).min() / unit_of(scaling, spec))


def unit_of(scaling: Scaling, spec: Resolved) -> float:
    """Give what training then divides it by."""
    return float(scaling.y_scale ** HEADS[spec.heads[0]].scale)
