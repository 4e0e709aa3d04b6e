"""How sure the coefficients of a linear model are, with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ground.errors import NNFitError
from ..model.fit import FAULTS, FitView
from ..model.folding import linear_coefficients
from ..model.outputs import output_names

FAR = 0.05  # of a standard error, that coefficients may be from the maximum of the likelihood
REPLICATES = "Replicates say how sure it is all the same: `bootstrap=100`."


class Coefficients(NamedTuple):
    """The coefficients of a fit, outcome after outcome, each intercept first.

    Attributes
    ----------
    outcome, term : tuple of str
        Whose each is, and what it stands before.
    estimate, std_error : array (coefficients,)
        In the units of the data; NaN where a column takes no part.
    covariance : array (coefficients, coefficients)
    deviance : array (outcomes,) or None
        As R's `deviance()` of `lm()` and `glm()`; None where there is none.
    df_residual : int
        Rows that count, less the coefficients of an outcome.
    dispersion : array (outputs, outputs)
        Of the outcome about its mean, and between several outcomes; 1 where the likelihood says
        so.
    """

    outcome: tuple[str, ...]
    term: tuple[str, ...]
    estimate: NDArray[Any]
    std_error: NDArray[Any]
    covariance: NDArray[Any]
    deviance: NDArray[Any] | None
    df_residual: int
    dispersion: NDArray[Any]


def coefficients(fit: Mapping[str, Any]) -> Coefficients:
    """Give a linear fit's coefficients, and how sure they are.

    By the inverse of Fisher's information, as R's `lm()` and `glm()`: it holds where the model
    does, and of others than squared error for many rows.

    Parameters
    ----------
    fit : mapping
        What `fit()` or `fit_parquet()` returned for a model without hidden units, whose loss is a
        likelihood and which has no penalty.

    Raises
    ------
    NNFitError
        If the fit has no such covariance, saying why: a penalty, a loss that is no likelihood,
        scores of several classes, more coefficients than rows, or training that has not come to
        the maximum of the likelihood.
    """
    view = FitView(fit)
    known = _known(fit, view)
    values = linear_coefficients(fit)
    values = values if view.spec.bias[0] else values[:, 1:]
    covariance = covariance_of(known, len(values))
    aside = np.isnan(values.ravel())
    covariance[aside], covariance[:, aside] = np.nan, np.nan
    outcomes, terms = _names(view, *values.shape)
    return Coefficients(
        outcomes,
        terms,
        values.ravel(),
        np.sqrt(covariance.diagonal()),
        covariance,
        None if known["deviance"] is None else np.asarray(known["deviance"]),
        known["freedom"],
        np.asarray(known["dispersion"]),
    )


def _known(fit: Mapping[str, Any], view: FitView) -> Mapping[str, Any]:
    """Give what a fit knows of its coefficients, or say why that is nothing."""
    spec = view.spec
    known: Mapping[str, Any] | None = fit.get("information")
    fault = (fit.get("fault") or {}).get("kind", "")
    reasons = {
        "has hidden layers, whose weights mean nothing one by one.": not spec.linear,
        "has a penalty, which draws its coefficients to zero.": spec.penalty > 0,
        "has a loss that is no likelihood.": spec.likelihood is None,
        "has scores of classes, which are known up to what is added to all of them.": (
            spec.likelihood == "multinomial"
        ),
        f"has {FAULTS.get(fault, fault)}.": bool(fault),
        "has as many coefficients as rows, or more than 1,000 of them.": known is None,
        "has not come to the maximum of the likelihood.": (
            known is not None and not known["gap"] <= FAR
        ),
    }
    for reason, applies in reasons.items():
        if applies:
            raise NNFitError("fit", reason, REPLICATES if spec.linear else "")
    assert known is not None  # the reasons have said so
    return known


def covariance_of(known: Mapping[str, Any], outputs: int, scores: bool = False) -> NDArray[Any]:
    """Give the covariance of all coefficients, output after output, by a fit's `information`.

    `scores`: whether the outputs are scores of classes, of which it has one block for all.
    """
    root, dispersion = np.asarray(known["root"]), np.asarray(known["dispersion"])
    blocks = root @ root.swapaxes(1, 2)
    if scores:
        return np.asarray(blocks[0])
    if len(blocks) < outputs or outputs == 1:  # one for all outputs
        return np.kron(dispersion, blocks[0])
    size = len(blocks[0])
    covariance = np.zeros((outputs * size, outputs * size))
    for k, block in enumerate(blocks):
        covariance[k * size : (k + 1) * size, k * size : (k + 1) * size] = block * dispersion[k, k]
    return covariance


def _names(view: FitView, outputs: int, size: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    spec = view.spec
    terms: Sequence[str] = spec.feature_names or [f"x{j + 1}" for j in range(spec.n_features)]
    terms = [*(["(Intercept)"] if spec.bias[0] else []), *terms]
    names = output_names(spec, outputs)
    outcomes = tuple(name for name in names for _ in terms)
    return outcomes, tuple(terms) * outputs
