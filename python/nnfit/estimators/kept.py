"""An estimator in the file of its fit, and back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.ground.errors import NNFitError
from ..core.model.fit import FitView
from ..core.options.checks import check
from ..core.options.ignored import DEFAULT
from ..core.options.rows import option_names
from ..core.saved.saved import FitOfFile, load

OF_RUN = ("levels", "loss", "embed", "engine", "device")  # of one fit, or read otherwise
PLAIN = (type(None), bool, int, float, str)
KINDS = {"b": bool, "i": np.int64, "u": np.uint64, "f": np.float64, "U": str, "O": object}


def kept(estimator: Any) -> FitOfFile:
    """Give the fit of an estimator with what else is to be written: parameters, labels, shape.

    What is code or data of the user's own (`model`, `loss` as a function, `callback`, `progress`,
    held-out data, a `RandomState`) is in no file: such a parameter is None, or its default.
    """
    fit = estimator.fit_
    parameters = estimator.get_params(deep=False)
    defaults = type(estimator)().get_params(deep=False)
    changed = {
        name: _plain(value) for name, value in parameters.items()
        if _is_plain(value) and not _same(value, defaults[name])
    }  # fmt: skip
    labels = getattr(estimator, "classes_", None)
    beside = {
        "parameters": changed,
        "labels": None if labels is None else labels.tolist(),
        "kind": None if labels is None else labels.dtype.kind,
        "features": int(estimator.n_features_in_),
        "names": _names(estimator),
        "one_column": bool(getattr(estimator, "_one_column", True)),
    }
    made = FitOfFile(**{name: fit[name] for name in fit})
    object.__setattr__(made, "beside", {**getattr(fit, "beside", {}), "estimator": beside})
    return made


def _names(estimator: Any) -> list[str] | None:
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def _is_plain(value: Any) -> bool:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "biufU"
    if isinstance(value, Mapping):
        return all(map(_is_plain, (*value.keys(), *value.values())))
    return isinstance(value, PLAIN) or (
        isinstance(value, (list, tuple)) and all(map(_is_plain, value))
    )


def _plain(value: Any) -> Any:
    """Write a parameter; the labels of classes are texts in a file."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def estimator_of(cls: type[Any], path: str | os.PathLike[str]) -> Any:
    """Make an estimator of a file.

    Raises
    ------
    NNFitError
        If the fit in it is of another kind of outcome.
    """
    fit = load(path)
    levels = FitView(fit).spec.levels
    if (levels is not None) is not cls._of_classes or getattr(fit, "baseline", None) is not None:
        what = "times" if fit.baseline is not None else "numbers" if levels is None else "classes"
        raise NNFitError(
            "path", f"has a fit of {what}, which is no {cls.__name__}.",
            "Read it by `nnfit.load()`, or by the class that wrote it.",
        )  # fmt: skip
    found = getattr(fit, "beside", {}).get("estimator")
    known = _of_fit(fit, levels) if found is None else _checked(found, levels, cls)
    made = cls(**known["parameters"])
    made.fit_ = fit
    made.n_features_in_ = known["features"]
    if known["names"] is not None:
        made.feature_names_in_ = np.array(known["names"], dtype=object)
    if levels is None:
        made._one_column = known["one_column"]
    else:
        made.classes_ = known["labels"]
    return made


def _labels(known: Mapping[str, Any]) -> NDArray[Any]:
    labels = np.empty(len(known["labels"]), dtype=object)
    labels[:] = known["labels"]
    return labels.astype(KINDS[known["kind"]])


def _of_fit(fit: Any, levels: Any) -> dict[str, Any]:
    """Say what an estimator knows, of a fit that no estimator made: its options as they were."""
    options, spec = fit.options, FitView(fit).spec
    names = [
        name for name in option_names("training")
        if name in options and name not in OF_RUN
        and check(name, options[name]) != getattr(DEFAULT, name)
    ]  # fmt: skip
    loss = {} if spec.family.own else {"loss": options["loss"]}
    formula = getattr(fit, "beside", {}).get("formula") or {}
    by_formula = formula.get("variables") is not None
    return {
        "parameters": {**{name: options[name] for name in names}, **loss},
        "labels": None if levels is None else np.array(levels, dtype=object),
        "features": int(spec.n_features),
        "names": None if by_formula else spec.feature_names,
        "one_column": spec.n_responses == 1,
    }


def _checked(found: Any, levels: Any, cls: type[Any]) -> dict[str, Any]:
    """Check what a file says of an estimator: nobody knows who wrote it."""
    wrong = NNFitError("path", "has something else than what an estimator knows of its fit.")
    fields = {"parameters", "labels", "kind", "features", "names", "one_column"}
    if not isinstance(found, dict) or set(found) != fields:
        raise wrong
    labels, names = found["labels"], found["names"]
    texts = None if labels is None else [str(one) for one in labels]
    if (
        not isinstance(found["parameters"], dict)
        or not set(found["parameters"]) <= set(cls._get_param_names())
        or (None if levels is None else list(levels)) != texts
        or (labels is not None and found["kind"] not in KINDS)
        or not isinstance(found["features"], int)
        or not (names is None or (isinstance(names, list) and len(names) == found["features"]))
    ):
        raise wrong
    try:
        return {**found, "labels": None if labels is None else _labels(found)}
    except (TypeError, ValueError, OverflowError):
        raise wrong from None
