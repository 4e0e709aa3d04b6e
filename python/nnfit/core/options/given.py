"""The options that need nothing settled: what the user gives is what the fit takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .catalog import Named


@dataclass(frozen=True)
class Given:
    """The options that are of one type before and after the data are known.

    Their defaults are those of `options.csv`. `own_model` says that the user brings a module, and
    is not an option.
    """

    hidden_units: tuple[int, ...] = ()
    activation: tuple[Named, ...] = (Named("relu", {}),)
    bias: bool = True
    dropout: float = 0.0
    reduction: str = "mean"
    momentum: float = 0.0
    penalty: float = 0.0
    batch_size: int | None = None
    stop_iter: int | float = math.inf
    scale: bool = True
    seed: int | None = None
    device: str = "auto"
    engine: str = "auto"
    levels: tuple[str, ...] | None = None
    own_model: bool = False

    @property
    def linear(self) -> bool:
        """Whether the model is linear: ours, without hidden units."""
        return not self.own_model and not self.hidden_units
