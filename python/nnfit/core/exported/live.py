"""`module()`: a fit as a live module of torch's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from ..ground import forks
from ..model import network as networks
from ..model.fit import FitView
from .scorer import Linked


def module(fit: Mapping[str, Any], *, model: nn.Module | None = None) -> nn.Module:
    """Give the network of a fit as a module of torch's, to look into or to train on.

    Its rows (n, columns) are in the user's units and in the dtype of the fit, and what it gives is
    what `predict(type="link")` does. Of a fit with `scale=False` it is the network itself; else
    that is its part `network`, between standardising and its way back. It is a copy: what becomes
    of it leaves the fit as it is. `fit(model=module(made), scale=False)` trains it on.

    Parameters
    ----------
    fit : Fit
        What `fit()` or `load()` returned.
    model : nn.Module, optional
        Your own module again, where the fit came from one; it is copied.

    Returns
    -------
    nn.Module
        In evaluation mode, on the CPU.

    Examples
    --------
    >>> import torch
    >>> from nnfit.core import fit, module
    >>> made = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0], scale=False)
    >>> module(made)
    Sequential(
      (0): Linear(in_features=1, out_features=1, bias=True)
    )
    """
    view = FitView(fit)
    forks.settle()
    network = networks.rebuild(view.spec, view.parameters, model)
    if view.scaling is None and not view.spec.embedded:
        return network
    dtype = view.spec.torch_dtype
    return Linked(network, view.spec, view.scaling, dtype, dtype).eval()
