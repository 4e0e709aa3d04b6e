"""Torch's own objects where a name is meant: `torch.nn.ReLU`, `torch.nn.ReLU()`, `torch.relu`."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import nn

from ..ground.errors import NNFitError
from .arguments import arguments
from .ranges import short

# where a class of torch's, or a function of `init`, is at home, by what it is
HOMES = {
    "activation": nn, "init": nn.init, "loss": nn, "norm": nn,
    "optimizer": torch.optim, "schedule": torch.optim.lr_scheduler,
}  # fmt: skip
FUNCTIONS = (torch, nn.functional)


def name_of(kind: str, value: Any) -> tuple[str, Any] | None:
    """Say how a user would write an object of torch's: its name, and what gives its arguments.

    Parameters
    ----------
    kind : str
        "activation", "init", "loss", "norm", "optimizer" or "schedule".
    value : any

    Returns
    -------
    tuple or None
        torch's name, and the object itself where it is an instance, which has arguments; None: it
        is nothing of torch's.

    Raises
    ------
    NNFitError
        If what it means is not certain.
    """
    if isinstance(value, str):
        return value, None
    if isinstance(value, (torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler)):
        raise NNFitError(
            kind,
            "is an object of torch's that holds the parameters of another model.",
            f'Give its name, "{type(value).__name__}", and its arguments.',
        )
    made = not inspect.isclass(value)
    cls: type = type(value) if made else value
    if getattr(HOMES[kind], cls.__name__, None) is cls:
        return cls.__name__, value if made else None
    name = getattr(value, "__name__", "")
    known = any(getattr(home, name, None) is value for home in (HOMES[kind], *FUNCTIONS))
    return (name, None) if callable(value) and known else None


def arguments_of(kind: str, name: str, module: nn.Module) -> dict[str, Any]:
    """Read the arguments that an instance was made with, where they are not torch's defaults.

    Parameters
    ----------
    kind, name : str
        As the catalog has it.
    module : nn.Module
    """
    known = arguments(kind, name)
    found = {}
    for argument, parameter in inspect.signature(type(module)).parameters.items():
        value = getattr(module, argument, parameter.default)
        if value is parameter.default or _same(value, parameter.default):
            continue
        if argument not in known:
            raise NNFitError(
                kind,
                f"has {argument} = {short(value)}, which is nothing of its own here.",
                f'Give the name "{name}" instead; `{argument}` may be an option of the fit.',
            )
        found[argument] = value
    if isinstance(module, nn.PReLU) and not (module.weight == module.init).all():
        raise NNFitError(
            kind, "is a PReLU that has been trained.", 'Give the name "prelu" and its `init`.'
        )
    return found


def _same(value: Any, default: Any) -> bool:
    return type(value) in (int, float, str, bool) and value == default
