"""torch's optimizers, with the penalty on weights alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ..ground.interrupts import interrupts_later
from ..ground.leftovers import no_folder
from ..options import catalog
from ..options.resolved import Resolved
from . import penalty

# One epoch is one iteration. Recent torch also cuts the line search short at `max_eval`, which
# would be 1; and the two tolerances would stop far from full precision.
LBFGS: dict[str, Any] = {
    "max_iter": 1,
    "max_eval": 26,
    "line_search_fn": "strong_wolfe",
    "tolerance_change": 0.0,
    "tolerance_grad": 0.0,
}


def build(spec: Resolved, model: nn.Module) -> torch.optim.Optimizer:
    """Make the optimizer of a resolved spec."""
    fixed: dict[str, Any] = {"lr": spec.learn_rate}
    if spec.momentum:
        fixed["momentum"] = spec.momentum
    if spec.optimizer.name == "lbfgs":
        fixed.update({key: LBFGS[key] for key in LBFGS if key not in spec.optimizer.args})
    if penalty.decays(spec):
        fixed["weight_decay"] = 0.0  # AdamW's own default is another
    with interrupts_later(), no_folder():  # the first one imports torch._dynamo, sympy and more
        return catalog.build("optimizer", spec.optimizer, penalty.groups(spec, model), **fixed)
