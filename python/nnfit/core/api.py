"""The two functions that R and Python users call: `fit()` and `predict()`."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable

import numpy as np
import torch
from torch import nn

from . import catalog, data, losses, models, scaling, seed, train
from .errors import NNFitError
from .history import History, Progress
from .prepare import Prepared, prepare
from .scaling import Scaling
from .spec import Spec
from .threads import threads_for


def fit(
    x: Any,
    y: Any,
    *,
    weights: Any = None,
    validation: Any = 0,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    bootstrap: int = 0,
    restarts: int = 1,
    **options: Any,
) -> dict[str, Any]:
    """Train a linear model, a network or a module of your own.

    Parameters
    ----------
    x : array or tensor (n, p)
        Read only; copied once.
    y : array or tensor (n,) or (n, d)
        Numbers, or classes: strings, booleans, integers under a loss for classes, or 0-based
        positions among `levels`.
    weights : array (n,), optional
        Not negative. A row of weight zero takes no part.
    validation : float or pair, default 0
        The part of the rows to hold out, drawn at random; or `(x, y)` held-out data.
    model : nn.Module, optional
        Trained instead of a network built here; copied, never changed. It must map (n, p) to
        (n, d), or to (n, number of classes).
    progress : callable, optional
        Called by the clock as `progress(epoch, epochs, train_loss, valid_loss_or_None)`.
    bootstrap : int, default 0
        Fit so many replicates too, each to as many rows drawn with replacement from the training
        rows (drawn as weights). Small networks are trained at once, by batched products.
    restarts : int, default 1
        Fit so many times, from other initial values, and keep the fit with the least loss in
        validation, or else in training.
    hidden_units : int or list of int, default ()
        Sizes of the hidden layers; none: a linear model.
    activation : name, pair or list of them, default "relu"
        One for all hidden layers or one for each; a pair is `(name, {torch's arguments})`.
    bias : bool, default True
    dropout : float, default 0.0
        After each hidden layer, in [0, 1).
    loss : name or pair, optional
        By default "mse", "bce_with_logits" (two classes) or "cross_entropy" (more).
    reduction : "mean" or "sum", default "mean"
    optimizer : name or pair, optional
        By default "lbfgs" for linear models in full batch with a smooth loss, else "adam".
        Torch's, and "levenberg_marquardt" for squared errors of small networks in full batch.
    learn_rate : float, optional
        By default the catalog's for the optimizer.
    momentum : float, default 0.0
        For "sgd" and "rmsprop".
    penalty : float, default 0.0
        Adds penalty / 2 * (sum of squared weights, not biases) to the objective, which is in
        standardised units under `scale`. Reported losses do not contain it.
    epochs : int, default 500
    batch_size : int, optional
        Rows a batch, shuffled each epoch; by default all rows at once.
    stop_iter : int, default inf
        Stop after so many epochs without improvement of the validation loss (without
        validation: the training loss), and go back to the best epoch.
    scale : bool, default True
        Standardise the columns of x, and y where it is numeric, by the training rows.
        Losses and predictions stay in the user's units.
    seed : int, optional
        Governs this fit alone; by default torch's own generator goes on.
    dtype : "float32" or "float64", optional
        By default "float64" for linear models, "float32" for networks.
    device : str, default "auto"
        CUDA if there is one.
    engine : "auto", "fused" or "autograd", default "auto"
        "fused" trains chains of linear layers and the usual activations, losses and optimizers
        without autograd, several times as fast; "auto" takes it where it applies. Both train
        data with fewer rows than columns by "sgd", "lbfgs" or "levenberg_marquardt" in the
        rows' span (see `wide`).
    levels : list of str, optional
        Labels of the classes.

    Returns
    -------
    dict
        Of plain types and NumPy arrays: `parameters`, `buffers`, `layers`, `scaling`,
        `history` (`train_loss` and `valid_loss` before each epoch's first update), `stopped`,
        `best_epoch`, `validation_rows`, `fitted`, `options`, `seconds`. Among the options are
        the `engine` that was used and, for linear models trained by it on squared error, the
        `condition` number of the standardised columns: its logarithm to base 10 is how many
        digits the coefficients have lost.
        With `bootstrap` also `replicates`, with `restarts` also `restarts`: see
        `bootstrap.bootstrap()` and `restarts.best_of()`.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work, and what to do.
    """
    from . import several  # which is made of the steps below

    spec = Spec.of(options, own_model=model is not None)
    table, spec = _read(x, y, weights, spec)
    if progress is not None and not callable(progress):
        raise NNFitError("progress", "must be a function.")
    numbers = several.Numbers(bootstrap, restarts)
    with seed.seeded(spec.seed, spec.torch_device):
        network, spec = _network(model, table, spec)
        fraction, held_out = _validation(validation, spec)
        rows, valid_rows = data.split(table.weights, len(table.x), fraction)
        if valid_rows is not None:
            held_out = table.take(valid_rows)
        if numbers:
            task = several.Task(table, spec, model, held_out)
            result, used = several.train(network, task, rows, numbers, progress)
        else:
            result, used = _train(network, spec, table.take(rows), held_out, progress)
    link = _link(network, spec, Scaling.of_fit(result["scaling"]), table.x)
    return {
        **result,
        "layers": models.layers(network),
        "validation_rows": valid_rows,
        "fitted": _response(link, spec),
        "options": {**spec.plain(), **used},
    }


def predict(
    fit: Mapping[str, Any],
    x: Any,
    *,
    type: str = "response",
    model: nn.Module | None = None,
) -> np.ndarray:
    """Predict from a fit. Nothing is kept between calls.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned; `parameters`, `scaling` and `options` are enough.
    x : array or tensor (n, p)
    type : "response" or "link", default "response"
        "link": the model's output in the user's units. "response": what follows from it
        through the inverse link: a mean, the probability of the second class, or one
        probability for each class (for "multi_margin": margins).
    model : nn.Module, optional
        Your own module again, where the fit came from one.

    Returns
    -------
    array (n, number of outputs)
        In float64.
    """
    network, spec = _reopened(fit, type, model)
    x = data.as_features(x, any_shape=spec.own_model)
    if x.shape[1] != spec.n_features:
        raise NNFitError("x", f"has {x.shape[1]} columns, and the fit has {spec.n_features}.")
    return _predicted(network, spec, Scaling.of_fit(fit["scaling"]), x, type)


# -- the steps of a fit --


def _read(x: Any, y: Any, weights: Any, spec: Spec) -> tuple[data.Table, Spec]:
    """Read the data, and settle the loss and the levels, which depend on them."""
    x = data.as_features(x, any_shape=spec.own_model)
    loss_outcome = catalog.lookup("loss", spec.loss.name).outcome if spec.loss else None
    outcome = data.read_outcome(y, spec.levels, loss_outcome)
    loss = spec.loss or losses.default_loss(len(outcome.levels or ()))
    table = data.Table(x, data.target(outcome, loss, len(x)), data.as_weights(weights, len(x)))
    return table, replace(spec, loss=loss, levels=outcome.levels)


def _network(model: nn.Module | None, table: data.Table, spec: Spec) -> tuple[nn.Module, Spec]:
    """Build the network to train, or copy the user's; resolve what depends on its sizes."""
    n_features = table.x.shape[1]
    n_outputs = len(spec.levels) if table.y.ndim == 1 else table.y.shape[1]
    if model is None:
        spec = spec.resolved(n_features, n_outputs)
        network = models.build(spec)
        if spec.device != "cpu":  # even a move to where it is takes its time
            network.to(spec.torch_device)
        return network, spec
    models.check_module(model)
    spec = spec.resolved(n_features, n_outputs, models.module_dtype(model))
    network = copy.deepcopy(model).to(spec.torch_device, spec.torch_dtype)
    models.check_output(network, data.to_batch(table.take(slice(2)), None, spec).x, n_outputs)
    return network.train(), spec


def _validation(validation: Any, spec: Spec) -> tuple[float, data.Table | None]:
    """Tell a fraction from a pair: gives the fraction (0 for a pair) and the pair's table."""
    if isinstance(validation, (list, tuple)) and len(validation) == 2:
        x = data.as_features(validation[0], "validation", any_shape=spec.own_model)
        if x.shape[1] != spec.n_features:
            raise NNFitError(
                "validation", f"has {x.shape[1]} columns of x, and x has {spec.n_features}."
            )
        loss_outcome = catalog.lookup("loss", spec.loss.name).outcome
        outcome = data.read_outcome(validation[1], spec.levels, loss_outcome, "validation")
        return 0.0, data.Table(x, data.target(outcome, spec.loss, len(x), "validation"))
    if isinstance(validation, (int, float)) and 0 <= validation < 1:
        return float(validation), None
    raise NNFitError(
        "validation", "must be a fraction of at least 0 and below 1, or a pair (x, y)."
    )


def _train(
    network: nn.Module,
    spec: Spec,
    rows: data.Table,
    held_out: data.Table | None,
    progress: Callable[..., Any] | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train `network`, in training mode, in place; gives its part of the result, and how it ran."""
    ready = prepare(network, spec, rows, held_out)
    run = _run(network, spec, ready, progress)
    work = len(run.batches.rows.x if run.batches.size is None else range(run.batches.size))
    start = time.perf_counter()
    # without autograd's bookkeeping an operation on little data takes an eighth less
    bare = torch.inference_mode(ready.engine.name == "fused")
    with threads_for(work * _size(network)), bare:
        stopped = train.train(run)
    if ready.turned is not None:
        ready.turned.turn_back()
    parameters = models.state(network)
    result = {
        "parameters": parameters,
        "buffers": models.buffers(network, parameters),
        "scaling": ready.scaling and ready.scaling.plain(),
        "history": run.history.result(),
        "stopped": stopped,
        "best_epoch": run.early_stop and run.early_stop.best_epoch,
        "seconds": time.perf_counter() - start,
    }
    return result, {"engine": ready.engine.name, "condition": ready.condition}


def _run(
    network: nn.Module, spec: Spec, ready: Prepared, progress: Callable[..., Any] | None
) -> train.Run:
    """Put together what the training loop needs."""
    return train.Run(
        step=ready.engine.step,
        batches=data.Batches(ready.batch, spec.batch_size),
        epochs=spec.epochs,
        history=History(spec.epochs, spec.torch_device, ready.factor, ready.validation is not None),
        progress=Progress(progress, spec.epochs),
        total=spec.reduction == "sum",
        validation=ready.validation,
        early_stop=None if spec.stop_iter == math.inf else train.EarlyStop(network, spec.stop_iter),
        converged=ready.engine.converged,
    )


def _size(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


# -- predictions --

ROWS_AT_ONCE = 16_384  # bounds the memory that scaled inputs and hidden layers take


def _link(network: nn.Module, spec: Spec, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    """Compute a model's output (n, k) in the user's units, as float64."""
    network.eval()
    with torch.no_grad(), threads_for(min(len(x), ROWS_AT_ONCE) * _size(network)):
        if spec.linear and len(network) == 1:
            return _linear_link(network[0], scale, x)
        output = torch.cat([
            network(data.to_inputs(x[start : start + ROWS_AT_ONCE], scale, spec))
            for start in range(0, len(x), ROWS_AT_ONCE)
        ])  # fmt: skip
    return scaling.decode(output.to("cpu", torch.float64).numpy(), scale)


def _linear_link(layer: nn.Linear, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    weight = layer.weight.detach().cpu().double().numpy()
    bias = (
        np.zeros(len(weight)) if layer.bias is None else layer.bias.detach().cpu().double().numpy()
    )
    return scaling.linear_output(x, weight, bias, scale)


def _reopened(fit: Mapping[str, Any], type: str, model: nn.Module | None) -> tuple[nn.Module, Spec]:
    """Build a fit's network again, once what is asked of it is known to be one of its types."""
    if type not in ("link", "response"):
        raise NNFitError("type", f'must be "response" or "link", not {type!r}.')
    spec = Spec.of_fit(fit["options"])
    return models.rebuild(spec, fit["parameters"], model).to(spec.torch_device), spec


def _predicted(
    network: nn.Module, spec: Spec, scale: Scaling | None, x: np.ndarray, type: str
) -> np.ndarray:
    """Compute predictions (n, k) of one type."""
    link = _link(network, spec, scale, x)
    return link if type == "link" else _response(link, spec)


def _response(link: np.ndarray, spec: Spec) -> np.ndarray:
    return losses.RESPONSES[spec.link](torch.from_numpy(link)).numpy()
