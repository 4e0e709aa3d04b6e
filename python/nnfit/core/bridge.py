"""What R calls: the functions of the core, with plain types in place of a `Fit`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from . import api, files
from .api import predict as predict
from .files import predict_parquet as predict_parquet
from .files import scan_parquet as scan_parquet
from .inference.intervals import predict_interval as predict_interval
from .model.curves import activation_curves as activation_curves
from .model.fit import Fit
from .repeats.cross_validation import cross_validate as cross_validate


def _plain(function: Callable[..., Fit]) -> Callable[..., dict[str, Any]]:
    @wraps(function)
    def plain(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return function(*args, **kwargs).plain()

    return plain


fit = _plain(api.fit)
fit_design = _plain(files.fit_design)
