"""The baseline hazard of a model of risks, and what risks are relative to.

Where the reference is, changes no comparison of risks, but says what a risk of 1 is: of a linear
model that of a row with the mean of each column, as for survival's `coxph()`, where a column of
nothing but -1, 0 and 1 stays at 0; of others the geometric mean of the risks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from ..data.censored import EVENT, START, STOP, STRATUM, codes_of
from ..data.compared import compare, slope
from ..data.risk_sets import RiskSets
from ..data.scaling import Scaling, identity
from ..data.table import Table
from ..options.resolved import Resolved
from .predictions import link_of

KEPT = (-1, 0, 1)  # a column that has no other value tells groups apart: its mean is no one's


def centred(
    network: nn.Module, spec: Resolved, scaling: Scaling | None, rows: Table
) -> Scaling | None:
    """Move the outputs of a model of risks, by the rows that it was trained on, to its reference.

    Others stay as they are.
    """
    if not spec.family.relative:
        return scaling
    shape: Any = rows.x.shape[1:] if spec.own_model else spec.n_features
    at = identity(shape, spec.n_outputs, spec.heads) if scaling is None else scaling
    at = at._replace(output_center=np.zeros(spec.n_outputs))
    if spec.linear:
        middle = link_of(network, spec, at, _reference(rows)[None])[0]
    else:
        middle = np.average(link_of(network, spec, at, rows.x), axis=0, weights=rows.weights)
    if rows.offset is not None:
        middle = middle + rows.offset.mean(axis=0)
    return at._replace(output_center=-middle)


def _reference(rows: Table) -> np.ndarray:
    """Give the row (p,) that others are compared with.

    Its means do not heed weights where rows have starts: neither do those of `coxph()`.
    """
    groups = np.isin(rows.x, KEPT).all(axis=0)
    weights = None if np.isfinite(rows.y[:, START]).any() else rows.weights
    means = np.average(rows.x, axis=0, weights=weights)
    return np.where(groups, 0.0, means)


def baseline_of(rows: Table, link: np.ndarray, spec: Resolved) -> dict[str, np.ndarray]:
    """Compute the cumulative baseline hazard at every time of the rows that were trained on.

    Of Efron's ties as of Breslow's it is what maximises the likelihood's full form at these risks,
    as survival's `survfit()` has it.

    Parameters
    ----------
    rows : Table
    link : array (n, 1)
        Of these rows, relative to the reference, with the offset.
    spec : Resolved

    Returns
    -------
    dict
        Of each stratum and each of its times, in this order: `stratum` (from 0), `time`, `hazard`
        (cumulative), and the weights at risk, with an event, and censored: `n_risk`, `n_event`,
        `n_censor`. Of each stratum its `rows` and the mean of the link without offset: `center`.
        Of each row its martingale `residual`: its events less those that its risk lets expect
        (Therneau, Grambsch and Fleming 1990, Martingale-based residuals for survival models,
        Biometrika 77, 147-160). `log_likelihood` (2,): the logarithm of the partial likelihood of
        the model without columns, and of this one. Of a linear model `means` (p,), the columns of
        the reference, and `strata_means` (S, p).
    """
    weights = np.ones(len(rows.x)) if rows.weights is None else rows.weights.astype(np.float64)
    codes = codes_of(rows.y)
    ties = spec.loss.args.get("ties", spec.family.arguments["ties"])
    sets = RiskSets(torch.from_numpy(codes), torch.from_numpy(weights), ties == "breslow")
    compared = compare(sets, torch.from_numpy(link[:, 0].copy()))
    # each stratum's times have numbers of their own
    number = codes[:, STRATUM] * sets.length + codes[:, STOP]
    numbers, first, places = np.unique(number, return_index=True, return_inverse=True)
    stratum, time = codes[first, STRATUM], rows.y[first, STOP]
    of_set, at = sets.tied.numpy().T
    growth = np.zeros(len(numbers))
    growth[np.searchsorted(numbers, of_set * sets.length + at)] = (
        compared.hazard * torch.exp(-compared.largest[of_set])
    ).numpy()
    event = rows.y[:, EVENT]
    known = np.zeros(len(link)) if rows.offset is None else rows.offset[:, 0]
    own, without = link[:, 0] - known, compare(sets, torch.tensor(known)).log_likelihood
    return {
        "stratum": stratum,
        "time": time,
        "hazard": np.concatenate([np.cumsum(growth[stratum == s]) for s in np.unique(stratum)]),
        "n_risk": _at_risk(rows.y, weights, stratum, time),
        "n_event": np.bincount(places, weights * event),
        "n_censor": np.bincount(places, weights * (1 - event)),
        "residual": (slope(sets, compared) / sets.weights).numpy(),
        "log_likelihood": np.array([float(without), float(compared.log_likelihood)]),
        **_of_strata(codes[:, STRATUM], own, weights),
        **(_of_columns(rows, codes[:, STRATUM], weights) if spec.linear else {}),
    }


def _of_strata(stratum: np.ndarray, link: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    mass, sums = np.bincount(stratum, weights), np.bincount(stratum, weights * link)
    center = np.divide(sums, mass, out=np.zeros(len(mass)), where=mass > 0)
    return {"rows": np.bincount(stratum), "center": center}


def _of_columns(rows: Table, stratum: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    sums = np.zeros((int(stratum.max()) + 1, rows.x.shape[1]))
    np.add.at(sums, stratum, weights[:, None] * rows.x)
    mass = np.bincount(stratum, weights)[:, None]
    return {"means": _reference(rows), "strata_means": sums / np.where(mass > 0, mass, 1.0)}


def _at_risk(
    y: np.ndarray, weights: np.ndarray, stratum: np.ndarray, time: np.ndarray
) -> np.ndarray:
    """Add up the weights at risk at each time of each stratum."""
    at_risk = np.empty(len(time))
    for one in np.unique(stratum):
        here, own = stratum == one, y[:, STRATUM] == one
        later, late = (_later(y[own, column], weights[own], time[here]) for column in (STOP, START))
        at_risk[here] = later - late
    return at_risk


def _later(values: np.ndarray, weights: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Add up the weights of values that are at times or later."""
    order = np.argsort(values)
    summed = np.append(0.0, np.cumsum(weights[order][::-1]))
    later = len(values) - np.searchsorted(values[order], times, side="left")
    return np.asarray(summed[later])
