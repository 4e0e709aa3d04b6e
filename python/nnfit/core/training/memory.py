"""What of a training run a fit keeps, so that another can go on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..engines.base import Engine
from ..model.start import Start
from ..options.resolved import Resolved
from .callbacks import EarlyStop
from .run import Run


def memory_of(
    run: Run, engine: Engine, spec: Resolved, drawn: torch.Tensor
) -> dict[str, Any] | None:
    """Give what the optimizer remembers, and where torch's generator is.

    Parameters
    ----------
    run : Run
        That has ended.
    engine : Engine
    spec : Resolved
    drawn : Tensor
        The generator's state before: where nothing was drawn, it is not kept.

    Returns
    -------
    dict or None
        None where the parameters are not those that training has come to: the best epoch's have
        come back, or the loss is no number.
    """
    best = any(isinstance(callback, EarlyStop) for callback in run.callbacks)
    if best or run.stopped == "diverged":
        return None
    kept: dict[str, Any] = {}
    if engine.memory is not None:
        kept["optimizer"] = {**_whose(engine, spec), "values": engine.memory.state()}
    now = torch.get_rng_state()
    if not torch.equal(now, drawn):
        kept["random"] = now.numpy().astype(np.int32)
    return kept or None


def begin_from(start: Start | None, engine: Engine, spec: Resolved) -> None:
    """Go on from what an earlier fit kept: all that fits this one."""
    if start is None:
        return
    if start.random is not None and spec.seed is not None:  # else torch's own generator goes on
        torch.set_rng_state(torch.from_numpy(np.array(start.random, dtype=np.uint8).ravel()))
    memory = start.memory
    same = memory is not None and all(
        memory.get(name) == value for name, value in _whose(engine, spec).items()
    )
    if memory is not None and same and engine.memory is not None:
        engine.memory.load(memory["values"])


def _whose(engine: Engine, spec: Resolved) -> dict[str, str]:
    """Name the engine and the optimizer, whose memories are not each other's."""
    return {"engine": engine.name, "name": spec.optimizer.name}
