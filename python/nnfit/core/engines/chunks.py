"""What a chunk of rows counts in the loss of all rows."""

from __future__ import annotations

import torch

from ..data.source import Source
from ..data.table import Batch
from ..ground.errors import NNFitError
from ..model.loss import Loss
from ..options.resolved import Resolved


class ChunkShare:
    """Gives a chunk's part in the loss of all rows.

    Parameters
    ----------
    total : float or None
        The number or weight of all rows; None where losses add up.
    """

    def __init__(self, total: float | None):
        self.total = total

    @classmethod
    def of(cls, rows: Source, spec: Resolved) -> ChunkShare:
        """Make that of a source."""
        return cls(rows.weight if spec.reduction == "mean" else None)

    def __call__(self, batch: Batch) -> float | torch.Tensor:
        """Compute what the chunk's loss is to be multiplied by."""
        if self.total is None:
            return 1.0
        mass = len(batch.x) if batch.weights is None else batch.weights.sum()
        return mass / self.total


def check_additive(loss: Loss, several: bool = False) -> None:
    """Refuse a mean over rows that the classes weigh: it does not follow from chunks' means.

    Nor from the means of `several` processes.
    """
    if loss.mean and getattr(loss.criterion, "weight", None) is not None:
        raise NNFitError(
            "loss",
            "has weights for classes, which do not go with a mean over "
            + ("the rows of several processes." if several else "all rows of files."),
            'Give reduction "sum", or a column of `weights`.'
            if several
            else 'Give `batch_size`, or reduction "sum", or a column of `weights`.',
        )
