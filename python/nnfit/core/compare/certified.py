"""The certificate of one run: how far it got, what held it up, and what would not."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from .analytic import gradient
from .asked import Asked, Rows
from .certificate import TOGETHER, Stepping, best_rate, condition, round_down, steps_needed
from .methods import Method, method_of, run
from .problem import Problem
from .scaled import Scale, Scaled
from .track import Track

MANY = 300  # parameters: beyond, the powers of their matrix take too long
TRIALS = 60  # times that a rate is halved
SHARES = (0.1, 0.03, 0.01)  # of the way that the farthest parameter has to go, in one step
SMALL = 20_000  # numbers in a design with which trying takes a second
TRIED = 200  # epochs of a trial


class Seen(NamedTuple):
    """A problem as a method sees it, with its Hessians where it begins and where it should end."""

    design: Scaled
    problem: Problem
    start: np.ndarray
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, rows: Rows, scale: Scale, start: Any = None) -> Seen:
        """Look at rows."""
        design, problem = rows.seen(scale)
        begin = rows.start(start, design.x)
        end = design.forth(rows.target)
        first, last = (problem.hessian(torch.from_numpy(at)).numpy() for at in (begin, end))
        return cls(design, problem, begin, first, last)

    def limit(self, stepping: Stepping, momentum: float = 0) -> float:
        """Compute the largest learning rate that is stable where it begins and where it ends."""
        limits = [stepping.limit(hessian, momentum) for hessian in (self.first, self.last)]
        return float(min(limit for limit in limits if limit > 0))

    def stable(self, stepping: Stepping, rate: float, momentum: float = 0) -> bool:
        """Whether a learning rate is stable where it begins and where it ends."""
        return all(stepping.stable(at, rate, momentum) for at in (self.first, self.last))

    def needed(self, asked: Asked, rate: float, rows: Rows, at: np.ndarray) -> float:
        """Count the epochs from parameters `at` (p,) on until all coefficients have six digits."""
        stepping = method_of(asked.method).stepping
        if stepping is None or len(at) > MANY:
            return math.nan
        error = at - self.design.forth(rows.target)
        if not np.isfinite(error).all():
            return math.nan
        matrix = stepping.matrix(self.last, rate, asked.momentum)
        return steps_needed(matrix, error, self.design.back, rows.allowed)


def rate_of(asked: Asked, method: Method, seen: Seen) -> float:
    """Settle the learning rate: the user's, the method's, or half of what is stable."""
    if asked.learn_rate is not None:
        return float(asked.learn_rate)
    if method.learn_rate is not None or method.stepping is None:
        return float(method.learn_rate or 0)
    return round_down(seen.limit(method.stepping, asked.momentum) / 2, 2)


def stable_rate(asked: Asked, seen: Seen, epochs: int) -> float:
    """Find a rate at which a method stays: below its limit, and where no square is, tried."""
    method = method_of(asked.method)
    if method.stepping is None:
        return math.nan
    rate = round_down(0.95 * seen.limit(method.stepping, asked.momentum))
    if seen.problem.link.quadratic:
        return rate
    start = torch.from_numpy(seen.start)
    for _ in range(TRIALS):
        track = run(method, seen.problem, start, rate, min(epochs, TRIED), asked.momentum)
        if is_lower(track.losses, float(seen.problem.value(track.params))):
            return rate
        rate = round_down(rate / 2)
    return math.nan


def tried_rate(rows: Rows, asked: Asked, seen: Seen, far: float) -> float | None:
    """Try rates, the largest first, at which a method arrives in its usual number of epochs.

    Adam's steps do not shrink with the gradient: at no rate that is known before, it arrives for
    sure. None: at none of these, or there are so many numbers that trying takes long.
    """
    if seen.problem.x.numel() > SMALL:
        return None
    method = method_of(asked.method)
    start = torch.from_numpy(seen.start)
    for share in SHARES:
        rate = round_down(max(far, 1e-3) * share)
        track = run(method, seen.problem, start, rate, method.epochs)
        if _arrives(rows, seen, track):
            return rate
    return None


def by_lbfgs(rows: Rows, seen: Seen) -> bool | None:
    """Try whether L-BFGS arrives in its usual number of epochs; None: trying would take long."""
    if seen.problem.x.numel() > SMALL:
        return None
    method = method_of("lbfgs")
    start = torch.from_numpy(seen.start)
    track = run(method, seen.problem, start, rate_of(Asked("lbfgs"), method, seen), method.epochs)
    return _arrives(rows, seen, track)


def _arrives(rows: Rows, seen: Seen, track: Track) -> bool:
    gaps = np.abs(seen.design.back @ track.params.numpy() - rows.target)
    return bool((gaps <= rows.allowed).all())


def is_lower(losses: list[float], last: float) -> bool:
    """Whether a descent has come down, and never was above where it began."""
    return math.isfinite(last) and last < losses[0] and max(losses) <= losses[0]


def certify(
    rows: Rows,
    asked: Asked,
    seen: Seen,
    rate: float,
    params: np.ndarray,
    done: int,
    known_start: bool = True,
) -> dict[str, Any]:
    """Say what is certain of a run that ended at `params` (p,) after `done` epochs.

    Gradients are those of the problem as the method saw it, in float64, the intercept first. The
    epochs that are needed are counted from the first one where the loss is a square and it is known
    where the run began, else from where it ended.
    """
    stepping = method_of(asked.method).stepping
    last = gradient_at(seen.problem, params)
    end = seen.design.forth(rows.target)
    exact = seen.problem.link.quadratic and known_start
    needed = (
        seen.needed(asked, rate, rows, seen.start)
        if exact
        else done + seen.needed(asked, rate, rows, params)
    )
    return {
        "first_gradient": np.roll(gradient_at(seen.problem, seen.start), rows.intercept),
        "gradient": np.roll(last, rows.intercept),
        "gradient_norm": float(np.linalg.norm(last)),
        "condition": condition(seen.last),
        "largest_rate": math.nan if stepping is None else seen.limit(stepping, asked.momentum),
        "stable": stepping is None or seen.stable(stepping, rate, asked.momentum),
        "needed": needed,
        "distance": float(np.abs(params - end).max()),
        "way": float(np.abs((seen.start if known_start else params) - end).max()),
    }


def gradient_at(problem: Problem, params: np.ndarray) -> np.ndarray:
    """Compute the gradient (p,) of the mean loss."""
    return gradient(problem, torch.from_numpy(params)).numpy()


def cure(rows: Rows, asked: Asked) -> dict[str, Any]:
    """Say what standardised predictors would give the same method.

    The largest stable rate, a good one, the epochs that it needs, the condition, and how far the
    farthest parameter is from its place.
    """
    method = method_of(asked.method)
    scaled = asked._replace(scale=asked.standard, dtype="float64", start=None)
    seen = Seen.of(rows, asked.standard)
    far = float(np.abs(seen.start - seen.design.forth(rows.target)).max())
    known = {"condition": condition(seen.last), "distance": far}
    if method.stepping is None:
        if asked.method != "adam":
            return {**known, "learn_rate": None}
        rate = tried_rate(rows, scaled, seen, far)
        other = None if rate is not None else by_lbfgs(rows, seen)
        return {**known, "learn_rate": rate, "by_lbfgs": other}
    limit = seen.limit(method.stepping, asked.momentum)
    plain = seen.problem.link.quadratic and method.stepping is TOGETHER and not asked.momentum
    rate = best_rate(seen.last) if plain else round_down(limit / 2, 2)
    at, done = seen.start, 0
    if not seen.problem.link.quadratic:
        track = run(method, seen.problem, torch.from_numpy(at), rate, TRIED, asked.momentum)
        at, done = track.params.numpy(), len(track.losses)
    needed = done + seen.needed(scaled, rate, rows, at)
    return {**known, "largest_rate": limit, "learn_rate": rate, "epochs": needed}
