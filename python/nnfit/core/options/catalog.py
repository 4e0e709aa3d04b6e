"""The parts of a fit known by name (activations, losses, optimizers), and torch objects of them.

The losses are in `families.csv`, all others in `catalog.csv`. R reads the same files, so a name
means one thing in both languages.
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
from .arguments import arguments, check_argument, check_order, ours
from .families import Family, families, own_of
from .own import OwnFunction
from .ranges import short
from .torch_names import HOMES, arguments_of, name_of

# torch's classes have these after the names
SUFFIXES = {"loss": "loss", "schedule": "lr"}

# arguments of ours beside torch's
OURS = {"loss": ("link", "scatter"), "schedule": ("warm_up",)}

# arguments that torch leaves without a usable default
DEFAULTS: dict[str, dict[str, Any]] = {
    "softmax": {"dim": -1},
    "softmin": {"dim": -1},
    "log_softmax": {"dim": -1},
    "threshold": {"threshold": 0.0, "value": 0.0},
}

SAME = ("constant", "eye", "ones", "zeros")  # initial values that are no random numbers


class Entry(NamedTuple):
    """A row of the catalog. Columns that do not apply to its kind are None.

    `torch` is None where torch has no such class, `learn_rate` where an optimizer takes none.
    `full_batch` says that it needs all rows at once, `schedule` that its step size may change,
    `mixture` that it can keep weights at zero.
    """

    kind: str
    name: str
    torch: str | None
    learn_rate: float | None
    momentum: bool | None
    weight_decay: bool | None
    full_batch: bool | None
    schedule: bool | None
    mixture: bool | None


Row = Union[Entry, Family]

FUNCTION = "function"  # the argument by which a loss of the user's own has its function


class Named(NamedTuple):
    """A catalog name with the arguments of its own that were given for it."""

    name: str
    args: dict[str, Any]

    def plain(self) -> Any:
        """Give back what a user may write: the name, or `[name, args]`.

        Of a function of the user's own that is what is known of it.
        """
        args = {**self.args}
        own = args.pop(FUNCTION, None)
        args.update({} if own is None else own.plain())
        return [self.name, args] if args else self.name


CELLS = {"TRUE": True, "FALSE": False, "": None}


def _cell(column: str, text: str) -> Any:
    if column == "learn_rate" and text:
        return float(text)
    return CELLS.get(text, text)


@cache
def entries() -> tuple[Row, ...]:
    """List all that is known by name."""
    catalog = (
        Entry(**{column: _cell(column, text) for column, text in row.items()})
        for row in read_table(__file__, "catalog")
    )
    return (*catalog, *families())


def names(kind: str) -> list[str]:
    """List the names of one kind, such as "activation", "loss" or "optimizer"."""
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
def lookup(
    kind: Literal["activation", "init", "norm", "optimizer", "schedule"], name: str
) -> Entry: ...
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


def _is_empty(value: Any) -> bool:
    return isinstance(value, list) and not value


def is_pair(value: Any) -> bool:
    """Tell whether `value` is written as a name with its arguments: `("sgd", {...})`."""
    return (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and (isinstance(value[0], str) or callable(value[0]))
        and (value[1] is None or isinstance(value[1], Mapping) or _is_empty(value[1]))
    )


def parse(kind: str, value: Any) -> Named:
    """Turn `"sgd"` or `("sgd", {"nesterov": True})` into a checked `Named`.

    In place of the name torch's own class, function or instance may stand.
    """
    if isinstance(value, Named) and FUNCTION in value.args:
        return value  # it is read already, and has no name that could be read
    named, args = value if is_pair(value) else (value, None)
    said = name_of(kind, named)
    if said is None and kind == "loss" and callable(named) and not inspect.isclass(named):
        return _own_loss(named, args)
    if said is None:
        advice = " A module of your own is given as `model`." if callable(named) else ""
        raise NNFitError(
            kind,
            f"must be a name, or a pair of a name and its arguments, not {short(value)}.",
            f'For example "{names(kind)[0]}".{advice}',
        )
    name = lookup(kind, said[0]).name
    made_with = {} if said[1] is None else arguments_of(kind, name, said[1])
    return Named(name, _checked_args(kind, name, {**made_with, **(args or {})}))


def _own_loss(function: Any, args: Any) -> Named:
    if args:
        raise NNFitError(
            "loss",
            "is a function of your own, which takes no arguments beside.",
            "Let it have them itself, as by functools.partial().",
        )
    own = function if isinstance(function, OwnFunction) else OwnFunction(function)
    try:
        inspect.signature(own.call).bind(None, None)
    except TypeError:
        raise NNFitError(
            "loss", "must be a function of two arguments, the prediction and the truth."
        ) from None
    except ValueError:  # of some builtins nothing is known
        pass
    return Named(own_of("numeric").name, {FUNCTION: own})


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


def _checked_args(kind: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the arguments that a user gives."""
    if not given:
        return {}
    known = arguments(kind, name)
    there = _signature(kind, name)
    for key in given:
        if key in ours(kind):
            raise NNFitError(
                kind, f'has the argument "{key}".', f"Give it as `{ours(kind)[key]}` instead."
            )
        if key not in known:
            raise NNFitError(kind, f'"{name}" has no argument "{key}".', did_you_mean(key, known))
        if there and key not in (*there, *OURS.get(kind, ())):
            raise NNFitError(
                kind, f'"{name}" has no argument "{key}" in torch {torch.__version__}.'
            )
    checked = {key: check_argument(kind, name, key, value) for key, value in given.items()}
    check_order(kind, name, {**{key: one.default for key, one in there.items()}, **checked})
    return _with_link(lookup("loss", name), checked) if kind == "loss" else checked


def _with_link(loss: Family, args: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a loss does anyway, and refuse what says two links."""
    if "link" in args and loss.link_argument in args:
        raise NNFitError("loss", f'"{loss.name}" takes `link` or `{loss.link_argument}`, not both.')
    given = {key: value for key, value in args.items() if (key, value) != ("link", loss.link)}
    if "link" in given:
        for key in given:
            if arguments("loss", loss.name)[key].reweighs:
                raise NNFitError(
                    "loss",
                    f'"{loss.name}" under the link "{given["link"]}" takes no `{key}`.',
                    "Give `class_weights` or `weights`, which go with any link.",
                )
    return {key: value for key, value in given.items() if (key, value) != ("scatter", False)}


def _for_torch(kind: str, name: str, argument: str, value: Any) -> Any:
    """Give torch the type that it asks for: a tensor, or a tuple."""
    if not isinstance(value, list):
        return value
    if arguments(kind, name)[argument].row.type == "class_numbers":
        return torch.tensor(value, dtype=torch.float64)
    return tuple(value)


def differs(init: Named | None) -> bool:
    """Tell whether initial values are others each time that they are drawn."""
    return init is None or init.name not in SAME


def build(kind: str, named: Named, *positional: Any, **fixed: Any) -> Any:
    """Make the torch object of a `Named`.

    Parameters
    ----------
    kind : str
        "activation", "init", "loss", "norm", "optimizer" or "schedule".
    named : Named
        What to make; of "init" what to call.
    *positional, **fixed
        Further arguments that the core decides on, such as an optimizer's parameters.

    Raises
    ------
    NNFitError
        If torch refuses the arguments; the message is torch's.
    """
    args = {
        key: _for_torch(kind, named.name, key, value)
        for key, value in named.args.items()
        if key != "inplace"  # changes no value, but overwrites what autograd may need
    }
    args = {**DEFAULTS.get(named.name, {}), **args, **fixed}
    try:
        return torch_class(lookup(kind, named.name))(*positional, **args)
    except (TypeError, ValueError, ArithmeticError, RuntimeError, AssertionError) as error:
        raise NNFitError(kind, f'"{named.name}" was refused by torch: {error}') from error
