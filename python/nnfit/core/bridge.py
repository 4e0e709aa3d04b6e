"""What R calls: the functions of the core, with plain types in place of a `Fit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from . import api, files
from .api import predict as predict
from .files import predict_parquet as predict_parquet
from .files import scan_parquet as scan_parquet
from .inference.intervals import predict_interval as predict_interval
from .model import folding
from .model import network as networks
from .model.curves import activation_curves as activation_curves
from .model.fit import Fit, FitView
from .options import catalog
from .repeats.cross_validation import cross_validate as cross_validate


def _plain(function: Callable[..., Fit]) -> Callable[..., dict[str, Any]]:
    @wraps(function)
    def plain(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return function(*args, **kwargs).plain()

    return plain


def unscaled(fit: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fold the scaling of a fit whose version did not keep what comes of it; see `folding`."""
    view = FitView(fit)
    if view.spec.own_model:
        return None
    network = networks.rebuild(view.spec, view.parameters)  # which knows the shapes
    return folding.unscaled(networks.state(network), view.scaling, view.spec)


def component_of(kind: str, value: Any) -> list[Any]:
    """Say what an object of torch's, where a name is meant, stands for: its name and arguments."""
    named = catalog.parse(kind, value)
    return [named.name, named.args]


fit = _plain(api.fit)
fit_design = _plain(files.fit_design)
