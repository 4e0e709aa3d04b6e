"""What is asked of a fit, with everything filled in that follows from the data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch

from .catalog import Named
from .checks import DTYPES
from .families import Family, family


@dataclass(frozen=True)
class Resolved:
    """The options of one fit, settled.

    None is left only in `batch_size` (all rows at once), `seed` (torch's own generator goes on),
    `levels` (the outcome is numeric) and `learn_rate` (of an optimizer that takes none).
    """

    hidden_units: tuple[int, ...]
    activation: tuple[Named, ...]
    bias: bool
    dropout: float
    loss: Named
    reduction: str
    optimizer: Named
    learn_rate: float | None
    momentum: float
    penalty: float
    epochs: int
    batch_size: int | None
    stop_iter: int | float
    scale: bool
    seed: int | None
    dtype: str
    device: str
    engine: str
    levels: tuple[str, ...] | None
    own_model: bool
    n_features: int
    n_outputs: int

    @property
    def linear(self) -> bool:
        """Whether the model is linear: ours, without hidden units."""
        return not self.own_model and not self.hidden_units

    @property
    def torch_dtype(self) -> torch.dtype:
        """The dtype of the model, as torch's."""
        return DTYPES[self.dtype]

    @property
    def torch_device(self) -> torch.device:
        """Where the model is trained, as torch's."""
        return torch.device(self.device)

    @property
    def family(self) -> Family:
        """What the loss is."""
        return family(self.loss.name)

    @property
    def n_responses(self) -> int:
        """Columns of the response: the model's output has as many for each of the loss's heads."""
        return self.n_outputs // len(self.family.heads)

    @property
    def scales_outcome(self) -> bool:
        """Whether a numeric outcome may be standardised.

        Where an output is a logarithm, dividing the outcome shifts it: a model without bias could
        not undo that.
        """
        return self.family.scale_power is not None and (self.bias or not self.family.scale_log)

    @property
    def centres_outcome(self) -> bool:
        """Whether an outcome that is standardised is also shifted."""
        return self.bias and self.family.centred

    @property
    def link(self) -> str:
        """What leads from the model's output to the response: a name in `loss.RESPONSES`."""
        if self.loss.args.get(self.family.link_argument or "") is False:
            return "identity"
        return self.family.link

    def plain(self) -> dict[str, Any]:
        """Write the options as floats, integers, strings, booleans, lists, dicts and None."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {**values, "link": self.link}


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return value.plain()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
