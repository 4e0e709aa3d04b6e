"""L-BFGS where absolute values of weights are a part of the objective, so that some end at zero.

Andrew and Gao (2007), Scalable training of L1-regularized log-linear models, ICML: within an
orthant the absolute values are linear, so that a step goes by a quadratic model of the rest, and a
weight that would leave its orthant is set to zero. Which way out of zero there is, if any, the
pseudo-gradient tells. Here the model is minimised over the weights that may move, as L-BFGS-B does
over its free variables (Byrd, Lu, Nocedal and Zhu 1995, A limited memory algorithm for bound
constrained optimization, SIAM J. Sci. Comput. 16(5)): once it is known which weights are zero, the
others converge as fast as without an absolute value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .base import Program
from .flat import Flat
from .fused.cuda_graph import on_cuda, record
from .second_order import SecondOrderStep, as_float64

CURVATURE = 1e-10  # as in `lbfgs`: pairs with less are left out
SUFFICIENT = 1e-4  # the part of the decrease promised by the slope that must come true
TRIALS = 10, 40  # steps tried along the model's direction, then along the gradient


class Hessian:
    """The Hessian by what the last steps tell: Byrd, Nocedal and Schnabel (1994), equation 2.17.

    With pairs of a step s and the change y of the gradient along it, scaled so that s'y = 1, as
    rows of S and Y, L the part of S Y' below the diagonal, and a number c, it is c I - N' M N,
    where N has the rows c S and Y, and M is the inverse of [[c S S', L], [L', -I]]. Unlike the
    inverse Hessian it can be restricted to some of the parameters, and then be inverted.
    """

    def __init__(self, size: int, pairs: int):
        self.s, self.y = np.zeros((pairs, size)), np.zeros((pairs, size))
        self.count = 0
        self.scale = 0.0

    def add(self, s: np.ndarray, y: np.ndarray) -> None:
        """Remember a pair; the oldest gives way."""
        product = float(s @ y)
        if not product > CURVATURE * float(s @ s):
            return
        self.scale = math.sqrt(float(y @ y) / float(s @ s))
        if self.count == len(self.s):
            for rows in (self.s, self.y):
                rows[:-1] = rows[1:]
            self.count -= 1
        root = math.sqrt(product)
        self.s[self.count], self.y[self.count] = s / root, y / root
        self.count += 1

    def clear(self) -> None:
        """Forget all pairs."""
        self.count = 0

    def state(self) -> dict[str, Any]:
        """Give the pairs that are known."""
        k = self.count
        return {"s": self.s[:k].copy(), "y": self.y[:k].copy(), "scale": self.scale}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        k = self.count = len(state["s"])
        self.s[:k], self.y[:k], self.scale = state["s"], state["y"], state["scale"]

    def solve(self, g: np.ndarray, free: np.ndarray) -> np.ndarray | None:
        """Solve for the step d with (Hessian d) = g in the parameters that are `free` (P,).

        Elsewhere it is zero. None: rounding has spoiled what is known.
        """
        k, c = self.count, self.scale
        s, y = self.s[:k], self.y[:k]
        middle = np.block([[c * (s @ s.T), np.tril(s @ y.T, -1)], [np.zeros((k, k)), -np.eye(k)]])
        middle[k:, :k] = middle[:k, k:].T
        n = np.vstack([c * s, y])[:, free]
        try:
            inner = np.linalg.solve(middle - n @ n.T / c, n @ g[free])
        except np.linalg.LinAlgError:
            return None
        step = np.zeros_like(g)
        step[free] = g[free] / c + inner @ n / c**2
        return step if float(step @ g) > 0 else None  # NaN neither


class Place(NamedTuple):
    """What is known of a place."""

    value: float  # of the objective
    gradient: np.ndarray  # of the objective without the absolute values
    loss: float  # without penalty


class OrthantWiseStep(SecondOrderStep[Place]):
    """One iteration a call.

    As in `lbfgs.LBFGSStep`, with `refine` steps go on without a search where the objective drowns
    in rounding.

    Parameters
    ----------
    program : Program
        Of all rows.
    flat : Flat
        The parameters it works on.
    learn_rate : float
        The first step that is tried.
    decay, pull : array (P,)
        Added to the objective are decay / 2 * (parameters squared) and pull * |parameters|.
    flat_gradient : float
        A pseudo-gradient without larger element is flat.
    refine : bool
        For smooth losses with one minimum.
    pairs : int
        Remembered.
    """

    GAIN = 1e-10  # a relative gain that is no longer one
    LOSS = 1e-6  # a relative loss that is not rounding
    PATIENCE = 40  # iterations without a smaller pseudo-gradient: it is rounding by now

    KNOWN = Place
    CHANGING = "searching", "afresh", "best", "smallest", "waited", "reached"

    def __init__(
        self,
        program: Program,
        flat: Flat,
        learn_rate: float,
        decay: np.ndarray,
        pull: np.ndarray,
        flat_gradient: float,
        refine: bool,
        pairs: int,
    ):
        super().__init__(program, flat, flat_gradient)
        if program.recordable and on_cuda(flat.value):
            self.ops = [record(self.ops, trial=self.ops)]
        self.learn_rate, self.decay, self.pull, self.refine = learn_rate, decay, pull, refine
        self.hessian = Hessian(len(self.position), pairs)
        self.searching, self.afresh = True, False
        self.best = self.position
        self.smallest, self.waited, self.reached = math.inf, 0, math.inf

    def state(self) -> dict[str, Any]:
        return {**super().state(), "pairs": self.hessian.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        self.hessian.load(state["pairs"])

    def _look_here(self) -> Place:
        return self._look(self.position)

    def _look(self, place: np.ndarray) -> Place:
        loss = self.evaluate(place)
        decayed = self.decay * place
        value = loss + float(decayed @ place) / 2 + float(self.pull @ np.abs(place))
        return Place(value, as_float64(self.flat.grad) + decayed, loss)

    def pseudo_gradient(self) -> np.ndarray:
        """Give the slope of the way down that each parameter has, (P,): zero where it has none."""
        gradient = self.here.gradient
        beyond = np.abs(gradient) - self.pull
        out_of_zero = np.where(beyond > self.flatness, np.sign(gradient) * beyond, 0.0)
        return np.where(self._at_zero(), out_of_zero, gradient + self.pull * np.sign(self.position))

    def _iterate(self) -> None:
        slope = self.pseudo_gradient()
        size = float(np.abs(slope).max())
        if size <= self.flatness:
            self.done = True
        elif self.searching:
            self._search(slope)
        else:
            self._go_on(slope, size)

    def _search(self, slope: np.ndarray) -> None:
        """Find a step that decreases the objective enough; if there is none, see what is left."""
        before = self.here
        ahead = self._ahead(slope)
        for direction, trials in zip((ahead, self._down(slope)), TRIALS):
            if direction is not None and self._backtrack(direction, slope, trials):
                break
        else:
            self._put(self.position)
        if before.value - self.here.value > self.GAIN * abs(self.here.value):
            self.afresh = False
        elif self.refine:
            self.searching = False
        else:  # along the gradient, once; a second time there is nothing to gain
            self.done, self.afresh = self.afresh, True
            self.hessian.clear()

    def _go_on(self, slope: np.ndarray, size: float) -> None:
        """Take the model's step as it is, for as long as that makes the slope smaller."""
        if size < self.smallest:
            self.best, self.smallest, self.waited = self.position, size, 0
        else:
            self.waited += 1
        direction = self._ahead(slope)
        if direction is None or self.waited >= self.PATIENCE:
            self._go_back()
            return
        place = self._within(direction, slope)
        after = self._look(place)
        if after.value - self.here.value <= self.LOSS * abs(self.here.value):
            self._move(place, after)
        else:
            self._go_back()

    def _go_back(self) -> None:
        """Search on from the best place; end where all since the last such return gained little."""
        self.position, self.here = self.best, self._look(self.best)
        self.hessian.clear()
        self.done = self.smallest > self.reached / 2
        self.searching, self.waited, self.reached = True, 0, self.smallest

    def _ahead(self, slope: np.ndarray) -> np.ndarray | None:
        """Give the step to the minimum of the quadratic model; None: there is no model."""
        if not self.hessian.count:
            return None
        free = (self.position != 0) | (slope != 0) | (self.pull == 0)
        step = self.hessian.solve(slope, free)
        if step is None:
            self.hessian.clear()
            return None
        wrong = self._at_zero() & (step * slope < 0)  # out of zero there is one way
        return -self.learn_rate * np.where(wrong, 0.0, step)

    def _down(self, slope: np.ndarray) -> np.ndarray:
        """Give a step along the pseudo-gradient."""
        if self.hessian.count:
            return -slope / self.hessian.scale
        return -slope * self.learn_rate * min(1.0, 1.0 / float(np.abs(slope).sum()))

    def _at_zero(self) -> np.ndarray:
        return (self.position == 0) & (self.pull > 0)

    def _within(self, move: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Give the place after a move; what would leave its orthant stays at the border: zero."""
        place = self.position + move
        side = np.where(self._at_zero(), -np.sign(slope), np.sign(self.position))
        return np.where((self.pull > 0) & (place * side <= 0), 0.0, place)

    def _backtrack(self, direction: np.ndarray, slope: np.ndarray, trials: int) -> bool:
        """Move along a direction, half as far after each trial; False: nothing is gained."""
        for _ in range(trials):
            place = self._within(direction, slope)
            promised = min(float(slope @ (place - self.position)), 0.0)
            after = self._look(place)
            if after.value < self.here.value + SUFFICIENT * promised:  # False for NaN
                self._move(place, after)
                return True
            direction = direction / 2
        return False

    def _move(self, place: np.ndarray, to: Place) -> None:
        self.hessian.add(place - self.position, to.gradient - self.here.gradient)
        self.position, self.here = place, to
        self._put(place)
