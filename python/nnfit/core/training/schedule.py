"""Step sizes that change while a fit is trained, by torch's own schedulers.

They count epochs, but for "one_cycle", which counts steps, as torch's documentation has it:
https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..ground.interrupts import interrupts_later
from ..ground.leftovers import no_folder
from ..options import catalog
from ..options.catalog import Named
from ..options.resolved import Resolved
from .run import Callback, Run

BY_STEP = ("one_cycle",)
BY_LOSS = ("plateau",)


# arguments that torch has no default for, or that make the whole of training a schedule's length
LENGTHS: dict[str, Callable[[int], dict[str, Any]]] = {
    "cosine": lambda epochs: {"T_max": epochs},
    # 1 + 2 + 4 sevenths: three cycles, each twice as long as the one before (Loshchilov and
    # Hutter 2017, SGDR: stochastic gradient descent with warm restarts)
    "cosine_restarts": lambda epochs: {"T_0": math.ceil(epochs / 7), "T_mult": 2},
    "exponential": lambda epochs: {"gamma": 0.01 ** (1 / epochs)},
    # as He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition
    "multi_step": lambda epochs: {
        "milestones": sorted({math.ceil(epochs / 2), math.ceil(epochs * 3 / 4)})
    },
    "polynomial": lambda epochs: {"total_iters": epochs},
    "step": lambda epochs: {"step_size": math.ceil(epochs / 3)},
}


class Rates:
    """The step size of each epoch, or of each step.

    Parameters
    ----------
    spec : Resolved
        With a schedule.
    steps : int
        Of an epoch.

    Attributes
    ----------
    value : float
        The present one.
    """

    def __init__(self, spec: Resolved, steps: int):
        assert spec.schedule is not None and spec.learn_rate is not None
        self.name, self.top = spec.schedule.name, spec.learn_rate
        args = dict(spec.schedule.args)
        self.warm_up = self.left = args.pop("warm_up", 0)
        with interrupts_later(), no_folder():  # the first one imports torch._dynamo, sympy and more
            self.optimizer = torch.optim.SGD([torch.zeros(())], lr=self.top)
        self.schedule = self._torchs(args, spec.epochs, steps)
        self.optimizer.step()  # torch warns where a schedule goes before the optimizer

    def _torchs(self, args: dict[str, Any], epochs: int, steps: int) -> Any:
        if self.name in BY_STEP:
            fixed: dict[str, Any] = {
                "max_lr": self.top, "total_steps": max(epochs * steps, 2), "cycle_momentum": False,
            }  # fmt: skip
        else:
            lengths = LENGTHS.get(self.name, lambda epochs: {})
            fixed = {
                key: value
                for key, value in lengths(max(epochs - self.warm_up, 1)).items()
                if key not in args
            }
        return catalog.build("schedule", Named(self.name, args), self.optimizer, **fixed)

    @property
    def value(self) -> float:
        """The present step size; it grows in equal steps while it warms up."""
        if self.left:
            return self.top * (self.warm_up + 1 - self.left) / (self.warm_up + 1)
        return self._of_torch["lr"]

    @property
    def _of_torch(self) -> dict[str, float]:
        return self.optimizer.param_groups[0]

    def next(self, loss: float | None) -> None:
        """Go on to the next epoch, or step."""
        if self.left:
            self.left -= 1
        elif self.name in BY_LOSS:
            self.schedule.step(loss)
        else:
            self.schedule.step()

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {
            "left": self.left,
            "schedule": self.schedule.state_dict(),
            "rate": self._of_torch["lr"],
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state()` gave."""
        self.left = state["left"]
        self.schedule.load_state_dict(state["schedule"])
        self._of_torch["lr"] = state["rate"]


class Scheduled(Callback):
    """Gives an engine the step size of each epoch, or step, and keeps a column of them.

    Parameters
    ----------
    spec : Resolved
        With a schedule.
    steps : int
        Of an epoch.
    """

    def __init__(self, spec: Resolved, steps: int):
        self.rates = Rates(spec, steps)
        self.by_step = self.rates.name in BY_STEP
        self.used: list[float] = []
        self.set: Callable[[float], Any]
        self.first = 0.0

    def on_start(self, run: Run) -> None:
        assert run.engine.set_rate is not None
        self.set = run.engine.set_rate
        self._begin()
        if self.by_step:
            step = run.engine.step

            def stepping(batch: Any) -> Any:
                value = step(batch)
                self._advance(None)
                return value

            run.engine = run.engine._replace(step=stepping)

    def on_epoch(self, run: Run) -> None:
        self.used.append(self.first)
        if not self.by_step:
            self._advance(float(run.deciding()) if self.rates.name in BY_LOSS else None)
        self.first = self.rates.value

    def latest(self) -> dict[str, float]:
        return {"learn_rate": self.used[-1]}

    def columns(self, rows: int, fit: Any) -> dict[str, np.ndarray]:
        used = [*self.used, self.first]  # an interrupt may have come before the last was noted
        return {"learn_rate": np.array(used[:rows])}

    def _begin(self) -> None:
        self.first = self.rates.value
        self.set(self.first)

    def _advance(self, loss: float | None) -> None:
        self.rates.next(loss)
        self.set(self.rates.value)

    def state(self) -> dict[str, Any]:
        return {"rates": self.rates.state(), "used": list(self.used), "first": self.first}

    def load(self, state: dict[str, Any]) -> None:
        self.rates.load(state["rates"])
        self.used = list(state["used"])
        self._begin()
        self.first = state["first"]  # of the epoch's first step, which may be one before
