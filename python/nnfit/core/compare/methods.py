"""The methods, by name: what takes their steps, and what is certain of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import torch

from ..ground.errors import NNFitError, did_you_mean
from ..ground.tables import read_table
from . import analytic, autograd, numeric, optimizers
from .certificate import ONE_BY_ONE, TOGETHER, Stepping
from .problem import Problem
from .track import Track


class Method(NamedTuple):
    """A way to fit a linear model: a row of `methods.csv`, and what it does.

    Attributes
    ----------
    descend : callable or None
        Of a problem, first parameters, a learning rate and a track (and a momentum, if it takes
        one): takes the steps. None: the network, which has parameters of its own.
    stepping : Stepping or None
        What its learning rate does to an error; None: its steps are not a matrix's.
    epochs : int
        How many at most, if the user does not say.
    learn_rate : float or None
        If the user does not say; None: half of the largest that is stable.
    options : tuple of str
        What a user may say.
    """

    descend: Callable[..., None] | None
    stepping: Stepping | None
    epochs: int
    learn_rate: float | None
    options: tuple[str, ...]


STEPS: dict[str, tuple[Callable[..., None] | None, Stepping | None]] = {
    "numeric": (numeric.descend, ONE_BY_ONE),
    "analytic": (analytic.descend, TOGETHER),
    "autograd": (autograd.descend, TOGETHER),
    "sgd": (partial(optimizers.descend, make=optimizers.sgd), TOGETHER),
    "adam": (partial(optimizers.descend, make=optimizers.adam), None),
    "lbfgs": (optimizers.search, None),
    "network": (None, None),
}


@cache
def methods() -> dict[str, Method]:
    """Read the rows of `methods.csv` that are Python's, by name."""
    return {
        row["name"]: Method(
            *STEPS[row["name"]],
            int(row["epochs"]),
            float(row["learn_rate"]) if row["learn_rate"] else None,
            tuple(row["options"].split()),
        )
        for row in read_table(__file__, "methods")
        if row["name"] in STEPS
    }


def method_of(name: str) -> Method:
    """Find a method, or refuse its name."""
    known = methods()
    if name not in known:
        raise NNFitError("methods", f"has no {name!r}.", did_you_mean(name, known))
    return known[name]


def run(
    method: Method,
    problem: Problem,
    start: torch.Tensor,
    learn_rate: float,
    epochs: int,
    momentum: float = 0,
) -> Track:
    """Fit by a method that has the parameters of the linear model."""
    track = Track(epochs)
    more = {"momentum": momentum} if "momentum" in method.options else {}
    if method.descend is not None:
        method.descend(problem, start, learn_rate=learn_rate, track=track, **more)
    return track
