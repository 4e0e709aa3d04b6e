"""One checker for every option: takes its name and value, gives the value to keep."""

from __future__ import annotations

import math
from typing import Any, Callable

import torch

from ..ground.errors import NNFitError
from . import catalog
from .catalog import Named

DTYPES = {
    "float32": torch.float32,
    "float": torch.float32,
    "float64": torch.float64,
    "double": torch.float64,
}
Checker = Callable[[str, Any], Any]


def _number(low: float, high: float = math.inf, above: bool = False) -> Checker:
    """Accept a number in [low, high), or in (low, high) where it must be `above` low."""

    def check(name: str, value: Any) -> float:
        number = _as_float(name, value)
        if not (low < number if above else low <= number) or not number < high:
            least = f"above {low:g}" if above else f"at least {low:g}"
            most = f" and below {high:g}" if high < math.inf else " and finite"
            raise NNFitError(name, f"must be {least}{most}, not {value!r}.")
        return number

    return check


def _as_float(name: str, value: Any) -> float:
    try:
        if isinstance(value, (bool, str)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise NNFitError(name, f"must be a number, not {value!r}.") from None


def whole(low: float) -> Checker:
    """Accept a whole number of at least `low`."""

    def check(name: str, value: Any) -> int:
        number = _as_float(name, value)
        if not (math.isfinite(number) and number == int(number) and number >= low):
            least = f" of at least {low:g}" if low > -math.inf else ""
            raise NNFitError(name, f"must be a whole number{least}, not {value!r}.")
        return int(value)  # and not int(number): a large seed does not fit into a float

    return check


def _whole_or_inf(name: str, value: Any) -> int | float:
    return math.inf if _as_float(name, value) == math.inf else whole(1)(name, value)


def _flag(name: str, value: Any) -> bool:
    if str(value) not in ("True", "False"):
        raise NNFitError(name, f"must be True or False, not {value!r}.")
    return str(value) == "True"


def _one_of(*choices: str) -> Checker:
    listed = " or ".join(f'"{choice}"' for choice in choices)

    def check(name: str, value: Any) -> str:
        if value not in choices:
            raise NNFitError(name, f"must be {listed}, not {value!r}.")
        return value

    return check


def _maybe(check: Checker) -> Checker:
    return lambda name, value: None if value is None else check(name, value)


def as_list(value: Any) -> list[Any]:
    """Make a list of a scalar, a list, a tuple, an array or None."""
    if value is None:
        return []
    value = value.tolist() if hasattr(value, "tolist") else value
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _hidden_units(name: str, value: Any) -> tuple[int, ...]:
    return tuple(whole(1)(name, units) for units in as_list(value))


def _activation(name: str, value: Any) -> tuple[Named, ...]:
    values = [value] if catalog.is_pair(value) else as_list(value)
    return tuple(catalog.parse(name, one) for one in values)


def _levels(name: str, value: Any) -> tuple[str, ...]:
    levels = tuple(str(level) for level in as_list(value))
    if len(set(levels)) != len(levels) or len(levels) < 2:
        raise NNFitError(name, f"must be at least two different labels, not {list(levels)}.")
    return levels


def _dtype(name: str, value: Any) -> str:
    known = DTYPES.get(str(value).replace("torch.", ""))
    if known is None:
        raise NNFitError(name, f'must be "float32" or "float64", not {value!r}.')
    return str(known).replace("torch.", "")


def device_of(value: str) -> str:
    """Say which device "auto" means here."""
    if value != "auto":
        return value
    return "cuda" if torch.cuda.is_available() else "cpu"


def _check_device(name: str, value: Any) -> str:
    try:
        torch.empty(0, device=device_of(str(value)))
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise NNFitError(
            name, f'"{value}" cannot be used: {reason}.', 'Use "auto" or "cpu".'
        ) from error
    return str(value)


CHECKS: dict[str, Checker] = {
    "hidden_units": _hidden_units,
    "activation": _activation,
    "bias": _flag,
    "dropout": _number(0, 1),
    "loss": _maybe(catalog.parse),
    "reduction": _one_of("mean", "sum"),
    "optimizer": _maybe(catalog.parse),
    "learn_rate": _maybe(_number(0, above=True)),
    "momentum": _number(0),
    "penalty": _number(0),
    "epochs": _maybe(whole(1)),
    "batch_size": _maybe(whole(1)),
    "stop_iter": _whole_or_inf,
    "scale": _flag,
    "seed": _maybe(whole(-math.inf)),
    "dtype": _maybe(_dtype),
    "device": _check_device,
    "engine": _one_of(
        "auto", "least_squares", "span_of_rows", "stream", "fused", "stacked", "autograd"
    ),
    "levels": _maybe(_levels),
}
