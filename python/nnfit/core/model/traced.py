"""A function that leaves Python is followed once, so that training need not call it again.

What it does with its tensors becomes a graph of torch's operations. The graph is only taken where
it gives the same loss and gradient as the function itself on other values and other numbers of
rows: a function that looks at values to decide what to do, draws numbers, or holds the number of
rows fast, is noticed and called at every step.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ..ground.leftovers import no_folder
from ..options.own import OwnFunction

Places = tuple[Tensor, Tensor]  # predictions and truth


def traced(function: OwnFunction, places: Places, others: Sequence[Places]) -> OwnFunction:
    """Follow a function.

    Parameters
    ----------
    function : OwnFunction
    places : pair of Tensor (n, d)
        What it is followed on: predictions and truth.
    others : sequence of pairs
        What the graph is judged on.

    Returns
    -------
    OwnFunction
        With the graph in the place of the function where that is the same, and `traced` set.
    """
    with no_folder():
        graph = _graph_of(function, places)
    same = graph is not None and all(_agree(function, graph, *other) for other in [places, *others])
    return replace(function, call=graph, traced=True) if same else replace(function, traced=False)


def _graph_of(function: OwnFunction, places: Places) -> Any:
    """Make the graph; None: something in the function asks for values."""
    from torch.fx.experimental.proxy_tensor import make_fx  # takes long to load

    options: dict[str, Any] = {"tracing_mode": "fake"}  # tensors without values
    if "_allow_non_fake_inputs" in inspect.signature(make_fx).parameters:
        options["_allow_non_fake_inputs"] = True  # tensors of the user's own beside
    try:
        with _quiet():
            return make_fx(function.call, **options)(*(values.clone() for values in places))
    except Exception:  # whatever torch and the user's own code make of tensors without values
        return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep torch from logging what it could not follow."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)


def _agree(function: OwnFunction, graph: Any, prediction: Tensor, truth: Tensor) -> bool:
    """Tell whether the graph gives the function's loss and gradient."""
    try:
        ours, theirs = (_loss_and_gradient(one, prediction, truth) for one in (graph, function))
    except Exception:  # such as a graph that holds the number of rows fast
        return False
    tolerance = torch.finfo(prediction.dtype).eps ** 0.75
    return all(
        one.shape == other.shape and torch.allclose(one, other, tolerance, 0.0, equal_nan=True)
        for one, other in zip(ours, theirs)
    )


def _loss_and_gradient(function: Any, prediction: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    free = prediction.clone().requires_grad_()
    value = function(free, truth.clone())
    (gradient,) = torch.autograd.grad(value.sum(), free)
    return value.detach(), gradient
