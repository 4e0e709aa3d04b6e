"""The activations, losses and optimizers known by name, and torch objects made of them.

The activations and optimizers are in `catalog.csv`, the losses in `families.csv`. R reads the same
files, so a name means one thing in both languages.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, Union, overload

import torch

from ..ground.errors import NNFitError, did_you_mean
from ..ground.names import canonical_name
from ..ground.tables import read_table
from . import words
from .families import Family, families

HOMES = {"activation": torch.nn, "loss": torch.nn, "optimizer": torch.optim}

# torch's classes have these after the names
SUFFIXES = {"loss": "loss"}

# torch's own arguments that have a name of ours, so that nothing can be said twice
OURS = {
    "activation": {},
    "loss": {"reduction": "reduction", "size_average": "reduction", "reduce": "reduction"},
    "optimizer": {
        "params": "hidden_units",
        "lr": "learn_rate",
        "momentum": "momentum",
        "weight_decay": "penalty",
    },
}

# arguments that torch leaves without a usable default
DEFAULTS: dict[str, dict[str, Any]] = {
    "softmax": {"dim": -1},
    "softmin": {"dim": -1},
    "log_softmax": {"dim": -1},
    "threshold": {"threshold": 0.0, "value": 0.0},
}


class Entry(NamedTuple):
    """A row of the catalog. Columns that do not apply to its kind are None.

    `torch` is None where torch has no such class, `learn_rate` where an optimizer takes none.
    `full_batch` says that it needs all rows at once.
    """

    kind: str
    name: str
    torch: str | None
    learn_rate: float | None
    momentum: bool | None
    weight_decay: bool | None
    full_batch: bool | None


Row = Union[Entry, Family]


class Named(NamedTuple):
    """A catalog name with the arguments of its own that were given for it."""

    name: str
    args: dict[str, Any]

    def plain(self) -> Any:
        """Give back what a user may write: the name, or `[name, args]`."""
        return [self.name, dict(self.args)] if self.args else self.name


CELLS = {"TRUE": True, "FALSE": False, "": None}


def _cell(column: str, text: str) -> Any:
    if column == "learn_rate" and text:
        return float(text)
    return CELLS.get(text, text)


@cache
def entries() -> tuple[Row, ...]:
    """List all activations, optimizers and losses."""
    catalog = (
        Entry(**{column: _cell(column, text) for column, text in row.items()})
        for row in read_table(__file__, "catalog")
    )
    return (*catalog, *families())


def names(kind: str) -> list[str]:
    """List the names of one kind: "activation", "loss" or "optimizer"."""
    return [entry.name for entry in entries() if entry.kind == kind]


@cache
def _index(kind: str) -> dict[str, Row]:
    index: dict[str, Row] = {}
    suffix = SUFFIXES.get(kind, "")
    for entry in (entry for entry in entries() if entry.kind == kind):
        torch_key = canonical_name(entry.torch or entry.name + suffix)
        for key in (canonical_name(entry.name), torch_key, torch_key.removesuffix(suffix)):
            if index.setdefault(key, entry) is not entry:  # a fit would get the wrong one
                raise ValueError(f'"{index[key].name}" and "{entry.name}" share the name "{key}"')
    return index


@overload
def lookup(kind: Literal["loss"], name: str) -> Family: ...
@overload
def lookup(kind: Literal["activation", "optimizer"], name: str) -> Entry: ...
@overload
def lookup(kind: str, name: str) -> Row: ...
def lookup(kind: str, name: str) -> Row:
    """Find an entry by our name or torch's; case, `_`, `-`, `.` and blanks do not matter.

    Raises
    ------
    NNFitError
        If there is none; the message names the nearest.
    """
    entry = _index(kind).get(canonical_name(name))
    if entry is None:
        raise NNFitError(
            kind, f'is "{name}", which is not known.', words.did_you_mean(kind, name, names(kind))
        )
    return entry


def is_pair(value: Any) -> bool:
    """Tell whether `value` is written as a name with its arguments: `("sgd", {...})`."""
    return (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and isinstance(value[0], str)
        and (isinstance(value[1], Mapping) or value[1] is None or value[1] == [])
    )


def parse(kind: str, value: Any) -> Named:
    """Turn `"sgd"` or `("sgd", {"nesterov": True})` into a checked `Named`."""
    if isinstance(value, str):
        value = (value, {})
    if not is_pair(value):
        raise NNFitError(
            kind,
            f"must be a name, or a pair of a name and its arguments, not {value!r}.",
            f'For example "{names(kind)[0]}".',
        )
    args = {
        key: arg.tolist() if hasattr(arg, "tolist") else arg
        for key, arg in (value[1] or {}).items()
    }
    named = Named(lookup(kind, value[0]).name, args)
    _check_args(kind, named)
    return named


def torch_class(entry: Row) -> type:
    """Find the torch class of an entry; older versions of torch lack some."""
    found = getattr(HOMES[entry.kind], entry.torch or "", None)
    if found is None:
        raise NNFitError(
            entry.kind,
            f'is "{entry.name}", which torch {torch.__version__} does not have.',
            "Install a newer torch.",
        )
    return found


@cache
def _signature(kind: str, name: str) -> Mapping[str, inspect.Parameter]:
    entry = lookup(kind, name)
    return inspect.signature(torch_class(entry)).parameters if entry.torch else {}


def _arguments(kind: str, name: str) -> list[str]:
    """List the arguments that a user may give."""
    entry = lookup(kind, name)
    if isinstance(entry, Family) and not entry.torch:
        return list(entry.arguments)
    return [key for key in _signature(kind, name) if key not in OURS[kind]]


def _check_args(kind: str, named: Named) -> None:
    known = _arguments(kind, named.name)
    for key in named.args:
        if key in OURS[kind]:
            raise NNFitError(
                kind, f'has the argument "{key}".', f"Give it as `{OURS[kind][key]}` instead."
            )
        if key not in known:
            raise NNFitError(
                kind, f'"{named.name}" has no argument "{key}".', did_you_mean(key, known)
            )


def _tidy(value: Any, parameter: inspect.Parameter) -> Any:
    """Give torch the type it asks for: R has neither tuples nor, as a rule, whole numbers."""
    wanted = str(parameter.annotation)
    if isinstance(value, float) and value.is_integer() and "float" not in wanted:
        return int(value) if "int" in wanted else value
    if isinstance(value, (list, tuple)):
        one_tensor = "Tensor" in wanted and "tuple" not in wanted.lower()
        return torch.as_tensor(value) if one_tensor else tuple(value)
    return value


def build(kind: str, named: Named, *positional: Any, **fixed: Any) -> Any:
    """Make the torch object of a `Named`.

    Parameters
    ----------
    kind : str
        "activation", "loss" or "optimizer".
    named : Named
        What to make.
    *positional, **fixed
        Further arguments that the core decides on, such as an optimizer's parameters.

    Raises
    ------
    NNFitError
        If torch refuses the arguments; the message is torch's.
    """
    signature = _signature(kind, named.name)
    args = {key: _tidy(value, signature[key]) for key, value in named.args.items()}
    args = {**DEFAULTS.get(named.name, {}), **args, **fixed}
    try:
        return torch_class(lookup(kind, named.name))(*positional, **args)
    except (TypeError, ValueError) as error:
        raise NNFitError(kind, f'"{named.name}" was refused by torch: {error}') from error
