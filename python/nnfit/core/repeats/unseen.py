"""What the members of a tuned fit say of rows that they have not seen."""

from __future__ import annotations

import numpy as np

from ..model import network as models
from ..model.folding import ends_of
from ..model.members import at_average
from ..model.predictions import member_links, member_scores, of_classes, response_of
from ..model.spread import is_even, spread_at
from ..options.resolved import Resolved
from ..training.trained import Trained
from .penalty_path import FOLDS, Path
from .temperature import temperature


def unseeing(path: Path) -> np.ndarray:
    """Tell which member of each deal has not seen a row: (n, deals), of the rows that count."""
    member = np.empty((len(path.table.x), path.deals), dtype=int)
    for which, replica in enumerate(path.replicas):
        member[replica.valid_rows, which // FOLDS] = which
    return member[path.rows]


def tempered(path: Path, trained: Trained, spec: Resolved) -> tuple[Trained, float | None]:
    """Divide the scores of classes by their temperature, in the last layer's parameters.

    None: the outputs are no scores of classes, and stay what they are.
    """
    if not spec.family.probabilities:
        return trained, None
    network = models.rebuild(spec, trained.parameters)
    rows = path.table.take(path.rows)
    scores = member_scores(network, spec, trained.scaling, rows.x)
    mean = scores[unseeing(path).T, np.arange(len(rows.x))].mean(0)
    found = temperature(mean, rows, spec, at_average(network)[1])
    last = {weight.rsplit(".", 1)[0] for weight in ends_of(trained.parameters, spec)[1:]}
    parameters = {
        name: value / found if name.rsplit(".", 1)[0] in last else value
        for name, value in trained.parameters.items()
    }
    return trained._replace(parameters=parameters), found


def held_out(path: Path, trained: Trained, spec: Resolved) -> dict[str, np.ndarray] | None:
    """Give what members miss of the rows that they have not seen: see `Fit`.

    None: of a binary outcome that is a number, of scores that are no probabilities, and where
    several numbers are predicted for an outcome.
    """
    classes = spec.levels is not None
    if classes != (spec.family.outcome != "numeric") or classes > spec.family.probabilities:
        return None
    if spec.n_responses != spec.n_outcomes:
        return None
    rows, member = path.table.take(path.rows), unseeing(path)
    network = models.rebuild(spec, trained.parameters)
    links = member_links(network, spec, trained.scaling, rows.x, rows.offset)
    predicted = np.stack([response_of(link, spec) for link in links])
    own_members = member.T, np.arange(len(rows.x))
    unseen = predicted[own_members].mean(0)
    if not classes:
        found = {"member": member, "residual": rows.y - unseen}
        if not is_even(spec):
            found["spread"] = spread_at(unseen, links[own_members].mean(0), spec)
        return found
    each = of_classes(unseen)
    own = np.take_along_axis(each, rows.y.reshape(-1, 1).astype(int), axis=1)
    return {"member": member, "residual": 1 - own, "probability": each}
