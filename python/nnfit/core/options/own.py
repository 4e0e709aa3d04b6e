"""A loss of the user's own: a function, and what is found out about it before training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class OwnFunction:
    """A function of prediction and truth.

    Attributes
    ----------
    call : callable
        Both are tensors (n, d) in the user's units: of numbers the prediction itself; of two
        classes log-odds beside 0 or 1; of more a score for each class beside a column of 0 and 1
        for each. It gives a tensor: a number, or one for each row or element.
    by_row : bool, default False
        Whether it gives one for each row or element. Found out by `model.user_loss`.
    remote : bool, default False
        Whether a call leaves Python, so that it pays to follow it once.
    traced : bool, optional
        Of a remote one, whether that could be done.
    """

    call: Callable[[Tensor, Tensor], Any]
    by_row: bool = False
    remote: bool = False
    traced: bool | None = None

    def __call__(self, prediction: Tensor, truth: Tensor) -> Any:
        """Call it."""
        return self.call(prediction, truth)

    def plain(self) -> dict[str, Any]:
        """Write what a fit keeps of it."""
        return {} if self.traced is None else {"traced": self.traced}
