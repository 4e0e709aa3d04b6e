"""Whether a linear model ended at the edge of where its rows have means.

Under a link such as the identity of counts the likelihood may have no maximum among coefficients
that give every row a mean: then training ends beside a mean of 0, or where a step would pass it.
"""

from __future__ import annotations

import torch

from ..data.links import LINKS
from ..data.table import Batch
from ..engines.base import Job
from ..engines.derivatives import counted
from ..engines.one_layer import output_of

EDGE = 1e-6  # of the mean of all means, or of a probability of 1: nearer to 0 is at the edge


def at_boundary(job: Job) -> bool:
    """Look at a trained linear model under a link that is not its loss's own."""
    spec = job.spec
    if not spec.linked or spec.likelihood == "normal":
        return False
    link, binary = LINKS[spec.link], spec.family.outcome == "binary"
    every = link.always or (spec.link == "log" and not binary)
    if every:
        return False

    def look(batch: Batch) -> tuple[float, float, int]:
        mean = link.mean(output_of(counted(batch), job).cpu().double())
        room = torch.minimum(mean, 1 - mean) if binary else mean
        return float(room.min()), float(mean.sum()), mean.numel()

    least, total, rows = job.over_rows(
        look, lambda one, other: (min(one[0], other[0]), one[1] + other[1], one[2] + other[2])
    )
    whole = 1.0 if binary else total / rows
    return not least > EDGE * whole
