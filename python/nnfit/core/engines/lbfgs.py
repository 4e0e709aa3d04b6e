"""L-BFGS: full batch, one iteration an epoch, on the gradients of any engine."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any, Union

import numpy as np
import torch
from torch import nn

from ..ground.memory import check_room
from ..options.resolved import Resolved
from .base import Program
from .flat import Flat
from .fused.cuda_graph import on_cuda, record
from .line_search import Point, search
from .orthant_wise import OrthantWiseStep
from .penalty import curvature, pull_to_zero
from .second_order import SecondOrderStep, as_float64, flatness

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout,
            nn.FeatureAlphaDropout)  # fmt: skip
HISTORY = 100  # torch's default
CURVATURE = 1e-10  # torch's: pairs with less are left out
# Where absolute values are penalised a direction takes (pairs ** 2 * parameters) multiplications.
PRODUCTS, LEAST_PAIRS = 1 << 24, 10


class InverseHessian:
    """The inverse Hessian by what the last steps tell, as Byrd, Nocedal and Schnabel write it.

    Representations of quasi-Newton matrices and their use in limited memory methods (1994),
    equation 3.1. Pairs of a step s and the change y of the gradient along it are scaled so that
    s'y = 1. With the pairs as rows of S and Y, U the inverse of the upper triangle of S Y', and a
    number c, the inverse Hessian is c I + S' [U' (I + c Y Y') U] S - c S' U' Y - c Y' U S. U and
    Y Y' are kept, so that a direction takes a few products and no loop over the pairs.

    c is what the last step tells of the directions that no pair does: |s| / |y|, the geometric
    mean of Barzilai and Borwein's two step lengths. The usual one, s'y / y'y, is the shorter: it
    goes by the steepest curvature, and a network's long valleys take it many more iterations.
    """

    def __init__(self, size: int, pairs: int):
        self.s, self.y = np.zeros((pairs, size)), np.zeros((pairs, size))
        self.yy, self.inverse = np.zeros((pairs, pairs)), np.zeros((pairs, pairs))
        self.count = 0
        self.scale = 0.0

    def add(self, s: np.ndarray, y: np.ndarray) -> None:
        """Remember a pair; the oldest gives way."""
        product = float(s @ y)
        if product <= CURVATURE:
            return
        self.scale = math.sqrt(float(s @ s) / float(y @ y))
        if self.count == len(self.s):
            self._forget()
        k = self.count
        self.s[k], self.y[k] = s / math.sqrt(product), y / math.sqrt(product)
        self.yy[k, : k + 1] = self.yy[: k + 1, k] = self.y[: k + 1] @ self.y[k]
        # R grows by a column r above 1: so does its inverse, by -R^-1 r above 1
        self.inverse[:k, k] = -(self.inverse[:k, :k] @ (self.s[:k] @ self.y[k]))
        self.inverse[k, k] = 1.0
        self.count += 1

    def clear(self) -> None:
        """Forget all pairs."""
        self.count = 0

    def state(self) -> dict[str, Any]:
        """Give the pairs that are known, and what was made of them."""
        k = self.count
        squares = {"yy": self.yy[:k, :k].copy(), "inverse": self.inverse[:k, :k].copy()}
        return {"s": self.s[:k].copy(), "y": self.y[:k].copy(), **squares, "scale": self.scale}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        k = self.count = len(state["s"])
        self.s[:k], self.y[:k], self.scale = state["s"], state["y"], state["scale"]
        self.inverse[:] = 0.0
        self.yy[:k, :k], self.inverse[:k, :k] = state["yy"], state["inverse"]

    def _forget(self) -> None:
        for rows in (self.s, self.y):
            rows[:-1] = rows[1:]
        for square in (self.yy, self.inverse):
            square[:-1, :-1] = square[1:, 1:]
        self.inverse[-1, :-1] = 0.0
        self.count -= 1

    def times(self, g: np.ndarray) -> np.ndarray:
        """Multiply the inverse Hessian with a vector."""
        k, c = self.count, self.scale
        s, y, inverse = self.s[:k], self.y[:k], self.inverse[:k, :k]
        p = inverse @ (s @ g)
        q = inverse.T @ (p + c * (self.yy[:k, :k] @ p - y @ g))
        return c * g + q @ s - c * (p @ y)


class LBFGSStep(SecondOrderStep[Point]):
    """One iteration a call.

    Near a minimum the loss changes with the square of the distance: it drowns in rounding while
    the gradient is still good to many more digits, and a line search, which compares losses,
    stalls there. With `refine` the search is then dropped and plain quasi-Newton steps go on to
    full precision; otherwise a stall is the end.

    Parameters
    ----------
    program : Program
        Of all rows.
    flat : Flat
        The parameters it works on.
    learn_rate : float
        The first step that is tried.
    decay : array (P,) or None
        The penalty's curvature: decay / 2 * (parameters squared) is added to the objective.
    flat_gradient : float
        A gradient without larger element is flat.
    refine : bool
        For smooth objectives with one minimum.
    history : int, default 100
        Pairs remembered.
    """

    GAIN = 1e-10  # a relative gain that is no longer one
    PROMISE = 1e-6  # a relative gain that a stall near a minimum does not promise
    PATIENCE = 20  # iterations without a smaller gradient: it is rounding by now

    KNOWN = Point
    CHANGING = "searching", "afresh", "smallest", "waited"

    def __init__(
        self,
        program: Program,
        flat: Flat,
        learn_rate: float,
        decay: np.ndarray | None,
        flat_gradient: float,
        refine: bool,
        history: int = HISTORY,
    ):
        super().__init__(program, flat, flat_gradient)
        if program.recordable and on_cuda(flat.value):
            self.ops = [record(self.ops, trial=self.ops)]
        self.learn_rate = learn_rate
        self.decay = decay
        self.refine = refine
        self.inverse_hessian = InverseHessian(flat.value.numel(), history)
        self.direction = np.zeros_like(self.position)
        self.searching, self.afresh = True, False
        self.smallest, self.waited = math.inf, 0

    def state(self) -> dict[str, Any]:
        return {**super().state(), "pairs": self.inverse_hessian.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        self.inverse_hessian.load(state["pairs"])

    def _look_here(self) -> Point:
        return self._look(0.0)

    def _iterate(self) -> None:
        before = self.here
        if np.abs(before.gradient).max() <= self.flatness:
            self.done = True
            return
        step, slope = self._aim(before.gradient)
        start = before._replace(step=0.0, slope=slope)
        after = search(self._look, start, step) if self.searching else self._look(step)
        if not math.isfinite(after.value):  # of a step that is not searched for
            self._put(self.position)
            self.done = True
            return
        stalled = before.value - after.value <= self.GAIN * abs(after.value)
        if self.afresh and not stalled:
            self.inverse_hessian.clear()
        self._move(after)
        if not self.searching:
            self.done = self._settled()
        elif stalled:
            self._stall()
        else:
            self.afresh = False

    def _stall(self) -> None:
        """Go on from where a search has gained nothing.

        Where the gradient promises more, what the last steps tell of the curvature is of no use, as
        after a step that went far too far. Then one search goes along the gradient; if it gains
        something, all that is forgotten.
        """
        step, slope = self._along_gradient(self.here.gradient)
        promised = -step * slope > self.PROMISE * abs(self.here.value)
        if promised and self.inverse_hessian.count and not self.afresh:
            self.afresh = True
            return
        self.searching = self.afresh = False
        self.done = not self.refine

    def _aim(self, gradient: np.ndarray) -> tuple[float, float]:
        """Set the direction; give the first step to try along it, and the slope."""
        if not self.afresh:
            self.direction = -self.inverse_hessian.times(gradient)
            slope = float(gradient @ self.direction)
            if self.inverse_hessian.count and slope < 0:
                return self.learn_rate, slope
            self.inverse_hessian.clear()  # at the start, or because rounding has spoiled it
        self.direction = -gradient
        return self._along_gradient(gradient)

    def _along_gradient(self, gradient: np.ndarray) -> tuple[float, float]:
        """Give the first step to try along the gradient, and the slope."""
        step = self.learn_rate * min(1.0, 1.0 / float(np.abs(gradient).sum()))
        return step, -float(gradient @ gradient)

    def _look(self, step: float) -> Point:
        """Evaluate a step along the direction."""
        place = self.position + step * self.direction
        loss = self.evaluate(place)
        value, gradient = loss, as_float64(self.flat.grad)
        if self.decay is not None:
            pull = self.decay * place
            value, gradient = loss + float(pull @ place) / 2, gradient + pull
        return Point(step, value, float(gradient @ self.direction), gradient, loss)

    def _move(self, to: Point) -> None:
        moved = to.step * self.direction
        self.inverse_hessian.add(moved, to.gradient - self.here.gradient)
        self.position += moved
        self._put(self.position)
        self.here = to

    def _settled(self) -> bool:
        size = float(np.abs(self.here.gradient).max())
        self.waited = 0 if size < self.smallest else self.waited + 1
        self.smallest = min(size, self.smallest)
        return self.waited >= self.PATIENCE


def takes(spec: Resolved, network: nn.Module) -> bool:
    """Tell whether this L-BFGS is to train a fit; where it is not, torch's own does.

    Of torch's arguments this one has `history_size` alone. And it compares losses, which random
    numbers drawn by the network, as for dropout, would make incomparable.
    """
    name, args = spec.optimizer
    return name == "lbfgs" and set(args) <= {"history_size"} and not draws(network)


def draws(network: nn.Module) -> bool:
    """Tell whether a network draws random numbers while it is trained."""
    return any(
        isinstance(layer, nn.RReLU) or (isinstance(layer, DROPOUTS) and layer.p > 0)
        for layer in network.modules()
    )


def draws_on(network: nn.Module, x: torch.Tensor) -> bool:
    """Tell the same of a module whose code is not known, by trying it twice on some rows.

    Neither its buffers nor torch's generators are touched.
    """
    trial = copy.deepcopy(network)
    devices = [x.device] if x.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices=devices):
        return not torch.equal(trial(x), trial(x))


AnyLBFGSStep = Union[LBFGSStep, OrthantWiseStep]


def step_of(program: Program, flat: Flat, spec: Resolved, terms: float) -> AnyLBFGSStep:
    """Make the step of a fit that `takes()` accepted; `terms` as `flatness()` has it."""
    decay, rate = curvature(spec, flat), spec.learn_rate
    assert rate is not None  # "lbfgs" has one
    if spec.lasso:
        return OrthantWiseStep(
            program,
            flat,
            rate,
            as_float64(flat.on_weights(spec.ridge)),
            as_float64(pull_to_zero(spec, flat)),
            flatness(spec, terms),
            one_minimum(spec),
            min(_pairs(spec, flat), max(LEAST_PAIRS, int((PRODUCTS / flat.value.numel()) ** 0.5))),
        )
    return LBFGSStep(
        program,
        flat,
        rate,
        None if decay is None else as_float64(decay),
        flatness(spec, terms),
        one_minimum(spec),
        _pairs(spec, flat),
    )


def _pairs(spec: Resolved, flat: Flat) -> int:
    """Give how many pairs are remembered: there is one an epoch."""
    pairs = min(int(spec.optimizer.args.get("history_size", HISTORY)), spec.epochs)
    what = f'a "history_size" of {pairs:,}'
    check_room("optimizer", what, 2 * pairs * (flat.value.numel() + pairs))
    return pairs


def one_minimum(spec: Resolved) -> bool:
    """Tell whether the objective is smooth and has one minimum, worth full precision."""
    return spec.linear and spec.family.smooth and spec.family.convex
