"""The values of activations over a range, for pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from ..options import catalog


def activation_curves(activations: Iterable[Any], x: Any) -> np.ndarray:
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
    inputs = torch.as_tensor(np.atleast_1d(x), dtype=torch.float64)
    units = torch.stack([inputs, torch.zeros_like(inputs)], dim=1)
    with torch.no_grad():
        curves = [_module(activation)(units)[:, 0] for activation in activations]
    return torch.stack(curves, dim=1).numpy()


def _module(activation: Any) -> torch.nn.Module:
    return catalog.build("activation", catalog.parse("activation", activation)).double().eval()
