"""The candidates of a search, each checked before any of them is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import nn

from ..data.given import SplitTable, hold_out, read
from ..data.offset import settle
from ..data.table import Table
from ..data.unequal import tell_unequal
from ..engines.strengths import alike
from ..ground.errors import NNFitError
from ..ground.seed import seeded
from ..model import network as networks
from ..model.user_loss import settled
from ..options.asked import FIND, Asked
from ..options.ignored import refuse_ignored
from ..options.resolved import Resolved
from ..options.untuned import is_untuned
from ..repeats import tuning
from ..repeats.cross_validation import deal_folds, fold_replicas
from ..repeats.penalty_path import counted
from ..repeats.replicas import Replica
from ..repeats.resampling import replica_seeds
from .space import Point, Space, told

# what of the options the rows depend on as they are read, and what reading them settles
READ_BY = "loss", "class_weights", "embed", "levels", "reduction", "monitor"
SETTLED = (
    "loss", "class_weights", "embed", "levels", "has_offset", "metrics", "strata", "feature_names",
    "outcome_names", "balanced",
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """What a user gives of data.

    `folds` is as `cross_validate()` takes it, `validation` as `fit()` does: one of the two is None.
    """

    x: Any
    y: Any
    weights: Any
    offset: Any
    model: nn.Module | None
    folds: Any
    repeats: int
    validation: Any


@dataclass(eq=False)
class Data:
    """Rows as some of the candidates are trained on them, and how they are told apart.

    Attributes
    ----------
    table : Table
        As it was read; the outcome of what is trained on is `settled`.
    replicas : list of Replica
        The fits of each candidate: what they are trained on, and judged by.
    beside : Table or None
        Rows of their own to be judged by.
    folds : array (repeats, n) or None
        The fold of each row; None: rows are held out once.
    """

    asked: Asked
    table: Table
    settled: Table
    replicas: list[Replica]
    beside: Table | None
    folds: np.ndarray | None

    @property
    def validation_rows(self) -> np.ndarray | None:
        """The rows that were held out once, from 0; None: folds, or rows of their own."""
        return self.replicas[0].valid_rows if self.folds is None else None


@dataclass(eq=False)
class Candidate:
    """One of the models that are compared.

    Attributes
    ----------
    number : int
        From 0, in the order of the search.
    point : tuple
        Where it is in the space.
    values : dict
        Its options that are searched.
    asked : Asked
        All of its options.
    spec : Resolved
    data : Data
    """

    number: int
    point: Point
    values: dict[str, Any]
    asked: Asked
    spec: Resolved
    data: Data

    @property
    def chooses_penalty(self) -> bool:
        """Whether each of its fits chooses its penalty, as one of which only its size is said."""
        sizes = [len(replica.rows) for replica in self.data.replicas]
        sizes.append(len(counted(self.data.table)))
        open_to_it = is_untuned(self.asked)
        return open_to_it and all(tuning.is_enough(rows, self.spec) for rows in sizes)


class Maker:
    """Makes candidates of points in a space.

    Parameters
    ----------
    rows : Rows
    fixed : mapping
        The options that all have in common.
    space : Space
    seed : int
        Of all fits.
    """

    def __init__(self, rows: Rows, fixed: Mapping[str, Any], space: Space, seed: int):
        self.rows, self.fixed, self.space, self.seed = rows, fixed, space, seed
        self.known: dict[str, Data] = {}
        self.built: set[tuple[object, ...]] = set()

    def make(self, points: Sequence[Point]) -> list[Candidate]:
        """Make candidates.

        Raises
        ------
        NNFitError
            Naming the option, and the candidate for which it can not be.
        """
        made = []
        for number, point in enumerate(points):
            values = self.space.values(point)
            try:
                made.append(self._made(number, point, values))
            except NNFitError as error:
                if error.argument not in {**self.fixed, **values}:
                    raise
                where = f"It is so in candidate {number + 1}: {told(values)}."
                raise NNFitError(
                    error.argument, error.problem, f"{error.remedy} {where}".strip()
                ) from error
        return made

    def _made(self, number: int, point: Point, values: dict[str, Any]) -> Candidate:
        model = self.rows.model
        options = {**self.fixed, **values, "seed": self.seed}
        asked = Asked.of(options, own_model=model is not None)
        refuse_ignored(asked)
        if asked.learn_rate == FIND:
            raise NNFitError(
                "learn_rate", f'"{FIND}" is for one fit.', "Give a range to choose it from."
            )
        data = self._data(asked)
        asked = replace(asked, **{name: getattr(data.asked, name) for name in SETTLED})
        with seeded(self.seed, asked.torch_device):
            spec = networks.resolve(model, data.table, asked)
            if alike(spec) not in self.built:  # what torch refuses is refused before training
                networks.make(model, data.table, spec)
                self.built.add(alike(spec))
            spec = settled(spec, data.table)
        return Candidate(number, point, values, asked, spec, data)

    def _data(self, asked: Asked) -> Data:
        key = repr([getattr(asked, name) for name in READ_BY])
        if key not in self.known:
            self.known[key] = self._read(asked)
        return self.known[key]

    def _read(self, asked: Asked) -> Data:
        rows, coded = self.rows, asked.levels is not None
        read_rows, asked = read(rows.x, rows.y, rows.weights, asked, rows.offset)
        table, asked = networks.spread(rows.model, read_rows, asked)
        tell_unequal(table, asked)
        spec = networks.resolve(rows.model, table, asked)
        if rows.validation is None:
            seeds = replica_seeds(self.seed, rows.repeats)
            dealt = deal_folds(rows.folds, len(table.x), seeds)
            replicas = [
                replica
                for fold, fold_seed in zip(dealt, seeds)
                for replica in fold_replicas(table, fold, fold_seed, spec)
            ]
            return Data(asked, table, settle(table, spec.loss), replicas, None, dealt)
        with seeded(self.seed, asked.torch_device):
            split, spec = hold_out(rows.validation, table, spec, coded)
        asked = replace(asked, class_weights=spec.class_weights)
        return Data(asked, table, split.table, [self._replica(split)], split.beside, None)

    def _replica(self, split: SplitTable) -> Replica:
        rows = np.arange(len(split.table.x)) if split.rows is None else split.rows
        weights = split.table.weights
        if not split.validates:
            raise NNFitError(
                "validation", "holds out no row to judge candidates by.", "Hold out more of them."
            )
        each = None if weights is None else weights[rows]
        return Replica(self.seed, rows, each, split.held_out)
