"""How sure the coefficients of a linear model are: the inverse of Fisher's information.

Of a generalised linear model both it and the step to the maximum of the likelihood are those of a
weighted least-squares problem (Nelder and Wedderburn (1972), Generalized linear models, Journal of
the Royal Statistical Society A 135(3), 370-384), which is solved on the triangle of its rows.
"""

from __future__ import annotations

import math

import numpy as np

from ..engines.base import Job
from ..engines.derivatives import of_scores, risk_derivatives
from ..engines.one_layer import OneLayer
from ..ground.interrupts import despite_interrupt
from ..model.generalised import scatters
from ..model.information import Information
from ..options.families import LINKED_SOLVER
from ..options.resolved import Resolved
from .boundary import at_boundary
from .fault import Fault
from .separated import settles
from .to_maximum import condition_of, falls_short, has_settled, to_maximum
from .trained import Trained
from .weighted_squares import reduced, solve

MOST_COEFFICIENTS = 1000  # of which there are variances
FAR = 0.05  # of a standard error
SINGULAR = 1e-12  # the share of its length that a column has of its own, where it has none


def informed(trained: Trained, job: Job) -> Trained:
    """Give a trained model the information of its rows, where they have any.

    Where that tells that training has taken another place for the maximum, it goes on.
    """
    seen = _looked_at(trained, job)
    return _looked_at(to_maximum(seen, job), job) if falls_short(seen, job) else seen


def _looked_at(trained: Trained, job: Job) -> Trained:
    if trained.stopped == "diverged" or not _has_information(job.spec):
        return trained
    found, again = despite_interrupt(lambda: _information(job))
    fault = trained.fault
    if fault is None and _is_at_boundary(trained, job, found):
        fault = Fault("boundary")
    condition = trained.condition
    short = found is not None and found.gap > FAR
    if fault is None and short and settles(job) and has_settled(trained):
        condition = condition_of(job)  # which may be why
    interrupted = trained.interrupted or again
    return trained._replace(
        information=found, fault=fault, condition=condition, interrupted=interrupted
    )


def _is_at_boundary(trained: Trained, job: Job, found: Information | None) -> bool:
    """Tell whether steps to the maximum have ended for want of means, not of a way up."""
    if job.spec.optimizer.name != LINKED_SOLVER:
        return False
    short = found is not None and trained.stopped == "converged" and found.gap > FAR
    return short or at_boundary(job)


def _has_information(spec: Resolved) -> bool:
    """Tell whether likelihood alone settles the coefficients, and they are not too many."""
    if not spec.linear or spec.own_model or spec.penalty:
        return False
    together = spec.n_outputs if spec.likelihood == "multinomial" else 1
    few = (spec.n_features + 1) * together <= MOST_COEFFICIENTS
    return few and spec.likelihood is not None


@np.errstate(all="ignore")  # where numbers do not reach there is no information
def _information(job: Job) -> Information | None:
    likelihood = job.spec.likelihood or ""
    look = _of_outputs if job.spec.linked else TOGETHER.get(likelihood, _of_outputs)
    try:
        found = look(OneLayer(job))
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found.root).all() else None


def _of_squares(layer: OneLayer) -> Information:
    """Look at a model under squared error, by the triangle of its rows."""
    x, y = layer.rows_of(layer.job.rows.triangle(), layer.job.scaling)
    errors = y - x @ layer.values
    root, steps = solve(x[:, layer.kept], errors)
    products = errors.T @ errors
    freedom = layer.counted - len(root)
    dispersion = _dispersion(products, freedom)
    gap = layer.gap(steps, np.outer(np.square(root).sum(axis=1), dispersion.diagonal()))
    unit = layer.scaling.y_scale**2
    about = y - x[:, :1] @ (x[:, :1].T @ y) / np.square(x[:, 0]).sum() if layer.has_bias else y
    deviance, null = (values * unit for values in (products.diagonal(), _squares(about)))
    root = layer.in_units(root)[None]
    return Information(root, gap, deviance, null, dispersion * unit, True, freedom)


def _of_outputs(layer: OneLayer) -> Information:
    """Look at a model whose outputs say nothing of each other, one by one."""
    triangles, deviance, pearson = reduced(layer.job)
    rows = [layer.rows_of(triangle, None) for triangle in triangles]
    solved = [solve(x[:, layer.kept], y) for x, y in rows]
    roots, steps = (np.stack(part) for part in zip(*solved))
    freedom = layer.counted - roots.shape[-1]
    spec = layer.job.spec
    estimated = scatters(spec.likelihood or "", spec.loss.args)
    dispersion = np.eye(len(roots))
    if estimated:
        dispersion = _dispersion(np.diag(pearson), freedom)
    variances = np.square(roots).sum(axis=-1) * dispersion.diagonal()[:, None]
    gap = layer.gap(steps[..., 0].T, variances.T)
    units = layer.scaling.output_scale
    root = np.stack([layer.in_units(one) * unit for one, unit in zip(roots, units)])
    if estimated:  # the loss is in units of its own, and so is what scatters
        unit_of_loss = layer.job.loss(layer.job.rows).factor
        deviance, dispersion = deviance * unit_of_loss, dispersion * unit_of_loss
        root = root / math.sqrt(unit_of_loss)
    return Information(root, gap, deviance, None, dispersion, estimated, freedom)


def _of_classes(layer: OneLayer) -> Information:
    """Look at scores of classes, together: adding a number to all of them changes nothing."""
    classes = layer.job.spec.n_outputs
    slope, curvature = of_scores(layer, classes)
    values, vectors = np.linalg.eigh(curvature)
    known = values > SINGULAR * values.max()
    if known.sum() != (classes - 1) * int(layer.kept.sum()):
        raise np.linalg.LinAlgError
    root = vectors[:, known] / np.sqrt(values[known])
    gap = layer.gap(root @ (root.T @ slope), np.square(root).sum(axis=1))
    by_class = [layer.in_units(part) for part in np.split(root, classes)]
    freedom = layer.counted - root.shape[1]
    return Information(np.vstack(by_class)[None], gap, None, None, np.eye(classes), False, freedom)


def _of_risks(layer: OneLayer) -> Information:
    """Look at a model of risks, by the curvature of its partial likelihood."""
    seen = risk_derivatives(layer.job)
    curvature = seen.curvature.numpy()[np.ix_(layer.kept, layer.kept)]
    root = np.linalg.inv(np.linalg.cholesky(curvature)).T
    steps = root @ (root.T @ seen.slope.numpy()[layer.kept])
    gap = layer.gap(steps, np.square(root).sum(axis=1))
    freedom = layer.counted - len(root)
    return Information(layer.in_units(root)[None], gap, None, None, np.eye(1), False, freedom)


def _squares(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.square(values).sum(axis=0))


def _dispersion(products: np.ndarray, freedom: int) -> np.ndarray:
    return products / freedom if freedom > 0 else np.full(products.shape, math.nan)


# the likelihoods whose outputs are looked at together
TOGETHER = {"normal": _of_squares, "multinomial": _of_classes, "partial": _of_risks}
