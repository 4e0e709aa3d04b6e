"""Where new outcomes fall, by what the members of a fit have missed of rows they have not seen.

CV+ of Barber, Candes, Ramdas and Tibshirani (2021), Predictive inference with the jackknife+,
Annals of Statistics 49(1), 486-507, and for classes of Romano, Sesia and Candes (2020),
Classification with valid and adaptive coverage, NeurIPS. Where the loss is a likelihood whose
variance is not constant, what was missed counts in standard deviations: Papadopoulos, Gammerman and
Vovk (2008), Normalized nonconformity measures for regression conformal prediction, Artificial
Intelligence and Applications, 64-69; Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018),
Distribution-free predictive inference for regression, Journal of the American Statistical
Association 113, 1094-1111, section 5.2. If rows are exchangeable, in practice
about the share `level` of new outcomes is where it is said to be (measured in bench/coverage.R).
What is guaranteed of CV+ with K folds of n rows is less (Theorem 4 of the first):

    1 - 2 a - min(2 (1 - 1/K) / (n/K + 1), (1 - K/n) / (K + 1)),    a = 1 - level,

and that is for one deal, and for models that were not chosen by the same residuals. Here the
penalty was, and small data are dealt more than once, so not even this is proved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..data.frames import check_index
from ..ground.errors import NNFitError
from ..model.predictions import Reopened, member_links, of_classes, response_of
from ..model.spread import spread_at
from ..options.families import Family
from .intervals import by_parts, check_level


def predict_conformal(
    fit: Mapping[str, Any], x: Any, *, level: float = 0.95, offset: Any = None
) -> dict[str, NDArray[Any]]:
    """Predict with limits between which a new outcome falls, whatever its distribution.

    For each row of the fit, what the members that have not seen it predict for the new row, plus
    and minus what they have missed of that row; the limits are quantiles of these. Under a
    likelihood whose variance is not constant (counts, say, or a gamma distribution), what they
    have missed is in standard deviations at what they predict.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned of a network whose penalty was chosen, of a numeric outcome;
        `parameters`, `scaling`, `options` and `held_out` are enough.
    x : array or tensor (n, p)
    level : float, default 0.95
    offset : array, optional
        As for `predict()`.

    Returns
    -------
    dict
        `fit`, `lwr` and `upr`, each (n, number of outcomes). A limit is infinite where the rows of
        the fit are too few for the level, unless the loss bounds the outcome, as counts at 0.

    Raises
    ------
    NNFitError
        If no rows were held out from members of the fit, or its outcome is of classes.
    """
    asked = _Asked.of(fit, x, level, offset, classes=False)
    sizes = asked.sizes()[:, None]

    def of_rows(rows: NDArray[Any], offset: NDArray[Any] | None) -> Any:
        links = asked.links(rows, offset)
        unseen = asked.unseen(asked.responses(links))
        if asked.spread is None:
            return np.stack([-_at_rank(sizes - unseen, level), _at_rank(unseen + sizes, level)])
        spread = spread_at(unseen, asked.unseen(links), asked.reopened.spec)
        known = np.isfinite(spread)
        away = sizes * np.where(known, spread, 1.0)
        below, above = (np.where(known, away + side * unseen, np.inf) for side in (-1, 1))
        return np.stack([-_at_rank(below, level), _at_rank(above, level)])

    lower, upper = by_parts(of_rows, asked.x, asked.offset, len(sizes) * asked.point.shape[1])
    # at a low level there may be nothing between them: the prediction is always in
    lower, upper = np.minimum(lower, asked.point), np.maximum(upper, asked.point)
    return {"fit": asked.point, **_within(asked.reopened.spec.family, lower, upper)}


def predict_sets(
    fit: Mapping[str, Any], x: Any, *, level: float = 0.95, offset: Any = None
) -> NDArray[Any]:
    """Predict a set of classes that holds a new row's own.

    A class is left out if, of the rows of the fit, a share of `level` had their own class more
    probable, as the members say that have not seen them (Sadinle, Lei and Wasserman 2019, Journal
    of the American Statistical Association 114, 223-234). The most probable class is always in.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned of a network whose penalty was chosen, of classes; `parameters`,
        `scaling`, `options` and `held_out` are enough.
    x, level, offset
        As for `predict_conformal()`.

    Returns
    -------
    bool array (n, number of classes)
        Whether a class is in the set of a row.

    Raises
    ------
    NNFitError
        If no rows were held out from members of the fit, or its outcome is numeric.
    """
    asked = _Asked.of(fit, x, level, offset, classes=True)
    groups, group = np.unique(asked.member, axis=0, return_inverse=True)
    missed = [np.sort(asked.missed[group.reshape(-1) == one, 0]) for one in range(len(groups))]

    def count(rows: NDArray[Any], offset: NDArray[Any] | None) -> Any:
        """Count the rows of the fit whose own class was more probable than these classes are.

        A row of the fit itself is as probable as it was, but for the last digits.
        """
        predicted = asked.responses(asked.links(rows, offset))
        return sum(
            np.searchsorted(of_rows, 1 - of_classes(predicted[members].mean(0)) - 1e-6)
            for members, of_rows in zip(groups, missed)
        )

    values = (int(groups.max()) + 1) * asked.point.shape[1]
    stranger = by_parts(count, asked.x, asked.offset, values)
    inside = stranger < level * (len(asked.missed) + 1)
    point = of_classes(asked.point)
    inside[np.arange(len(point)), point.argmax(1)] = True
    return inside


class _Asked(NamedTuple):
    """What is asked: rows to predict for, with what is known of the rows of the fit."""

    reopened: Reopened
    x: NDArray[Any]
    offset: NDArray[Any] | None
    point: NDArray[Any]
    member: NDArray[Any]  # (n, deals)
    missed: NDArray[Any]  # (n, d)
    spread: NDArray[Any] | None  # (n, d); None: all rows scatter alike

    @classmethod
    def of(cls, fit: Mapping[str, Any], x: Any, level: Any, offset: Any, classes: bool) -> _Asked:
        check_level(level)
        reopened = Reopened(fit, "response", None)
        held_out = fit.get("held_out")
        if not held_out:
            raise NNFitError(
                "fit",
                "has no rows held out from its members.",
                "Fit a network of which you say no more than `hidden_units`.",
            )
        if classes != (reopened.spec.levels is not None):
            raise NNFitError(
                "fit",
                *(
                    ("has a numeric outcome.", "Use `predict_conformal()`.")
                    if classes
                    else ("has an outcome of classes.", "Use `predict_sets()`.")
                ),
            )
        check_index(x, offset, "offset")
        rows, given = reopened.rows(x, offset)
        member = np.asarray(held_out["member"], dtype=int)
        missed = np.asarray(held_out["residual"], dtype=float).reshape(len(member), -1)
        member = member.reshape(len(missed), -1)
        spread = held_out.get("spread")  # which a fit of an early version has not
        if spread is not None:
            spread = np.asarray(spread, dtype=float).reshape(missed.shape)
        return cls(reopened, rows, given, reopened.predict(rows, given), member, missed, spread)

    def sizes(self) -> NDArray[Any]:
        """Give how much was missed of each row (n, d): where rows differ, in their spread."""
        sizes: NDArray[Any] = np.abs(self.missed)
        if self.spread is None:
            return sizes
        return np.where(np.isfinite(self.spread), sizes / self.spread, np.inf)

    def links(self, x: NDArray[Any], offset: NDArray[Any] | None) -> NDArray[Any]:
        """Predict with each member on the scale of the link: (M, n, k)."""
        reopened = self.reopened
        return member_links(reopened.network, reopened.spec, reopened.scaling, x, offset)

    def responses(self, links: NDArray[Any]) -> NDArray[Any]:
        """Follow the links of members to what they predict: (M, n, d)."""
        return np.stack([response_of(link, self.reopened.spec) for link in links])

    def unseen(self, predicted: NDArray[Any]) -> NDArray[Any]:
        """Average, for each row of the fit, over the members that have not seen it."""
        return np.asarray(sum(predicted[which] for which in self.member.T) / self.member.shape[1])


def _within(loss: Family, lower: NDArray[Any], upper: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Draw limits in to where an outcome can be at all: a count is not below 0."""
    floors = [bound for bound in (loss.at_least, loss.above) if bound is not None]
    ceiling = math.inf if loss.at_most is None else loss.at_most
    return {
        "lwr": np.maximum(lower, max(floors, default=-math.inf)),
        "upr": np.minimum(upper, ceiling),
    }


def _at_rank(values: NDArray[Any], level: float) -> NDArray[Any]:
    """Give of n values, along the first axis, the one at rank `level` (n + 1), counted upwards."""
    rank = math.ceil(level * (len(values) + 1)) - 1
    if rank >= len(values):
        return np.full(values.shape[1:], math.inf)
    return np.asarray(np.partition(values, rank, axis=0)[rank])
