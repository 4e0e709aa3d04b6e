"""Losses: torch's and ours, with row weights, and with the scaling of the outcome accounted for."""

from __future__ import annotations

import math
from typing import Callable

import torch
from torch import nn

from ..data.links import LINKS
from ..ground.errors import NNFitError
from ..options import catalog
from ..options.catalog import OURS, Named
from ..options.resolved import Resolved
from .cox import JOINT_LOSSES
from .linked_loss import LinkedLoss
from .offset import OFFSETS
from .own_losses import OwnLoss

# from the first of the model's heads to the response, by link
RESPONSES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    **{name: link.mean for name, link in LINKS.items()},
    "softmax": lambda output: torch.softmax(output, dim=1),
    "margin": lambda output: output,  # margins have no probabilities: they stay what they are
}


FACTORS = 1e-302, 1e302  # between which a loss in the user's units is a number


class Loss:
    """One number for a batch.

    Parameters
    ----------
    spec : Resolved
        Resolved.
    y_scale : float, default 1.0
        What the outcome was divided by.
    weighted : bool, default False
        Whether batches come with row weights.
    usual : float, optional
        Under another link than the loss's own: the size of a usual linear predictor.

    Attributes
    ----------
    family : Family
        What the loss is.
    factor : float
        What turns the loss into the user's units.
    shift : float or Tensor
        What each element's loss has in the user's units beyond that; it is in the loss already.
    dtype : torch.dtype
        In whose range it must stay, whatever it is computed in.
    """

    def __init__(
        self,
        spec: Resolved,
        y_scale: float = 1.0,
        weighted: bool = False,
        usual: float | None = None,
    ):
        self.family = spec.family
        self.factor = _factor(y_scale, self.family.scale_power or 0)
        self.shift: float | torch.Tensor = self.family.scale_log * math.log(y_scale)
        self.mean = spec.reduction == "mean"
        self.dtype = spec.torch_dtype
        self.weighted = weighted
        # torch's own reductions know neither weights nor shift
        self.criterion = self._criterion(spec, y_scale, usual)
        whole = self.family.torch is not None and not self.family.scale_log and not spec.linked
        self.by_element = weighted or not whole

    def _criterion(self, spec: Resolved, y_scale: float, usual: float | None) -> nn.Module:
        args = {key: value for key, value in spec.loss.args.items() if key not in OURS["loss"]}
        if spec.linked:
            args = {**self.family.arguments, **args}
            return LinkedLoss(self.family.likelihood or "", spec.link, args, usual)
        width = self.family.scale_width
        if width:
            args[width] = args.get(width, self.family.arguments[width]) / y_scale
        if self.family.joint:
            return JOINT_LOSSES[spec.loss.name](**{**self.family.arguments, **args})
        if self.family.torch is None:
            return OwnLoss(spec.loss.name, args)
        reduction = "none" if self.weighted or self.family.scale_log else spec.reduction
        criterion = catalog.build("loss", Named(spec.loss.name, args), reduction=reduction)
        return criterion.to(spec.torch_device, spec.torch_dtype)

    def __call__(
        self,
        output: torch.Tensor,
        target: torch.Tensor,
        weights: torch.Tensor | None = None,
        offset: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Compute the loss.

        Parameters
        ----------
        output : Tensor (n, heads * d), or (n, k) scores of classes
        target : Tensor (n, d), or (n,) of classes
        weights : Tensor (n,), optional
            Then the mean is sum(w * l) / sum(w), with l averaged over the outcomes.
        offset : Tensor, optional
            As `output`, to which it is added.
        """
        if offset is not None:
            output = OFFSETS[self.family.output](output, offset)
        if self.family.joint:
            return self._joint(output, target, weights)
        loss = self.criterion(output, target)
        if not self.by_element:
            return loss
        loss = loss + self.shift if self.family.scale_log else loss
        own = self.criterion
        if weights is None and self.mean and isinstance(own, OwnLoss) and own.weight:
            return loss.sum() / own.count(target)
        return self.reduced(loss, weights)

    def _joint(
        self, output: torch.Tensor, target: torch.Tensor, weights: torch.Tensor | None
    ) -> torch.Tensor:
        """Compute a loss of all rows together; its mean counts rows, as that of any loss does."""
        loss: torch.Tensor = self.criterion(output, target, weights)
        if not self.mean:
            return loss
        return loss / (len(target) if weights is None else weights.sum())

    def reduced(self, loss: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
        """Take the losses (n,) or (n, d) of all elements together."""
        if weights is None:
            return loss.mean() if self.mean else loss.sum()
        if self.mean:
            return (weights * _rows(loss, torch.mean)).sum() / weights.sum()
        return (weights * _rows(loss, torch.sum)).sum()


def _factor(y_scale: float, power: int) -> float:
    """Give what turns a loss into the user's units, if that is a number."""
    try:
        factor = float(y_scale**power)
    except OverflowError:
        factor = math.inf
    if not FACTORS[0] <= factor <= FACTORS[1]:
        raise NNFitError(
            "y",
            f"varies by {y_scale:.3g}, and the loss in these units is beyond what numbers can be.",
            "Multiply it by some power of ten.",
        )
    return factor


def _rows(loss: torch.Tensor, reduce: Callable[..., torch.Tensor]) -> torch.Tensor:
    return reduce(loss.flatten(1), 1) if loss.ndim > 1 else loss
