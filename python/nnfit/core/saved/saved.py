"""`save()` and `load()`: a fit as one file, which R's `nn_save()` and `nn_load()` share."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from ..formula.formula import Formula
from ..ground.errors import NNFitError, NNFitFileError
from ..ground.foreign import Unreadable
from ..model.fit import SCHEMA, Fit, no_fit
from . import container
from .fields import checked
from .tree import decode, encode

FORMAT = "nnfit"
VERSION = "1"  # of the file; the fit in it says its own schema
BESIDE = ("formula", "r", "estimator")  # what R writes, and what an estimator does
REMEDY = "Write it anew, by `nnfit.save()` or in R by `nn_save()`."


class FitOfFile(Fit):
    """A fit from a file, with what is written beside it.

    Attributes
    ----------
    beside : dict
        `formula`, what a formula of R means, in numbers: data frames are turned into the columns
        of the fit by it; `r`, what only R reads, and `estimator`, what only `nnfit.estimators`
        does, kept for when the fit is saved again.
    """

    beside: dict[str, Any]  # no field: what a fit is has its own list

    def __repr__(self) -> str:
        """Say what was fitted, and that its columns are made by a formula."""
        formula = Formula.of(self)
        made = "" if formula is None else f", columns by {formula.text}"
        return f"{super().__repr__()[:-1]}{made}>"


def save(fit: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a fit to a file that `nnfit.load()` and R's `nn_load()` read.

    Parameters
    ----------
    fit : Fit
        What `fit()` or `load()` returned. Of a module of your own the parameters are kept, not the
        module, which `predict()` needs again; of a loss of your own its name alone.
    path : str or path
        Such as "model.safetensors". A file that is there is replaced as a whole: if something goes
        wrong, it is as it was.

    Raises
    ------
    NNFitError
        If it is no fit, or the file can not be written.

    Examples
    --------
    >>> import nnfit
    >>> from nnfit.core import fit, predict
    >>> made = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
    >>> nnfit.save(made, "model.safetensors")  # doctest: +SKIP
    >>> predict(nnfit.load("model.safetensors"), [[3.0]])  # doctest: +SKIP
    """
    if not isinstance(fit, Mapping) or not {"parameters", "history", "options"} <= set(fit):
        raise no_fit(fit)
    arrays: dict[str, NDArray[Any]] = {}
    texts = {
        "format": FORMAT,
        "version": VERSION,
        "written_by": f"Python {platform.python_version()}",
        "fit": _text(encode({"schema": SCHEMA, **fit}, "fit", arrays)),
    }
    for name, value in getattr(fit, "beside", {}).items():
        texts[name] = _text(encode(value, name, arrays))
    where = path_of(path)
    try:
        container.write(where, arrays, texts)
    except OSError as error:
        raise NNFitFileError(
            "path", f"can not be written: {where}: {error.strerror}.", "Choose another."
        ) from None


def _text(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def path_of(path: Any, argument: str = "path") -> str:
    """Read the name of a file."""
    if not isinstance(path, (str, os.PathLike)):
        raise NNFitError(argument, f"must be the name of a file, not a {type(path).__name__}.")
    name = os.fspath(path)
    if not name:
        raise NNFitError(argument, "must be the name of a file, and it is empty.")
    if not isinstance(name, str) or "\0" in name or not _is_utf8(name):
        raise NNFitError(argument, f"must be the name of a file, not {name[:40]!r}.")
    return os.path.expanduser(name)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def load(path: str | os.PathLike[str]) -> Fit:
    """Read a fit that `nnfit.save()` wrote, or R's `nn_save()`.

    Parameters
    ----------
    path : str or path
        Nothing in the file is run: it holds numbers, and texts that are looked up in tables.

    Returns
    -------
    Fit
        For `predict()` and all others. Where R, or `nnfit.fit_formula()`, made it by a formula,
        they take a data frame (or a dict of columns) with the variables of the formula.

    Raises
    ------
    NNFitError
        Naming the file, and what is wrong with it.
    """
    where = path_of(path)
    try:
        arrays, texts = container.read(where)
        return _fit_of(arrays, texts)
    except Unreadable as error:
        raise NNFitError("path", f"can not be read: {where} {error}", REMEDY) from None
    except OSError as error:
        raise NNFitError("path", f"can not be read: {where}: {error.strerror}.") from None


def _fit_of(arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> Fit:
    if texts.get("format") != FORMAT:
        raise Unreadable("is a safetensors file, but not of a fit of nnfit.")
    if texts.get("version") != VERSION:
        raise Unreadable(f"is of another version than {VERSION}: update nnfit.")
    if "fit" not in texts:
        raise Unreadable("lacks the field `fit`.")
    fields = decode(container.parse(texts["fit"]), arrays)
    beside = _beside(arrays, texts)
    formula = beside.get("formula")
    fields = _with_names(fields, formula)
    fields = checked(fields)
    return with_beside(fields, beside)


def _beside(arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> dict[str, Any]:
    return {name: decode(container.parse(texts[name]), arrays) for name in BESIDE if name in texts}


def read_beside(path: str) -> dict[str, Any]:
    """Read a file that has nothing but what is written beside a fit.

    Raises
    ------
    Unreadable, OSError
    """
    return _beside(*container.read(path))


def with_beside(fields: Mapping[str, Any], beside: Mapping[str, Any]) -> FitOfFile:
    """Make a fit with what is written beside it in its file."""
    made = FitOfFile(**fields)
    object.__setattr__(made, "beside", dict(beside))
    Formula.of(made)  # which is checked as it is read
    return made


def _with_names(fields: Any, formula: Any) -> Any:
    """Put the names that R keeps beside a fit where Python has them."""
    if not isinstance(formula, dict) or not isinstance(fields, dict):
        return fields
    options = fields.get("options")
    if not isinstance(options, dict):
        return fields
    names = {
        "feature_names": formula.get("feature_names"),
        "outcome_names": None if options.get("levels") else formula.get("outcome_names"),
    }
    named = {name: value for name, value in names.items() if value and not options.get(name)}
    return {**fields, "options": {**options, **named}}
