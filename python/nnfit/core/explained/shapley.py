"""What each predictor adds to single predictions: their Shapley values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.frames import check_index
from ..data.reading import as_weights
from ..ground import forks
from ..ground.errors import NNFitError
from ..ground.renamed import renamed
from ..ground.threads import threads_for
from ..model.outputs import output_names
from ..model.predictions import FAR, Reopened, link_from, response_of
from ..options.resolved import Resolved
from .coalitions import Coalitions, all_of, along
from .forward import frozen
from .found import Shapley
from .mixed import Block, Mixed, block_of
from .numbers import as_count, as_seed
from .terms import donated, read_groups, read_variables
from .variables import Variables, check_columns

EXACT = 10  # players, up to whom all coalitions are looked at


def shapley(
    fit: Mapping[str, Any],
    x: Any,
    background: Any,
    *,
    groups: Mapping[str, Any] | None = None,
    type: str = "response",
    repeats: int = 10,
    seed: int | None = None,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
) -> Shapley:
    """Compute Shapley values of predictions: what each predictor adds to them.

    The value of a set of predictors is the mean prediction where these are a row's own and the
    others those of each row of a background (interventional, or marginal, SHAP values): Lundberg
    and Lee (2017), A unified approach to interpreting model predictions, NeurIPS; Janzing, Minorics
    and Bloebaum (2020), Feature relevance quantification in explainable AI, AISTATS. They add up to
    the prediction less the mean prediction of the background.

    Exact for linear models on the scale of the link, and otherwise with up to ten groups of
    columns, whose 1024 sets are all looked at; with more by orders that are drawn (Strumbelj and
    Kononenko, 2014, Knowledge and Information Systems 41), with standard errors.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned.
    x : array (n, p)
        Rows to explain. Of a fit by a formula a data frame, or a dict of columns, with its
        variables: all columns of the fit that follow from a variable are then its own.
    background : array (b, p)
        Rows that the values are relative to, such as 100 of those of the fit; of the kind of x.
    groups : dict, optional
        As for `importance()`.
    type : "response" or "link"
        What is predicted, as for `predict()`.
    repeats : int, default 10
        How many orders are drawn, each of which is also run through from its end.
    seed : int, optional
        None: NumPy draws one.
    weights : array (b,), optional
        How much rows of the background count.
    offset : array (n,) or (n, d), optional
        Of the rows to explain, where the fit has one: it stays theirs throughout.
    model : nn.Module, optional
        Your own module again, where the fit came from one.

    Returns
    -------
    Shapley
        A dict that shows its beginning; `to_frame()` gives a row for each output, row and group to
        pandas, with their `estimate`, and `std_error` if there is one.
        `values` (n, groups, k) and `std_error` of the same shape (None: exact, for this
        background); `baseline` (n, k), the mean prediction of the background, with each row's
        offset; `predicted` (n, k), which `baseline` and the values add up to; and `groups`, their
        names. What is in no group is the background's always, in what is predicted too.

    Raises
    ------
    NNFitError
        Naming the argument that does not go with the fit.
    """
    repeats, rng = as_count("repeats", repeats), np.random.default_rng(as_seed(seed))
    reopened = Reopened(fit, type, model)
    check_index(x, offset, "offset")
    check_index(background, weights, "weights", "background")
    rows, added = reopened.rows(x, offset)
    known = Variables.of(reopened.formula, x)
    with renamed({"x": "background"}):
        other = Variables.of(reopened.formula, background)
        behind = reopened.features(reopened.made(background, None, "background")[0])
    if known is None:
        check_columns(reopened.formula, groups)
    players, blocks = _players(groups, reopened.spec, known, other)
    orders = _orders(len(players), repeats, rng)
    game = _Game(reopened, rows, added, behind, as_weights(weights, len(behind)), blocks)
    found = {**game.values(list(players.values()), orders), "groups": list(players)}
    return Shapley(found, output_names(reopened.spec, reopened.width))


def _orders(players: int, repeats: int, rng: np.random.Generator) -> np.ndarray | None:
    """Draw orders (repeats, players); None: these are so few that all coalitions are looked at."""
    if players <= EXACT:
        return None
    return np.array([rng.permutation(players) for _ in range(repeats)])


def _players(
    groups: Any, spec: Resolved, known: Variables | None, other: Variables | None
) -> tuple[dict[str, list[int]], list[Block]]:
    """Give the columns that follow from each player alone, and those that follow from several."""
    if (known is None) is not (other is None):
        raise NNFitError(
            "background", "must have what x has: variables of the formula, or columns of the fit."
        )
    if known is None or other is None:
        return read_groups(groups, spec), []
    named = read_variables(groups, known)
    of = {name: place for place, names in enumerate(named.values()) for name in names}
    if len(of) < sum(map(len, named.values())):
        raise NNFitError("groups", "must have each variable in one group.")
    alone = {name: donated(names, known).columns for name, names in named.items()}
    shared: dict[tuple[int, ...], list[int]] = {}
    for place, names in enumerate(known.sources):
        players = tuple(sorted({of[name] for name in names if name in of}))
        if players and not any(place in columns for columns in alone.values()):
            shared.setdefault(players, []).append(place)
    return alone, [block_of(known, other, of, *one) for one in shared.items()]


def shapley_of(
    fit: Mapping[str, Any],
    x: Any,
    background: Any,
    *,
    players: Sequence[Sequence[int]],
    type: str,
    orders: Any = None,
    blocks: Sequence[Sequence[Any]] = (),
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
) -> dict[str, Any]:
    """Compute the same of columns that a caller works out: as R does, which knows the formula.

    Parameters
    ----------
    players
        The columns that follow from each alone.
    orders : array (R, G), optional
        Of the players, from 0; None: all coalitions.
    blocks
        As `Block`: the columns that follow from several.
    """
    reopened = Reopened(fit, type, model)
    with renamed({"x": "newdata", "offset": "newdata"}):
        rows, added = reopened.rows(x, offset)
    behind = reopened.features(background)
    read = [
        Block(_wholes(of), _wholes(columns), np.asarray(values, dtype=float))
        for of, columns, values in blocks
    ]
    order = None if orders is None else np.asarray(orders, dtype=int).reshape(-1, len(players))
    game = _Game(reopened, rows, added, behind, as_weights(weights, len(behind)), read)
    with renamed({"x": "newdata"}):
        return game.values([_wholes(one) for one in players], order)


def _wholes(values: Any) -> list[int]:
    return np.atleast_1d(np.asarray(values, dtype=int)).tolist()


class _Game(NamedTuple):
    """Rows to explain, and the background."""

    reopened: Reopened
    rows: np.ndarray
    offset: np.ndarray | None
    background: np.ndarray
    weights: np.ndarray | None
    blocks: list[Block]

    def values(self, players: list[list[int]], orders: np.ndarray | None) -> dict[str, Any]:
        forks.settle()
        network = frozen(self.reopened.network)
        with torch.no_grad(), threads_for(0):
            mixed = Mixed(network, self.reopened, self.rows, self.background, players, self.blocks)
            if self._is_sum(network):
                return self._of_sum(mixed, len(players))
            coalitions = all_of(len(players)) if orders is None else along(orders)
            return self._of_coalitions(mixed, coalitions)

    def _is_sum(self, network: nn.Module) -> bool:
        """Tell whether predictions are a sum over columns, each of one player's alone."""
        spec = self.reopened.spec
        identity = self.reopened.type == "link" or (
            spec.link == "identity" and spec.n_responses == spec.n_outcomes == spec.n_outputs
        )
        layers = list(network.children())
        plain = spec.linear and len(layers) == 1 and type(layers[0]) is nn.Linear
        return plain and identity and not self.blocks

    def _of_sum(self, mixed: Mixed, players: int) -> dict[str, Any]:
        share = _share(self.weights, len(self.background))
        scale = 1.0 if self.reopened.scaling is None else self.reopened.scaling.output_scale
        parts = [mixed.parts(player) for player in range(players)]
        found = np.stack([(own - (share @ other)[None]) * scale for own, other in parts], axis=1)
        predicted = self._worth(mixed, np.ones(players, dtype=bool), share)
        return self._told(found, None, predicted - found.sum(axis=1), predicted)

    def _of_coalitions(self, mixed: Mixed, coalitions: Coalitions) -> dict[str, Any]:
        share = _share(self.weights, len(self.background))
        worth = np.stack([self._worth(mixed, members, share) for members in coalitions.members])
        if not np.isfinite(worth).all():
            raise NNFitError("x", *FAR)
        each = np.einsum("rgs,snk->rngk", coalitions.weights, worth)
        draws = len(each)
        error = each.std(axis=0, ddof=1) / np.sqrt(draws) if draws > 1 else None
        if error is None and coalitions.members.shape[0] < 2 ** coalitions.members.shape[1]:
            error = np.full(each.shape[1:], np.nan)
        sizes = coalitions.members.sum(axis=1)
        none, everyone = worth[sizes.argmin()], worth[sizes.argmax()]
        return self._told(each.mean(axis=0), error, none, everyone)

    def _worth(self, mixed: Mixed, members: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Compute the mean prediction of each row with the members' values its own: (n, k)."""
        if members.all() and mixed.whole:
            return self._predicted(mixed.outputs(members)[:, 0])
        found = []
        for rows in mixed.parts_of_rows():
            output = mixed.outputs(members, rows)  # (part, b, k)
            part, b, k = output.shape
            offset = None if self.offset is None else np.repeat(self.offset[rows], b, axis=0)
            predicted = self._predicted(output.reshape(part * b, k), offset)
            found.append(np.einsum("b,nbk->nk", share, predicted.reshape(part, b, -1)))
        return np.concatenate(found)

    def _predicted(self, output: torch.Tensor, offset: np.ndarray | None = None) -> np.ndarray:
        if offset is None:
            offset = self.offset
        link = link_from(output, self.reopened.spec, self.reopened.scaling, offset)
        return link if self.reopened.type == "link" else response_of(link, self.reopened.spec)

    def _told(
        self, values: np.ndarray, error: np.ndarray | None, baseline: np.ndarray, predicted: Any
    ) -> dict[str, Any]:
        return {
            "values": values, "std_error": error, "baseline": baseline, "predicted": predicted,
        }  # fmt: skip


def _share(weights: np.ndarray | None, n: int) -> np.ndarray:
    return np.full(n, 1 / n) if weights is None else weights / weights.sum()
