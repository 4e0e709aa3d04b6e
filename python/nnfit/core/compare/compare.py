"""Several methods on one linear model, each with its answer and its certificate."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from ..ground.threads import threads_for
from . import network as networks
from . import optimizers
from .asked import DTYPES, Asked, Rows
from .certified import Seen, certify, cure, rate_of, stable_rate
from .methods import Method, method_of, run
from .problem import Problem
from .track import Track


def compare(
    x: Any,
    y: Any,
    methods: Sequence[Mapping[str, Any]],
    target: Any,
    allowed: Any,
    weights: Any = None,
    offset: Any = None,
    intercept: bool = True,
    family: str = "gaussian",
    link: str = "identity",
) -> list[dict[str, Any]]:
    """Fit one linear model by several methods.

    Parameters
    ----------
    x : array (n, k)
        The predictors, without a column for the intercept.
    y : array (n,)
    methods : sequence of dict
        What `Asked` has, for each: `method`, and perhaps `learn_rate`, `epochs`, `scale`,
        `momentum`, `dtype`, `start`, `hidden_units`, `seed`.
    target : array (p,)
        The coefficients to reach, the intercept first.
    allowed : array (p,)
        By how much each may differ and be there.
    weights : array (n,), optional
        Prior weights; by default all rows count alike.
    offset : array (n,), optional
    intercept : bool, default True
    family, link : str, default "gaussian" and "identity"
        A row of `links.csv`.

    Returns
    -------
    list of dict
        For each method: `coefficients` (p,), the intercept first (None: a network), `fitted` (n,),
        `losses` (each before the step of its epoch), `path` (k, p) of the coefficients after
        `path_epochs` (k,) steps, `epochs`, `stopped` ("epochs", "settled" or "diverged"),
        `seconds`, `there`, the options as they were used, and what `certified.certify()` and, where
        it is not there, `certified.cure()` say.
    """
    rows = Rows.of(x, y, target, allowed, weights, offset, intercept, family, link)
    asked = [(Asked.of(given), method_of(given["method"])) for given in methods]
    optimizers.load()
    with threads_for(rows.x.size):
        return [_network(rows, *one) if one[1].descend is None else _linear(rows, *one)
                for one in asked]  # fmt: skip


@np.errstate(over="ignore", invalid="ignore")  # of a descent that diverged
def _linear(rows: Rows, asked: Asked, method: Method) -> dict[str, Any]:
    seen = Seen.of(rows, asked.scale, asked.start)
    rate = rate_of(asked, method, seen)
    epochs = method.epochs if asked.epochs is None else int(asked.epochs)
    dtype = DTYPES[asked.dtype]
    problem = seen.problem.to(dtype)
    begun = time.perf_counter()
    track = run(method, problem, torch.from_numpy(seen.start).to(dtype), rate, epochs,
                asked.momentum)  # fmt: skip
    seconds = time.perf_counter() - begun
    params = track.params.double()
    coefficients = seen.design.back @ params.numpy()
    there = bool((np.abs(coefficients - rows.target) <= rows.allowed).all())
    result = {
        **_told(asked, track, rate, seconds, seen.problem, params),
        "coefficients": coefficients,
        "path": track.path()[1] @ seen.design.back.T,
        "path_epochs": track.path()[0],
        "there": there,
        **certify(rows, asked, seen, rate, params.numpy(), len(track.losses)),
    }
    if not there:
        result["cure"] = {"stable_rate": stable_rate(asked, seen, epochs), **cure(rows, asked)}
    return result


def _told(
    asked: Asked, track: Track, rate: float, seconds: float, problem: Problem, params: torch.Tensor
) -> dict[str, Any]:
    return {
        "losses": np.array(track.losses),
        "last_loss": float(problem.value(params)),
        "fitted": problem.loss.response(problem.outputs(params)).numpy(),
        "epochs": len(track.losses),
        "stopped": track.stopped,
        "seconds": seconds,
        "learn_rate": rate,
        "scale": asked.scale,
        "momentum": asked.momentum,
        "dtype": asked.dtype,
    }


def _network(rows: Rows, asked: Asked, method: Method) -> dict[str, Any]:
    problem = rows.seen(asked.scale)[1].to(DTYPES[asked.dtype])
    seed = None if asked.seed is None else int(asked.seed)
    network = networks.build(problem, rows.x.shape[1], int(asked.hidden_units), seed)
    rate = float(method.learn_rate or 0) if asked.learn_rate is None else float(asked.learn_rate)
    track = Track(method.epochs if asked.epochs is None else int(asked.epochs))
    begun = time.perf_counter()
    networks.descend(problem, network, rate, track)
    seconds = time.perf_counter() - begun
    eta = network(problem.x) + problem.offset
    loss = problem.weights @ problem.loss.value(eta, problem.y)
    grads = torch.autograd.grad(loss, list(network.parameters()))
    norm = nn.utils.parameters_to_vector(grads).norm()
    return {
        "losses": np.array(track.losses),
        "last_loss": float(loss.detach()),
        "fitted": problem.loss.response(eta.detach()).double().numpy(),
        "epochs": len(track.losses),
        "stopped": track.stopped,
        "seconds": seconds,
        "learn_rate": rate,
        "scale": asked.scale,
        "dtype": asked.dtype,
        "coefficients": None,
        "parameters": int(sum(p.numel() for p in network.parameters())),
        "gradient_norm": float(norm),
        "there": False,
    }


def certify_fit(
    x: Any,
    y: Any,
    fit: Mapping[str, Any],
    coefficients: Any,
    epochs: int,
    **rows: Any,
) -> dict[str, Any]:
    """Say what is certain of a fit that was made elsewhere, wherever it began.

    Parameters
    ----------
    x, y, **rows
        As of `compare()`.
    fit : dict
        What `Asked` has.
    coefficients : array (p,)
        Where it ended, the intercept first.
    epochs : int
        How many it ran.

    Returns
    -------
    dict
        As an element of what `compare()` gives, without losses, path and time.
    """
    optimizers.load()
    of = Rows.of(x, y, **rows)
    asked = Asked.of(fit)
    method = method_of(asked.method)
    seen = Seen.of(of, asked.scale)
    rate = rate_of(asked, method, seen)
    at = np.atleast_1d(np.asarray(coefficients, dtype=float))
    there = bool((np.abs(at - of.target) <= of.allowed).all())
    params = seen.design.forth(at)
    result = {
        "there": there,
        "learn_rate": rate,
        "last_loss": float(seen.problem.value(torch.from_numpy(params))),
        **certify(of, asked, seen, rate, params, int(epochs), known_start=False),
    }
    if not there:
        result["cure"] = {"stable_rate": stable_rate(asked, seen, int(epochs)), **cure(of, asked)}
    return result
