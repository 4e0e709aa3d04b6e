"""The check of every option, made from its row in the table: gives the value to keep."""

from __future__ import annotations

import re
from typing import Any, Callable, NamedTuple

import torch

from ..ground import forks
from ..ground.errors import NNFitError
from . import catalog, ranges
from .arguments import class_numbers
from .catalog import Named
from .embed import embed_words, read_embed
from .folder import read_folder
from .metrics import read_metric, read_metrics
from .ranges import Unfit, as_list, range_words, short
from .rows import Row, option_rows
from .watch import read_watch
from .words import did_you_mean

DTYPES = {name: getattr(torch, name) for name in option_rows()["dtype"].choices}


def check(name: str, value: Any) -> Any:
    """Check one option.

    Parameters
    ----------
    name : str
        Its name in the table. Data (the type "data") can not be checked here.
    value : any
        Scalars are taken where lists are expected, arrays of one element as scalars, whole
        floats as integers: R has no other.

    Returns
    -------
    any
        The value in the one type that the option is kept in.

    Raises
    ------
    NNFitError
        Naming the option, what it must be and what it was.
    """
    return check_row(option_rows()[name], value)


def check_row(row: Row, value: Any) -> Any:
    """Check one option by a row, such as one whose bounds the data have settled."""
    kind = TYPES[row.type]
    if value is None and row.null:
        return kind.none
    try:
        return kind.read(row, value)
    except (Unfit, OverflowError):
        or_none = ", or None" if row.null else ""
        problem = f"must be {kind.must(row)}{or_none}, not {short(value)}."
        raise NNFitError(row.name, problem, _nearest_choice(row, value)) from None


def _nearest_choice(row: Row, value: Any) -> str:
    if not row.choices or not isinstance(value, str):
        return ""
    return did_you_mean(row.name, value, row.choices, known=False)


def device_of(value: str) -> str:
    """Say which device "auto" means here."""
    if value != "auto":
        return value
    # in a forked process even to ask for a GPU may fail
    return "cuda" if not forks.is_forked() and torch.cuda.is_available() else "cpu"


# -- how a value of each type is read --


def _wholes(row: Row, value: Any) -> tuple[int, ...]:
    return tuple(ranges.whole(row, one) for one in as_list(value))


def _flags(row: Row, value: Any) -> tuple[bool, ...]:
    flags = tuple(ranges.flag(row, one) for one in as_list(value))
    if not flags:
        raise Unfit
    return flags


def _dtype(row: Row, value: Any) -> str:
    """Take torch's own dtypes too, as they are and as they print."""
    text = str(value) if isinstance(value, (str, torch.dtype)) else ""
    return ranges.choice(row, text[len("torch.") :] if text.startswith("torch.") else text)


def _device(row: Row, value: Any) -> str:
    """Take a device that is here, by a name such as "cuda" or "cuda:1", or as torch's own."""
    text = str(value) if isinstance(value, (str, torch.device)) else ""
    kind, colon, index = text.partition(":")
    has_form = not colon or (kind != "auto" and re.fullmatch("0|[1-9][0-9]*", index))
    if kind not in row.choices or not has_form:
        raise Unfit
    forks.check_device(row.name, device_of(text))
    try:
        torch.empty(0, device=device_of(text))
    except (RuntimeError, AssertionError, ImportError) as error:
        # its first sentence: the others tell torch's developers where it was found
        reason = re.split(r"\. |\n", str(error))[0].rstrip(".")
        raise NNFitError(
            row.name, f'"{text}" cannot be used: {reason}.', 'Use "auto" or "cpu".'
        ) from error
    return text


def _labels(row: Row, value: Any) -> tuple[str, ...]:
    labels = tuple(str(label) for label in as_list(value))
    if len(set(labels)) != len(labels) or not ranges.within(row, len(labels)):
        raise Unfit
    return labels


def _components(row: Row, value: Any) -> tuple[Named, ...]:
    values = [value] if catalog.is_pair(value) or value is None else as_list(value)
    return tuple(catalog.parse(row.name, one) for one in values)


def _progress(row: Row, value: Any) -> Callable[..., Any] | None:
    if value is not None and not callable(value):
        raise Unfit
    return value


# -- the types --


class Type(NamedTuple):
    """What options of one type have in common.

    Attributes
    ----------
    read : callable
        From a row and a value to the value to keep; raises `Unfit`, or an error of its own.
    must : callable
        From a row to the words that follow "must be".
    none : any
        What is kept where nothing is given, of options that need not be.
    """

    read: Callable[[Row, Any], Any]
    must: Callable[[Row], str]
    none: Any = None


def _whole_words(row: Row) -> str:
    return range_words(row, "a whole number")


def _share_words(row: Row) -> str:
    share = range_words(row, "a share")
    return f"{share}, an array of rows, or held-out data: a pair (x, y), or a path"


def _choices_words(row: Row) -> str:
    return ranges.choices_words(row.choices)


def _labels_words(row: Row) -> str:
    return f"at least {row.least.text if row.least else 1} different labels"


def _rate(row: Row, value: Any) -> str | float:
    return ranges.choice(row, value) if isinstance(value, str) else ranges.number(row, value)


def _class_weights(row: Row, value: Any) -> str | dict[str, float]:
    """Read a number for each class, by name: the order of classes is easily mistaken."""
    read = value if isinstance(value, str) else class_numbers(row, value)
    if isinstance(read, list):
        raise NNFitError(
            row.name,
            "has numbers by class without the names of the classes.",
            'Give them by name: {"yes": 5, "no": 1}.',
        )
    if isinstance(read, str) and read != "balanced":
        raise Unfit
    return read


TYPES: dict[str, Type] = {
    "flag": Type(ranges.flag, lambda row: "True or False"),
    "flags": Type(_flags, lambda row: "True or False, or one of them for each layer"),
    "number": Type(ranges.number, lambda row: range_words(row, "a number")),
    "rate": Type(_rate, lambda row: f"{range_words(row, 'a number')}, or {_choices_words(row)}"),
    "whole": Type(ranges.whole, _whole_words),
    "whole_or_inf": Type(ranges.whole_or_inf, lambda row: f"{_whole_words(row)} or inf"),
    "zero_or_whole": Type(ranges.zero_or_whole, lambda row: f"0, or {_whole_words(row)}"),
    "wholes": Type(_wholes, lambda row: range_words(row, "whole numbers, each"), none=()),
    "seed": Type(ranges.whole, _whole_words),
    "share": Type(ranges.number, _share_words),
    "choice": Type(ranges.choice, _choices_words),
    "dtype": Type(_dtype, _choices_words),
    "device": Type(_device, lambda row: 'the name of a torch device, such as "cpu" or "cuda:0"'),
    "labels": Type(_labels, _labels_words),
    "class_weights": Type(
        _class_weights,
        lambda row: f'"balanced", or {range_words(row, "numbers by class, each")}',
    ),
    "embed": Type(read_embed, embed_words, none=()),
    "callback": Type(read_watch, lambda row: 'a function, or a pair of it and {"every": epochs}'),
    "folder": Type(read_folder, lambda row: "the path of a folder"),
    "metrics": Type(
        lambda row, value: read_metrics(row.name, value), lambda row: "names of metrics", none=()
    ),
    "metric": Type(
        lambda row, value: read_metric(row.name, value), lambda row: "the name of a metric"
    ),
    "component": Type(lambda row, value: catalog.parse(row.name, value), lambda row: "a name"),
    "components": Type(_components, lambda row: "one name or several", none=()),
    "progress": Type(_progress, lambda row: "a function"),
}
