"""What is asked of a fit, with everything filled in that follows from the data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch

from ..ground.errors import NNFitError
from ..ground.plain import plain
from .arguments import arguments
from .catalog import Named
from .checks import DTYPES
from .embed import Embedded
from .families import Family, family
from .given import Given
from .rows import option_names, option_rows


@dataclass(frozen=True)
class Settled:
    """What follows from the data where the user does not say it."""

    loss: Named
    optimizer: Named
    learn_rate: float | None
    penalty: float
    members: int
    epochs: int
    dtype: str
    n_features: int
    n_outputs: int


@dataclass(frozen=True)
class Resolved(Given, Settled):  # fields come from the last first: those without defaults
    """The options of one fit, settled.

    None is left only in `batch_size` (all rows at once), `seed` (torch's own generator goes on),
    `levels` (the outcome is numeric), the names (the data have none) and `learn_rate` (of an
    optimizer that takes none).

    Raises
    ------
    NNFitError
        Naming a number that is too large or too small for the dtype.
    """

    def __post_init__(self) -> None:
        # not the dtype's largest number: products with it, and its reciprocal, need room too
        room = torch.finfo(self.torch_dtype).max ** 0.9
        for name, least in {"learn_rate": 1 / room, "penalty": 0}.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= room:
                raise NNFitError(
                    name,
                    f"must be from {least:.1g} to {room:.1g} in {self.dtype}, not {value:g}.",
                    "Choose a number nearer to 1.",
                )

    @property
    def ridge(self) -> float:
        """What half the sum of squared weights counts in the objective."""
        return self.penalty * (1 - self.mixture)

    @property
    def lasso(self) -> float:
        """What the sum of absolute weights counts in the objective."""
        return self.penalty * self.mixture

    @property
    def torch_dtype(self) -> torch.dtype:
        """The dtype of the model, as torch's."""
        return DTYPES[self.dtype]

    @property
    def torch_device(self) -> torch.device:
        """Where the model is trained, as torch's."""
        return torch.device(self.device)

    @property
    def n_inputs(self) -> int:
        """How many numbers the first layer is given: an embedded column becomes several."""
        return self.n_features + sum(one.size - 1 for one in self.embedded)

    @property
    def family(self) -> Family:
        """What the loss is."""
        return family(self.loss.name)

    @property
    def likelihood(self) -> str | None:
        """The likelihood that the loss is with its arguments: a name in `families.csv`."""
        known = arguments("loss", self.loss.name)
        reweighs = any(known[name].reweighs for name in self.loss.args if name in known)
        return None if reweighs else self.family.likelihood

    @property
    def heads(self) -> tuple[str, ...]:
        """What the model's numbers for one outcome are: see `Family`."""
        return self.family.heads_under(self.loss.args)

    @property
    def n_outcomes(self) -> int:
        """Outcomes or classes: the model's output has as many columns for each head."""
        return self.n_outputs // len(self.heads)

    @property
    def n_responses(self) -> int:
        """Columns of the response."""
        return self.n_outputs if self.family.heads_by else self.n_outcomes

    @property
    def scales_outcome(self) -> bool:
        """Whether a numeric outcome may be standardised.

        Where an output is a logarithm, dividing the outcome shifts it: a model without bias could
        not undo that.
        """
        can_shift = self.bias[-1] or not any("log" in head for head in self.heads)
        return self.family.scale_power is not None and can_shift

    @property
    def centres_outcome(self) -> bool:
        """Whether an outcome that is standardised is also shifted."""
        return self.bias[-1] and self.family.centred and not self.linked

    @property
    def centres_inputs(self) -> bool:
        """Whether columns of x that are standardised are also shifted: a bias can undo it.

        Or nothing has to, where a shift of all outputs changes nothing.
        """
        free = self.family.relative
        first = self.bias[0] or (self.linear and free)
        return first and (self.bias[-1] or free or not self.skip)

    @property
    def linked(self) -> bool:
        """Whether the link is another than that which the loss is made for."""
        return self.family.is_linked(self.loss.args)

    @property
    def link(self) -> str:
        """What leads from the model's output to the response: a name in `loss.RESPONSES`."""
        return self.family.link_under(self.loss.args)

    def plain(self) -> dict[str, Any]:
        """Write the options as floats, integers, strings, booleans, lists, dicts and None."""
        others = [field.name for field in fields(self) if field.name not in option_rows()]
        values = {**plain_options(self), **{name: _plain(getattr(self, name)) for name in others}}
        bias = self.bias[0] if len(set(self.bias)) == 1 else list(self.bias)
        return {**values, "bias": bias, "link": self.link}


def plain_options(options: Given) -> dict[str, Any]:
    """Write what a user may ask of training as plain values, which are read as what was given."""
    return {name: _plain(getattr(options, name)) for name in option_names("training")}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, float)):  # most are
        return value
    if isinstance(value, (Named, Embedded)):
        return plain(value.plain())
    return [_plain(one) for one in value] if isinstance(value, tuple) else plain(value)
