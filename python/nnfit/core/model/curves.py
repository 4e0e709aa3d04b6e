"""The values of activations over a range, for pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..data.reading import as_floats
from ..ground.errors import NNFitError
from ..options import catalog
from ..options.catalog import Named
from ..options.checks import check


def activation_curves(activations: Iterable[Any], x: Any) -> NDArray[Any]:
    """Evaluate activations at the same inputs.

    Each is given two units, the input and a 0, and the first unit's output is kept: so those that
    look at all units of a row (the softmax family) have a curve too. It changes nothing for the
    others.

    Parameters
    ----------
    activations : iterable of name or pair
        Such as `"relu"` or `("leaky_relu", {"negative_slope": 0.1})`.
    x : array (n,)
        Inputs.

    Returns
    -------
    array (n, number of activations)
        In float64, as the activations are once trained: random ones ("rrelu") at their mean.
    """
    named = check("activation", activations)
    if not named:
        raise NNFitError("activations", "must name one activation at least.")
    inputs = torch.from_numpy(_inputs(x))
    units = torch.stack([inputs, torch.zeros_like(inputs)], dim=1)
    with torch.no_grad():
        curves = [_module(activation)(units)[:, 0] for activation in named]
    return torch.stack(curves, dim=1).numpy()


def _inputs(x: Any) -> NDArray[Any]:
    inputs: NDArray[Any] = np.atleast_1d(as_floats(x, "x")).astype(np.float64)
    if inputs.ndim != 1 or not inputs.size:
        raise NNFitError("x", f"must be one number or more in one dimension, not {inputs.shape}.")
    return inputs


def _module(activation: Named) -> torch.nn.Module:
    module: torch.nn.Module = catalog.build("activation", activation)
    return module.double().eval()
