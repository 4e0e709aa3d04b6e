"""Classes of which rows held out have none, where a metric needs some of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..data.table import Table
from ..ground.errors import NNFitError, are_for_r, listed, warn
from ..options.metrics import metric_rows
from .replicas import Replica

# How R, and Python, deal rows into so many folds by their classes; `y` is the outcome.
BY_CLASS = {
    True: "`folds = ave(seq_along(y), y, FUN = function(i) sample(rep_len(1:{0}, length(i))))`",
    False: "`folds = pandas.Series(y).groupby(y).cumcount() % {0}`",
}


class Absent(NamedTuple):
    """What is not there.

    Attributes
    ----------
    metrics, classes : list of str
        That are not known somewhere, and because of which.
    lacking, parts : int
        In how many of the parts some class has no row.
    fewest : tuple
        The class that has the fewest rows, and how many.
    """

    metrics: list[str]
    classes: list[str]
    lacking: int
    parts: int
    fewest: tuple[str, int]

    def said(self, verb: str) -> str:
        """Say what is wrong, as the rest of a sentence that begins with the argument."""
        need, them = ("needs", "it is") if len(self.metrics) == 1 else ("need", "they are")
        folds = f"{self.lacking} of {self.parts} folds lack{'s' if self.lacking == 1 else ''}"
        where = folds if self.parts > 1 else "the rows held out lack"
        some = "some of " if len(self.classes) > 1 else ""
        return (
            f"{verb} {_quoted(self.metrics)}, which {need} rows of each class: {where} "
            f"{some}{_quoted(self.classes)}, and {them} not known there."
        )

    def remedy(self) -> str:
        """Say how folds have rows of each class."""
        name, fewest = self.fewest
        if fewest < 2:
            rows = "1 row" if fewest else "no row"
            return f'Class "{name}" has {rows}: put it to another, or leave it out.'
        number = min(self.parts, fewest)
        few = f', {number} at most ("{name}" has {fewest} rows)' if fewest < self.parts else ""
        code = BY_CLASS[are_for_r()].format(number)
        return f"Deal each class into folds{few}: {code}, `y` being the outcome."


def absent(
    names: Iterable[str], levels: Sequence[str] | None, table: Table, parts: Sequence[Table]
) -> Absent | None:
    """Look for classes that are absent of parts of a table; None: no metric misses any."""
    needing = [name for name in names if metric_rows()[name].each_class]
    if not needing or not levels:
        return None
    none = np.array([_counts(part, len(levels)) == 0 for part in parts])
    if not none.any():
        return None
    all_of = _counts(table, len(levels))
    rarest = int(all_of.argmin())
    return Absent(
        needing,
        [level for level, gone in zip(levels, none.any(axis=0)) if gone],
        int(none.any(axis=1).sum()),
        len(parts),
        (levels[rarest], int(all_of[rarest])),
    )


def _counts(table: Table, number: int) -> np.ndarray:
    """Count the rows of each class that are of any weight."""
    y = table.y.reshape(-1).astype(int)
    counted = y if table.weights is None else y[table.weights > 0]
    return np.bincount(counted, minlength=number)


def tell_absent(
    names: Iterable[str], levels: Sequence[str] | None, table: Table, replicas: Sequence[Replica]
) -> None:
    """Warn of metrics that are not known on some folds."""
    found = absent(names, levels, table, _held_out(table, replicas))
    if found is not None:
        warn("metrics", found.said("has"), found.remedy())


def refuse_absent(
    name: str, levels: Sequence[str] | None, table: Table, replicas: Sequence[Replica],
    beside: Table | None = None,
) -> None:  # fmt: skip
    """Refuse to search by a metric that is not known somewhere, before any candidate is trained."""
    parts = _held_out(table, replicas) or ([] if beside is None else [beside])
    found = absent([name], levels, table, parts)
    if found is None:
        return
    if found.parts > 1:
        raise NNFitError("metric", found.said("is"), found.remedy())
    raise NNFitError("metric", found.said("is"), "Hold out rows of each class, or name another.")


def _quoted(names: Sequence[str]) -> str:
    return listed(names, '"')


def _held_out(table: Table, replicas: Sequence[Replica]) -> list[Table]:
    return [table.take(one.valid_rows) for one in replicas if one.valid_rows is not None]
