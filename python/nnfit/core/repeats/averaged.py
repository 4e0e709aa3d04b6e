"""Several fits of one network put together as the members of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.scaling import Scaling
from ..training.trained import Trained


def averaged(fits: Sequence[Trained]) -> Trained:
    """Make one fit of several to the same rows: its output is the mean of theirs.

    Its losses are the mean of theirs, not those of their mean.
    """
    first = fits[0]
    if len(fits) == 1:
        return first
    names = first.parameters
    return first._replace(
        parameters={name: np.stack([one.parameters[name] for one in fits]) for name in names},
        scaling=_scaling(fits),
        history={name: _mean_history(fits, name) for name in first.history},
        stopped=_stopped({trained.stopped for trained in fits}),
        best_epoch=None,
        unseen=None,
        seconds=sum(trained.seconds for trained in fits),
        fault=next((trained.fault for trained in fits if trained.learned_nothing), None),
    )


def _scaling(fits: Sequence[Trained]) -> Scaling | None:
    """Give the one that all share, but for where the outputs of models of risks were moved to."""
    first = fits[0].scaling
    centers = [one.scaling.output_center for one in fits if one.scaling is not None]
    if first is None or all((center == centers[0]).all() for center in centers):
        return first
    return first._replace(output_center=np.mean(centers, axis=0))


def _stopped(reasons: set[str]) -> str:
    """Give the reason that counts: one that all share, or what went wrong with one of them."""
    wrong = [reason for reason in ("interrupted", "diverged") if reason in reasons]
    return wrong[0] if wrong else reasons.pop() if len(reasons) == 1 else "epochs"


def _mean_history(fits: Sequence[Trained], name: str) -> np.ndarray | None:
    """Average losses over members; one that has ended counts as it was at its best.

    The last row has all of them as they are in the fit. Step sizes are the same for all.
    """
    if fits[0].history[name] is None:
        return None
    histories = [np.asarray(trained.history[name]) for trained in fits]
    longest = max(map(len, histories))
    if name == "learn_rate":
        return max(histories, key=len)
    padded = np.empty((len(fits), longest))
    for row, trained, losses in zip(padded, fits, histories):
        row[: len(losses)] = losses
        row[len(losses) :] = row[-1] = losses[(trained.best_epoch or 0) - 1]
    return np.asarray(padded.mean(0))


def members_in(trained: Trained) -> int:
    """Count the members of a fit that may have several."""
    weight = next(iter(trained.parameters.values()))
    return len(weight) if weight.ndim > 2 else 1
