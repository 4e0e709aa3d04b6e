"""Limits for the curve of a network whose penalty was chosen, by its members.

Each of these has not seen a fifth of the rows, another one each. How far they lie apart tells how
far the curve would move with other rows: the jackknife that leaves groups out, as by Kott (2001),
The delete-a-group jackknife, Journal of Official Statistics 17(4), 521-526.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.frames import check_index
from ..data.offset import to_output
from ..ground.errors import NNFitError
from ..model.predictions import Reopened, member_scores, response_of
from ..options.resolved import Resolved
from .intervals import by_parts, check_level


def predict_jackknife(
    fit: Mapping[str, Any],
    x: Any,
    *,
    level: float = 0.95,
    type: str = "response",
    offset: Any = None,
) -> dict[str, NDArray[Any]]:
    """Predict with limits for the fitted curve, by the members of a fit.

    They are so many standard errors to either side on the scale of the link, by the t
    distribution, and from there on the scale of the response.
    What a penalty or too few units keep the curve from following is not in them. Not for classes,
    counts (losses for them, whatever the numbers), censored times, and other outcomes of few
    different values, of which members have equal shares.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned of a network whose penalty was chosen; `parameters`, `scaling`,
        `options` and `tuning` are enough.
    x : array or tensor (n, p)
    level : float, default 0.95
        Of confidence.
    type, offset
        As for `predict()`.

    Returns
    -------
    dict
        `fit`, `lwr` and `upr`, each (n, number of outputs).

    Raises
    ------
    NNFitError
        If the fit has no members that have each not seen some rows, or its outcome has no such
        limits.
    """
    level = check_level(level)
    reopened = Reopened(fit, type, None)
    spec = reopened.spec
    deals = _deals(fit, spec)
    check_index(x, offset, "offset")
    x, given = reopened.rows(x, offset)
    away = t_quantile((1 + level) / 2)

    def of_rows(rows: NDArray[Any], offset: NDArray[Any] | None) -> Any:
        scores = _scores(reopened, rows, offset)
        error = np.sqrt(sum(_variance(scores[deal]) for deal in deals) / len(deals))
        links = [scores.mean(0) + side * away * error for side in (0, -1, 1)]
        return np.stack(links if type == "link" else [response_of(link, spec) for link in links])

    values = int(sum(map(len, deals))) * spec.n_outputs
    point, lower, upper = by_parts(of_rows, x, given, values)
    return {"fit": point, "lwr": lower, "upr": upper}


def _deals(fit: Mapping[str, Any], spec: Resolved) -> list[NDArray[Any]]:
    """List the members of each deal of the rows, of which each has not seen one group."""
    tuning = fit.get("tuning")
    if not tuning:
        raise NNFitError(
            "fit",
            "has no members that have each not seen some rows.",
            "Fit a network of which you say no more than `hidden_units`.",
        )
    alike = _alike(spec) or (FEW if tuning.get("evenly", True) else None)
    if alike is not None:
        raise NNFitError("fit", *alike)
    folds, repeats = int(tuning["folds"]), int(tuning["repeats"])
    return list(np.arange(folds * repeats).reshape(repeats, folds))


REPLICATES = "Replicates do: `bootstrap=100`."
FEW = (
    "has few different outcomes, of which each fold has the same share: its members do not tell "
    "how far another share would move the curve.",
    REPLICATES,
)


def _alike(spec: Resolved) -> tuple[str, str] | None:
    """Say of which outcomes members have equal shares, or may have: it is the loss that decides."""
    if spec.family.outcome == "survival":
        return (
            "has censored times, whose events each fold has the same share of: its members do not "
            "tell how far other rows would move the curve.",
            REPLICATES,
        )
    if spec.family.outcome == "numeric" and not spec.family.counts:
        return None
    what = "counts" if spec.family.counts else "classes or shares"
    return (
        f"has an outcome of {what}, whose members do not tell how far other rows would move the "
        "curve.",
        REPLICATES,
    )


def _scores(reopened: Reopened, x: NDArray[Any], offset: NDArray[Any] | None) -> NDArray[Any]:
    """Compute what each member gives (M, n, k), with the offset."""
    scores = member_scores(reopened.network, reopened.spec, reopened.scaling, x)
    return scores if offset is None else scores + to_output(offset, reopened.spec.heads)


def _variance(members: NDArray[Any]) -> NDArray[Any]:
    """Compute the variance (n, k) of what K members would average to with other rows."""
    apart = np.square(members - members.mean(0)).sum(0)
    return np.asarray(apart * (len(members) - 1) / len(members))


def t_quantile(share: float) -> float:
    """Give a quantile of the t distribution with 4 degrees of freedom: one less than folds.

    Shaw (2006), Sampling Student's T distribution, Journal of Computational Finance 9(4), 37-73.
    """
    spread = 4 * share * (1 - share)
    root = math.sqrt(spread)
    size = 2 * math.sqrt(max(math.cos(math.acos(root) / 3) / root - 1, 0.0))
    return math.copysign(size, share - 0.5)
