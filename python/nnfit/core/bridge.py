"""What R calls: the functions of the core, with plain types in place of a `Fit`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from . import api, elsewhere, files
from . import search as searching
from .compare import compare as comparison
from .data.censored import surv
from .diagnosis import diagnose as diagnosis
from .explained import explain as explaining
from .explained import importance as importances
from .explained import shapley
from .exported import exported, live
from .ground.errors import NNFitWarning, warnings_told
from .ground.forks import torch_began_in as torch_began_in
from .ground.interrupts import interrupted, python_sees_interrupts
from .ground.parent import end_with_parent as end_with_parent
from .inference import conformal, intervals, jackknife, survival
from .model import curves, folding
from .model import network as networks
from .model.fit import FitView
from .options import catalog
from .options.folder import Folder, read_folder
from .options.own import OwnFunction
from .options.rows import option_rows
from .repeats import cross_validation
from .tuned.space import Choice, Range

Given = TypeVar("Given")


def _crossing(function: Callable[..., Given]) -> Callable[..., Given | dict[str, Any]]:
    """Have an interrupt that comes in a function be Python's, and tell R of it when it returns.

    Then a dict with `interrupted` is what it gives, beside what there was by then.
    """

    @wraps(function)
    def crossing(*args: Any, **kwargs: Any) -> Given | dict[str, Any]:
        try:
            with python_sees_interrupts():
                return function(*args, **kwargs)
        except KeyboardInterrupt as stop:
            return {**getattr(stop, "fit", {}), "interrupted": True}

    return crossing


def _training(function: Callable[..., Mapping[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Have a function that trains give a dict, which always says whether it was interrupted.

    It has `warnings` too, if there are any: R has warnings of its own. And R says of a checkpoint
    more than a user of Python can.
    """

    @wraps(function)
    def training(*args: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs.get("checkpoint"), dict):
            kwargs["checkpoint"] = _folder(**kwargs["checkpoint"])
        with warnings_told() as told:
            made = {"interrupted": False, **function(*args, **kwargs)}
        return {**made, "warnings": told} if told else made

    return _crossing(training)


def _folder(path: str, drawn: bool, beside: Any) -> Folder:
    given = read_folder(option_rows()["checkpoint"], path)
    return given._replace(drawn=drawn, beside=dict(beside or {}))


def _quiet(function: Callable[..., Given]) -> Callable[..., Given]:
    """Keep what R warns of itself from being said twice."""

    @wraps(function)
    def quiet(*args: Any, **kwargs: Any) -> Given:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NNFitWarning)
            return function(*args, **kwargs)

    return quiet


@_crossing
def unscaled(fit: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fold the scaling of a fit whose version did not keep what comes of it; see `folding`."""
    view = FitView(fit)
    if view.spec.own_model:
        return None
    network = networks.rebuild(view.spec, view.parameters)  # which knows the shapes
    return folding.unscaled(networks.state(network), view.scaling, view.spec)


@_crossing
def component_of(kind: str, value: Any) -> list[Any]:
    """Say what an object of torch's, where a name is meant, stands for: its name and arguments."""
    named = catalog.parse(kind, value)
    return [named.name, named.args]


def _with_own_loss(function: Callable[..., Given]) -> Callable[..., Given]:
    """Have a function that trains take an R function as `loss`.

    R gives `{"value": tensor}`, `{"error": text}` or `{"interrupted": True}`: an error of its own
    would lose its text.
    """

    @wraps(function)
    def with_own_loss(*args: Any, **kwargs: Any) -> Given:
        loss = kwargs.get("loss")
        if callable(loss):
            kwargs["loss"] = OwnFunction(_of_r(loss), remote=True)
        return function(*args, **kwargs)

    return with_own_loss


def _of_r(function: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
    def call(*tensors: Any) -> Any:
        given = function(*tensors)
        said = given.get("error", "")
        if "interrupted" in given or said.startswith("KeyboardInterrupt"):
            raise KeyboardInterrupt
        if "error" in given:
            raise RuntimeError(said)
        return given["value"]

    return call


def _with_censored(function: Callable[..., Given]) -> Callable[..., Given]:
    """Have a function that trains take censored times as a dict of what `surv()` takes."""

    @wraps(function)
    def with_censored(x: Any, y: Any, *args: Any, **kwargs: Any) -> Given:
        held_out = kwargs.get("validation")
        if isinstance(held_out, (list, tuple)):
            kwargs["validation"] = [_censored(one) for one in held_out]
        return function(x, _censored(y), *args, **kwargs)

    return with_censored


def _with_censored_rows(function: Callable[..., Given]) -> Callable[..., Given]:
    """Have a function that takes a fit and rows take censored times likewise."""

    @wraps(function)
    def with_censored(fit: Any, x: Any, y: Any, **kwargs: Any) -> Given:
        return function(fit, x, _censored(y), **kwargs)

    return with_censored


def _censored(given: Any) -> Any:
    return surv(**given) if isinstance(given, dict) else given


def _with_made(function: Callable[..., Given]) -> Callable[..., Given]:
    """Have a function that asks for columns take an R function, which gives what `_of_r()` says."""

    @wraps(function)
    def with_made(*args: Any, made: Any = None, **kwargs: Any) -> Given:
        return function(*args, made=None if made is None else _of_r(made), **kwargs)

    return with_made


def _search(x: Any, y: Any, *, space: Mapping[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Search for options; `space` has for each a dict of what a `Range` takes, or of `values`."""
    options: dict[str, Any] = {
        name: Choice(*map(_one, given["values"])) if "values" in given else Range(**given)
        for name, given in space.items()
    }
    try:
        return _in_plain(searching.tune(x, y, **kwargs, **options))
    except KeyboardInterrupt as stop:
        if not hasattr(stop, "fit"):
            raise
        raise interrupted(_in_plain(stop.fit)) from None


def _one(value: Any) -> Any:
    """Make a tuple of what is one value of several parts: a list is a `Choice` itself."""
    return tuple(value) if isinstance(value, list) else value


def _in_plain(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out the candidates' values, which R has, and make a dict of the fit."""
    plain = {name: value for name, value in found.items() if name != "candidates"}
    return {**plain, "fit": dict(plain["fit"])} if "fit" in plain else plain


def _plain(function: Callable[..., Mapping[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Have a function give a dict and no more: of another class R would not see its entries."""

    @wraps(function)
    def plain(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return dict(function(*args, **kwargs))

    return plain


def _by_place(function: Callable[..., Given]) -> Callable[..., Given]:
    """Have a function take rows of a fit by the places of columns: R has matched their names."""

    @wraps(function)
    def by_place(fit: Mapping[str, Any], *args: Any, **kwargs: Any) -> Given:
        options = {**fit["options"], "feature_names": None}
        return function({**fit, "options": options}, *args, **kwargs)

    return by_place


fit = _training(_with_censored(_with_own_loss(api.fit)))
fit_design = _training(files.fit_design)
write_job = _crossing(elsewhere.job_of_design)
tune = _training(_with_censored(_with_own_loss(_search)))
cross_validate = _training(_with_censored(_with_own_loss(cross_validation.cross_validate)))
export = _crossing(exported.export_with)
module = _crossing(live.module)
predict = _crossing(_by_place(api.predict))
predict_interval = _crossing(_by_place(intervals.predict_interval))
predict_conformal = _crossing(_by_place(conformal.predict_conformal))
predict_jackknife = _crossing(_by_place(jackknife.predict_jackknife))
predict_sets = _crossing(_by_place(conformal.predict_sets))
predict_survival = _crossing(_by_place(survival.predict_survival))
predict_parquet = _crossing(_quiet(files.predict_parquet))
scan_parquet = _crossing(files.scan_parquet)
activation_curves = _crossing(curves.activation_curves)
diagnose = _crossing(_by_place(_plain(_with_censored_rows(diagnosis.diagnose))))
explain = _crossing(_by_place(explaining.explain))
permuted = _crossing(_by_place(_with_censored_rows(_with_made(importances.permuted))))
shapley_of = _crossing(_by_place(shapley.shapley_of))
compare_methods = _crossing(comparison.compare)
certify_fit = _crossing(comparison.certify_fit)
