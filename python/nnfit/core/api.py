"""The two functions that R and Python users call: `fit()` and `predict()`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

import numpy as np
from torch import nn

from .data.given import hold_out, read
from .ground.seed import seeded
from .model import network as networks
from .model.fit import Fit
from .model.predictions import Reopened, link_of, response_of
from .options.asked import Asked
from .options.checks import check
from .repeats.repeats import Repeats, train_repeats
from .training.trained import fit_of


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
) -> Fit:
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
        By default "mse", "bce_with_logits" (two classes) or "cross_entropy" (more). All are in
        `options/families.csv`; of those that torch has, a pair has torch's arguments, of
        "gaussian_nll" `full`, of "negative_binomial_nll" `dispersion`.
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
    engine : str, default "auto"
        How to train; "auto" takes the first of these that applies, and the fit says which:
        "least_squares" (linear models under "mse": all rows are reduced to a few in one pass),
        "span_of_rows" (more than twice as many columns as rows, where it saves time, by "sgd",
        "lbfgs" or "levenberg_marquardt"),
        "stream" (files, all rows a step), "fused" (chains of linear layers with the usual
        activations, losses and optimizers, several times as fast as the last), "autograd"
        (torch's own way, which takes everything). "stacked" trains several fits at once.
    levels : list of str, optional
        Labels of the classes.

    Returns
    -------
    Fit
        Plain types and NumPy arrays, as attributes and as a mapping: `fit["parameters"]`. Losses
        and predictions are in the user's units.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work, and what to do.
    """
    asked = Asked.of(options, own_model=model is not None)
    table, asked = read(x, y, weights, asked)
    check("progress", progress)
    repeats = Repeats(bootstrap, restarts)
    with seeded(asked.seed, asked.torch_device):
        spec = networks.resolve(model, table, asked)
        network = networks.make(model, table, spec)
        split = hold_out(validation, table, spec)
        trained, repeated = train_repeats(network, spec, model, split, repeats, progress)
    link = link_of(network, spec, trained.scaling, table.x)
    return fit_of(
        trained,
        spec,
        layers=networks.layers(network),
        validation_rows=split.held_out,
        fitted=response_of(link, spec),
        fitted_link=link if spec.n_outputs > spec.n_responses else None,
        replicates=repeated.replicates,
        restarts=repeated.restarts,
    )


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
        What `fit()` returned, or a mapping with its `parameters`, `scaling` and `options`.
    x : array or tensor (n, p)
    type : "response" or "link", default "response"
        "link": the model's output in the user's units; under "gaussian_nll" the means of all
        outcomes, then the logarithms of their variances. "response": what follows from it
        through the inverse link: a mean, the probability of the second class, or one
        probability for each class (for "multi_margin": margins).
    model : nn.Module, optional
        Your own module again, where the fit came from one.

    Returns
    -------
    array (n, number of outcomes or classes), for "link" (n, number of outputs)
        In float64.
    """
    reopened = Reopened(fit, type, model)
    return reopened.predict(reopened.features(x))
