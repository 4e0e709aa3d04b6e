"""Survival curves: how likely a row is to be without event up to some times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ..data.codes import check_new_levels, has_new
from ..data.frames import check_index
from ..data.reading import as_array, as_floats
from ..ground.errors import NNFitError, listed
from ..model.predictions import Reopened


def predict_survival(
    fit: Mapping[str, Any],
    x: Any,
    times: Any = None,
    *,
    stratum: Any = None,
    model: nn.Module | None = None,
    offset: Any = None,
    new_levels: str = "mean",
) -> NDArray[Any]:
    """Predict the probabilities of no event up to each of some times.

    They are exp(-hazard(time) * risk), with the baseline hazard of Efron's (or Breslow's) ties, as
    survival's `survfit()` has them.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned for censored times.
    x : array, tensor or data frame (n, p)
    times : array (m,), optional
        At least 0 (but for a fit with starts), in any order. By default all at which an event
        was seen.
    stratum : array (n,), optional
        The label of each row's stratum: needed where the fit has several, and refused where it has
        none. NaN is answered for a label that is None.
    model, offset, new_levels
        As `predict()` takes them.

    Returns
    -------
    array (n, m)
        NaN after the last time of the rows of a stratum: nothing is known from there on.

    Raises
    ------
    NNFitError
        Naming the argument that cannot be.
    """
    reopened = Reopened(fit, "link", model)
    baseline = fit.get("baseline")
    if baseline is None:
        raise NNFitError("fit", "must be one of censored times, for curves of survival.")
    check_index(x, offset, "offset")
    check_new_levels(new_levels)
    rows, given = reopened.rows(x, offset)
    link = reopened.predict(rows, given)[:, 0]
    if new_levels == "missing":
        link = np.where(has_new(rows, reopened.spec.embedded), np.nan, link)
    strata = _strata(stratum, reopened.spec.strata, len(rows))
    at = _times(times, baseline)
    hazards = hazards_at(baseline, at, len(reopened.spec.strata or ("",)))
    own = np.where((strata < 0)[:, None], np.nan, hazards[strata])
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-own * np.exp(link)[:, None]))


def hazards_at(baseline: Mapping[str, Any], times: NDArray[Any], strata: int) -> NDArray[Any]:
    """Give the cumulative baseline hazard of each stratum at some times: (strata, m)."""
    found = np.full((strata, len(times)), np.nan)
    stratum, time, hazard = (
        np.atleast_1d(baseline[name]) for name in ("stratum", "time", "hazard")
    )
    for one in range(strata):
        own = stratum == one
        if not own.any():  # of which no row was in training
            continue
        known, summed = time[own], np.append(0.0, hazard[own])
        place = np.searchsorted(known, times, side="right")
        found[one] = np.where(times > known[-1], np.nan, summed[place])
    return found


def _times(times: Any, baseline: Mapping[str, Any]) -> NDArray[Any]:
    if times is None:
        seen = np.atleast_1d(baseline["n_event"]) > 0
        return np.asarray(np.unique(np.atleast_1d(baseline["time"])[seen]))
    found: NDArray[Any] = np.atleast_1d(as_floats(times, "times")).astype(np.float64)
    if found.ndim != 1 or not found.size:
        raise NNFitError("times", f"must be one or more numbers, not of shape {found.shape}.")
    return found


def _strata(stratum: Any, known: Sequence[str] | None, n: int) -> NDArray[Any]:
    """Find the positions of the rows' strata; -1 where a row has none."""
    if known is None:
        if stratum is not None:
            raise NNFitError(
                "stratum", "is not needed: the fit was made without strata.", "Leave it out."
            )
        return np.zeros(n, dtype=int)
    if stratum is None:
        raise NNFitError("stratum", "is missing: the fit has several.", "Give that of each row.")
    labels = np.atleast_1d(as_array(stratum, "stratum"))
    if labels.shape != (n,):
        raise NNFitError("stratum", f"has shape {labels.shape}, and x has {n} rows.")
    position: dict[Any, int] = {label: place for place, label in enumerate(known)}
    names = [None if label is None else str(label) for label in labels.tolist()]
    unknown = sorted({name for name in names if name is not None and name not in position})
    if unknown:
        raise NNFitError(
            "stratum", f"has labels that the fit has not: {listed(unknown)}.",
            f"It has {listed(list(known))}.",
        )  # fmt: skip
    return np.array([-1 if name is None else position[name] for name in names])
