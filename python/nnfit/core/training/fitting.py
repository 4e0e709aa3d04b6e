"""The steps of a fit, from a caller's arrays to a trained network."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import replace
from typing import Any, Callable

import torch
from torch import nn

from ..data.batches import Batches, to_batch
from ..data.outcome import read_outcome, target
from ..data.reading import as_features, as_weights
from ..data.scaling import Scaling
from ..data.table import Table
from ..ground.errors import NNFitError
from ..ground.threads import threads_for
from ..model import loss as losses
from ..model import network as models
from ..options import catalog
from ..options.asked import Asked
from ..options.checks import check
from ..options.resolved import Resolved
from . import loop as train
from .history import History, Progress
from .prepare import Prepared, prepare


def read(x: Any, y: Any, weights: Any, spec: Asked) -> tuple[Table, Asked]:
    """Read the data, and settle the loss and the levels, which depend on them."""
    x = as_features(x, any_shape=spec.own_model)
    loss_outcome = catalog.lookup("loss", spec.loss.name).outcome if spec.loss else None
    outcome = read_outcome(y, spec.levels, loss_outcome)
    loss = spec.loss or losses.default_loss(len(outcome.levels or ()))
    table = Table(x, target(outcome, loss, len(x)), as_weights(weights, len(x)))
    return table, replace(spec, loss=loss, levels=outcome.levels)


def resolve(model: nn.Module | None, table: Table, spec: Asked) -> Resolved:
    """Settle what depends on the data's sizes and on the user's module."""
    n_outputs = len(spec.levels) if table.y.ndim == 1 else table.y.shape[1]
    dtype = None
    if model is not None:
        models.check_module(model)
        dtype = models.module_dtype(model)
    return spec.resolved(table.x.shape[1], n_outputs, dtype)


def make_network(model: nn.Module | None, table: Table, spec: Resolved) -> nn.Module:
    """Build the network to train, or copy the user's."""
    if model is None:
        built = models.build(spec)
        if spec.device != "cpu":  # even a move to where it is takes its time
            built.to(spec.torch_device)
        return built
    copied = copy.deepcopy(model).to(spec.torch_device, spec.torch_dtype)
    models.check_output(copied, to_batch(table.take(slice(2)), None, spec).x, spec.n_outputs)
    return copied.train()


def read_validation(validation: Any, spec: Resolved) -> tuple[float, Table | None]:
    """Tell a fraction from a pair: gives the fraction (0 for a pair) and the pair's table."""
    if isinstance(validation, (list, tuple)) and len(validation) == 2:
        x = as_features(validation[0], "validation", any_shape=spec.own_model)
        if x.shape[1] != spec.n_features:
            raise NNFitError(
                "validation", f"has {x.shape[1]} columns of x, and x has {spec.n_features}."
            )
        loss_outcome = catalog.lookup("loss", spec.loss.name).outcome
        outcome = read_outcome(validation[1], spec.levels, loss_outcome, "validation")
        return 0.0, Table(x, target(outcome, spec.loss, len(x), "validation"))
    return check("validation", validation), None


def train_network(
    network: nn.Module,
    spec: Resolved,
    rows: Table,
    held_out: Table | None,
    progress: Callable[..., Any] | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train `network`, in training mode, in place; gives its part of the result, and how it ran."""
    ready = prepare(network, spec, rows, held_out)
    run = _run(network, spec, ready, progress)
    work = len(run.batches.rows.x if run.batches.size is None else range(run.batches.size))
    start = time.perf_counter()
    # without autograd's bookkeeping an operation on little data takes an eighth less
    bare = torch.inference_mode(ready.engine.name == "fused")
    with threads_for(work * models.size_of(network)), bare:
        stopped = train.train(run)
    if ready.turned is not None:
        ready.turned.turn_back()
    result = learned(network, run, ready.scaling, stopped)
    result["seconds"] = time.perf_counter() - start
    return result, {"engine": ready.engine.name, "condition": ready.condition}


def learned(
    network: nn.Module, run: train.Run, scaling: Scaling | None, stopped: str
) -> dict[str, Any]:
    """Give the part of a fit's result that comes from its training."""
    parameters = models.state(network)
    return {
        "parameters": parameters,
        "buffers": models.buffers(network, parameters),
        "scaling": scaling and scaling.plain(),
        "history": run.history.result(),
        "stopped": stopped,
        "best_epoch": run.early_stop and run.early_stop.best_epoch,
    }


def _run(
    network: nn.Module, spec: Resolved, ready: Prepared, progress: Callable[..., Any] | None
) -> train.Run:
    """Put together what the training loop needs."""
    return train.Run(
        step=ready.engine.step,
        batches=Batches(ready.batch, spec.batch_size),
        epochs=spec.epochs,
        history=History(spec.epochs, spec.torch_device, ready.factor, ready.validation is not None),
        progress=Progress(progress, spec.epochs),
        total=spec.reduction == "sum",
        validation=ready.validation,
        early_stop=None if spec.stop_iter == math.inf else train.EarlyStop(network, spec.stop_iter),
        converged=ready.engine.converged,
    )
