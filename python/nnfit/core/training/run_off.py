"""Whether some means of a linear model run off to an end of what they can be.

Where all counts of some rows are 0, or all their outcomes are of one class, and the predictors set
these rows apart, the likelihood has no maximum: means ever nearer to the end always are more
likely. See Correia, Guimaraes and Zylkin (2019), Verifying the existence of maximum likelihood
estimates for generalized linear models, arXiv:1903.01633.
"""

from __future__ import annotations

import numpy as np

from ..data.links import LINKS
from ..data.table import Batch
from ..engines.base import Job
from ..engines.derivatives import counted
from ..engines.one_layer import OneLayer
from ..engines.working import Working, working
from .weighted_squares import reduced, solve

FAINT = 1e-3  # of what a row says of its linear predictor: above, its mean is not at an end
UNKNOWN = 1e5  # standard error of a linear predictor, so large that steps are but rounding
SHARE = 0.5  # of the way that such a row is to go: more is what it has for itself, else about 0


def runs_off(job: Job) -> bool:
    """Look at a linear model whose outputs say nothing of each other, trained to a maximum.

    At one, a Newton step leads nowhere. Where there is none, it takes the rows at the end as far
    as their outcomes ask for, however far they have gone.
    """
    link = LINKS[job.spec.link]
    if not (link.always or job.spec.link in ("log", "probability")):
        return False
    if not job.any_rows(lambda batch: bool(_faint(working(counted(batch), job)).any())):
        return False
    layer = OneLayer(job)
    rows = [layer.rows_of(triangle, None) for triangle in reduced(job)[0]]
    try:
        solved = [solve(x[:, layer.kept], y) for x, y in rows]
    except np.linalg.LinAlgError:  # other rows say nothing of some coefficients
        return True
    return job.any_rows(lambda batch: _goes_on(counted(batch), solved, layer))


def _faint(rows: Working) -> np.ndarray:
    return (rows.weights < FAINT) & (rows.residual != 0) | (rows.weights == 0)


def _goes_on(batch: Batch, solved: list[tuple[np.ndarray, np.ndarray]], layer: OneLayer) -> bool:
    rows = working(batch, layer.job)
    x = layer.columns(batch)[:, layer.kept]
    errors = np.column_stack([np.linalg.norm(x @ root, axis=1) for root, _ in solved])
    moves = np.column_stack([x @ step[:, 0] for _, step in solved])
    far = moves * np.sign(rows.residual) > SHARE * np.abs(rows.residual)
    return bool((_faint(rows) & (far | (errors > UNKNOWN))).any())
