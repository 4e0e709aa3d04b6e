"""What R calls: the functions of the core, with plain types in place of a `Fit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from . import api, files
from .api import predict as predict
from .files import predict_parquet as predict_parquet
from .files import scan_parquet as scan_parquet
from .ground.forks import torch_began_in as torch_began_in
from .inference.intervals import predict_interval as predict_interval
from .model import folding
from .model import network as networks
from .model.curves import activation_curves as activation_curves
from .model.fit import FitView
from .repeats import cross_validation


def _plain(function: Callable[..., Mapping[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Have a function give a dict, with `interrupted`: in R it is R that tells of an interrupt."""

    @wraps(function)
    def plain(*args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            return {**function(*args, **kwargs), "interrupted": False}
        except KeyboardInterrupt as stop:
            if not hasattr(stop, "fit"):
                raise
            return {**stop.fit, "interrupted": True}

    return plain


def unscaled(fit: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fold the scaling of a fit whose version did not keep what comes of it; see `folding`."""
    view = FitView(fit)
    if view.spec.own_model:
        return None
    network = networks.rebuild(view.spec, view.parameters)  # which knows the shapes
    return folding.unscaled(networks.state(network), view.scaling, view.spec)


fit = _plain(api.fit)
fit_design = _plain(files.fit_design)
cross_validate = _plain(cross_validation.cross_validate)
