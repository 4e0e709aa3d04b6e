"""The two functions that R and Python users call: `fit()` and `predict()`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

import numpy as np
from torch import nn

from .data.holdout import split
from .data.reading import as_features
from .data.scaling import Scaling
from .ground import seed
from .ground.errors import NNFitError
from .model import network as models
from .model.predictions import link_of, predict_with, reopen, response_of
from .options.asked import Asked
from .options.checks import check
from .repeats import several
from .training.fitting import make_network, read, read_validation, resolve, train_network


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
        Fit so many replicates too, 2 at least, each to as many rows drawn with replacement from
        the training rows (drawn as weights). Small networks are trained at once, by batched
        products.
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
        In [0, 1), for "sgd" and "rmsprop".
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
        From 0 to 2^53. Governs this fit alone; by default torch's own generator goes on.
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
    asked = Asked.of(options, own_model=model is not None)
    table, asked = read(x, y, weights, asked)
    check("progress", progress)
    numbers = several.Numbers(bootstrap, restarts)
    with seed.seeded(asked.seed, asked.torch_device):
        spec = resolve(model, table, asked)
        network = make_network(model, table, spec)
        fraction, held_out = read_validation(validation, spec)
        rows, valid_rows = split(table.weights, len(table.x), fraction)
        if valid_rows is not None:
            held_out = table.take(valid_rows)
        if numbers:
            task = several.Task(table, spec, model, held_out)
            result, used = several.train(network, task, rows, numbers, progress)
        else:
            result, used = train_network(network, spec, table.take(rows), held_out, progress)
    link = link_of(network, spec, Scaling.of_fit(result["scaling"]), table.x)
    return {
        **result,
        "layers": models.layers(network),
        "validation_rows": valid_rows,
        "fitted": response_of(link, spec),
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
    network, spec = reopen(fit, type, model)
    x = as_features(x, any_shape=spec.own_model)
    if x.shape[1] != spec.n_features:
        raise NNFitError("x", f"has {x.shape[1]} columns, and the fit has {spec.n_features}.")
    return predict_with(network, spec, Scaling.of_fit(fit["scaling"]), x, type)
