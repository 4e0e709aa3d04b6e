"""What is asked of a fit, with everything filled in that follows from the data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch

from . import catalog, table
from .catalog import Named
from .checks import DTYPES
from .given import Given


@dataclass(frozen=True)
class Settled:
    """What follows from the data where the user does not say it."""

    loss: Named
    optimizer: Named
    learn_rate: float | None
    epochs: int
    dtype: str
    n_features: int
    n_outputs: int


@dataclass(frozen=True)
class Resolved(Given, Settled):  # fields come from the last first: those without defaults
    """The options of one fit, settled.

    None is left only in `batch_size` (all rows at once), `seed` (torch's own generator goes on),
    `levels` (the outcome is numeric) and `learn_rate` (of an optimizer that takes none).
    """

    @property
    def torch_dtype(self) -> torch.dtype:
        """The dtype of the model, as torch's."""
        return DTYPES[self.dtype]

    @property
    def torch_device(self) -> torch.device:
        """Where the model is trained, as torch's."""
        return torch.device(self.device)

    @property
    def link(self) -> str:
        """What leads from the model's output to the response: a name in `loss.RESPONSES`."""
        if self.loss.args.get("log_input") is False:  # Poisson, told to predict the rate itself
            return "identity"
        return catalog.lookup("loss", self.loss.name).link

    def plain(self) -> dict[str, Any]:
        """Write the options as floats, integers, strings, booleans, lists, dicts and None."""
        others = [field.name for field in fields(self) if field.name not in table.rows()]
        names = [*table.names("training"), *others]
        values = {name: _plain(getattr(self, name)) for name in names}
        return {**values, "link": self.link}


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return value.plain()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
