"""Parameters in the data's own units: what standardising did is folded into the layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..options.resolved import Resolved
from .embedding import NAME as EMBED


@np.errstate(over="ignore", invalid="ignore")  # of a fit that diverged
def unscaled(
    parameters: Mapping[str, np.ndarray], scaling: Scaling | None, spec: Resolved
) -> dict[str, np.ndarray] | None:
    """Fold the scaling into the first and the last layer of a network that we built.

    (x - center) / scale goes into the first layer, and output * scale + center into the last.

    Parameters
    ----------
    parameters : mapping
        As trained.
    scaling : Scaling or None
        That they were trained under.
    spec : Resolved

    Returns
    -------
    dict of array or None
        Weight and, where there is one, bias of these layers, by name; None: nothing changes.
        For a module of the user's own nothing is folded: which layer comes first is its secret.
    """
    if scaling is None or spec.own_model:
        return None
    weights = [
        name
        for name, value in parameters.items()
        if value.ndim >= 2 and name.endswith("weight") and not name.startswith(f"{EMBED}.")
    ]
    folded = dict(parameters)
    with np.errstate(over="ignore", invalid="ignore"):
        if not spec.tuned:  # what came between is no linear map: see `draw_in()`
            _fold_inputs(folded, weights[0], *_of_inputs(scaling, spec))
        _fold_outputs(folded, weights[-1], scaling)
    if not _finite(folded) and _finite(parameters):
        raise NNFitError(
            "x",
            "has columns so small, or so large, that their coefficients are beyond numbers.",
            "Give them in other units.",
        )
    ends = weights[-1:] if spec.tuned else [weights[0], weights[-1]]
    names = {name for weight in ends for name in (weight, _bias(weight))}
    return {name: value for name, value in folded.items() if name in names}


def _finite(parameters: Mapping[str, np.ndarray]) -> bool:
    return all(bool(np.isfinite(values).all()) for values in parameters.values())


def _bias(weight: str) -> str:
    return weight.replace("weight", "bias")


def _of_inputs(scaling: Scaling, spec: Resolved) -> tuple[np.ndarray, np.ndarray]:
    """Give the center and the scale of what the first layer is given: vectors come last."""
    center, scale = scaling.x_center, scaling.x_scale
    if not spec.embedded:
        return center, scale
    more = sum(one.size for one in spec.embedded)
    center, scale = (np.delete(one, spec.code_columns) for one in (center, scale))
    return np.append(center, np.zeros(more)), np.append(scale, np.ones(more))


def _fold_inputs(
    parameters: dict[str, np.ndarray], weight: str, center: np.ndarray, scale: np.ndarray
) -> None:
    parameters[weight] = parameters[weight] / scale
    bias = _bias(weight)
    if bias in parameters:
        parameters[bias] = parameters[bias] - parameters[weight] @ center


def _fold_outputs(parameters: dict[str, np.ndarray], weight: str, scaling: Scaling) -> None:
    parameters[weight] = parameters[weight] * scaling.output_scale[:, None]
    bias = _bias(weight)
    if bias in parameters:
        parameters[bias] = parameters[bias] * scaling.output_scale + scaling.output_center


def linear_coefficients(fit: Mapping[str, Any]) -> np.ndarray:
    """Give a linear fit's coefficients in the data's own units.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned for a model without hidden units.

    Returns
    -------
    array (n_outputs, 1 + n_features)
        The intercept first; zero where the model has no bias. NaN where a column takes no part.
    """
    parameters = {**fit["parameters"], **(fit["unscaled"] or {})}
    weight = np.asarray(parameters["0.weight"])
    bias = np.asarray(parameters.get("0.bias", np.zeros(len(weight))))
    scaling = Scaling.of_fit(fit.get("scaling"))
    if scaling is not None:
        weight = np.where(scaling.left_out, np.nan, weight)
    return np.column_stack([bias, weight])
