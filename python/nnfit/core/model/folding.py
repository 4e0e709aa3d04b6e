"""Parameters in the data's own units: what standardising did is folded into the layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..options.resolved import Resolved
from .embedding import NAME as EMBED

SKIP = "skip.weight"


@np.errstate(over="ignore", invalid="ignore")  # of a fit that diverged
def unscaled(
    parameters: Mapping[str, np.ndarray], scaling: Scaling | None, spec: Resolved
) -> dict[str, np.ndarray] | None:
    """Fold the scaling into the first and the last layer of a network that we built.

    (x - center) / scale goes into the first layer, and output * scale + center into the last. A
    skip connection is both; its center goes into the bias of the last layer.

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
    ends = ends_of(parameters, spec)
    folded = dict(parameters)
    if not _inputs_are_kept(spec):
        inputs = _of_inputs(scaling, spec)
        _fold_inputs(folded, ends[0], _bias(ends[0]), *inputs)
        if spec.skip:
            _fold_inputs(folded, SKIP, _bias(ends[1]), *inputs)
    _fold_outputs(folded, ends[1:], scaling)
    if not _finite(folded) and _finite(parameters):
        raise NNFitError(
            "x",
            "has columns so small, or so large, that their coefficients are beyond numbers.",
            "Give them in other units.",
        )
    changed = ends[1:] if _inputs_are_kept(spec) else ends
    names = {name for weight in changed for name in (weight, _bias(weight))}
    return {name: value for name, value in folded.items() if name in names}


def ends_of(parameters: Mapping[str, np.ndarray], spec: Resolved) -> list[str]:
    """Name the weights of the first and the last layer, and of what is added to the last."""
    weights = [
        name
        for name, value in parameters.items()
        if value.ndim >= 2
        and name.endswith("weight")
        and name != SKIP
        and not name.startswith(f"{EMBED}.")
    ]
    return [weights[0], weights[-1], *([SKIP] if spec.skip else [])]


def _inputs_are_kept(spec: Resolved) -> bool:
    """Tell whether the inputs stay standardised in the parameters.

    So where they are no linear map of the data (see `draw_in()`), and where the first layer adds
    them, as they are, to what it gives.
    """
    return spec.tuned or (spec.residual and spec.n_inputs == spec.hidden_units[0])


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
    parameters: dict[str, np.ndarray],
    weight: str,
    bias: str,
    center: np.ndarray,
    scale: np.ndarray,
) -> None:
    parameters[weight] = parameters[weight] / scale
    if bias in parameters:
        parameters[bias] = parameters[bias] - parameters[weight] @ center


def _fold_outputs(
    parameters: dict[str, np.ndarray], weights: Sequence[str], scaling: Scaling
) -> None:
    for weight in weights:
        parameters[weight] = parameters[weight] * scaling.output_scale[:, None]
    bias = _bias(weights[0])
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
