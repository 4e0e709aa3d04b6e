"""Of which fits nothing is said about training: what becomes of them follows from the data."""

from __future__ import annotations

from dataclasses import replace

from .asked import Asked
from .catalog import differs
from .resolved import Resolved

# options that say how a network is trained: with a penalty that is chosen this is settled
SAY_HOW = (
    "optimizer", "learn_rate", "schedule", "momentum", "epochs", "batch_size", "stop_iter",
    "monitor", "dropout", "norm", "residual", "freeze", "clip_norm", "clip_value",
    "max_norm", "reduction", "scale", "engine", "members",
)  # fmt: skip


def is_untuned(asked: Asked) -> bool:
    """Tell whether the options leave it open how a network is to be trained."""
    default = Asked()
    left = all(getattr(asked, name) == getattr(default, name) for name in SAY_HOW)
    left = left and differs(asked.init)  # else the networks of all folds start alike
    return left and asked.penalty is None and bool(asked.hidden_units) and not asked.own_model


def with_best_epoch(asked: Asked, spec: Resolved, validates: bool) -> Resolved:
    """Let the best epoch come back where rows are held out and no more is said of training."""
    return replace(spec, stop_iter=spec.epochs) if validates and is_untuned(asked) else spec
