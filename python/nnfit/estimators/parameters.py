"""The parameters of an estimator: options of a fit, as scikit-learn wants them, in a signature."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, Union

import numpy as np
from sklearn.base import BaseEstimator
from torch import nn

from ..core.ground.errors import NNFitError
from ..core.ground.renamed import renamed
from ..core.options.checks import check
from ..core.options.rows import option_names
from ..core.options.words import did_you_mean

Init = TypeVar("Init", bound=Callable[..., None])
Component = Union[str, tuple[str, Mapping[str, Any]]]  # by name, or with its arguments
Several = Union[Component, Sequence[Component]]  # one for all layers, or one for each

# options of `fit()` that are no parameters, and why
APART = {
    "levels": "found in y, as `classes_`",
    "weights": "given to `fit()`, as `sample_weight`",
    "offset": "a column of the rows, which scikit-learn has no place for",
    "start": "of one fit alone: a search would start all of its fits from it",
    "checkpoint": "of one fit alone: the fits of a search would share the folder",
}
OF_CALL = ("validation", "restarts", "bootstrap", "model", "callback", "progress", "processes")
OWN = ("random_state", "formula")  # that no fit has
LARGEST_SEED = 2**31 - 1


def _check_names(names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name in APART:
            raise NNFitError(name, f"is no parameter of an estimator: {APART[name]}.")
        if name not in known:
            remedy = did_you_mean("option", name, known)
            raise NNFitError(name, "is not an option.", remedy)


def named(init: Init) -> Init:
    """Let `__init__()` say what was probably meant by a parameter that there is not."""
    known = [*inspect.signature(init).parameters][1:]

    @wraps(init)  # by whose signature scikit-learn knows the parameters
    def checked(self: Any, *args: Any, **kwargs: Any) -> None:
        _check_names(kwargs, known)
        init(self, *args, **kwargs)

    return checked  # type: ignore[return-value]


class Parameters(BaseEstimator):  # type: ignore[misc]
    """The signature that both estimators share; checked by `fit()`, as scikit-learn has it."""

    @named
    def __init__(
        self,
        hidden_units: int | Sequence[int] = (),
        *,
        activation: Several | None = None,
        bias: bool | Sequence[bool] = True,
        dropout: float = 0,
        norm: Several | None = None,
        residual: bool = False,
        skip: bool = False,
        init: Component | None = None,
        freeze: int | Sequence[int] = (),
        loss: Component | Callable[..., Any] | None = None,
        reduction: str = "mean",
        optimizer: Component | None = None,
        learn_rate: float | str | None = None,
        schedule: Component | None = None,
        momentum: float = 0,
        penalty: float | None = None,
        mixture: float = 0,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        max_norm: float | None = None,
        members: int | None = None,
        embed: bool | str | Sequence[str] | Mapping[str, int | bool] | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        validation: Any = 0,
        stop_iter: float = math.inf,
        metrics: str | Sequence[str] | None = None,
        monitor: str | None = None,
        scale: bool = True,
        class_weights: str | Mapping[Any, float] | None = None,
        seed: int | None = None,
        bootstrap: int = 0,
        restarts: int = 1,
        dtype: str | None = None,
        device: str = "auto",
        engine: str = "auto",
        model: nn.Module | None = None,
        callback: Any = None,
        progress: Callable[..., Any] | None = None,
        processes: int = 1,
        random_state: int | np.random.RandomState | None = None,
        formula: str | None = None,
    ):
        self.hidden_units = hidden_units
        self.activation = activation
        self.bias = bias
        self.dropout = dropout
        self.norm = norm
        self.residual = residual
        self.skip = skip
        self.init = init
        self.freeze = freeze
        self.loss = loss
        self.reduction = reduction
        self.optimizer = optimizer
        self.learn_rate = learn_rate
        self.schedule = schedule
        self.momentum = momentum
        self.penalty = penalty
        self.mixture = mixture
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.max_norm = max_norm
        self.members = members
        self.embed = embed
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation = validation
        self.stop_iter = stop_iter
        self.metrics = metrics
        self.monitor = monitor
        self.scale = scale
        self.class_weights = class_weights
        self.seed = seed
        self.bootstrap = bootstrap
        self.restarts = restarts
        self.dtype = dtype
        self.device = device
        self.engine = engine
        self.model = model
        self.callback = callback
        self.progress = progress
        self.processes = processes
        self.random_state = random_state
        self.formula = formula

    def _options(self) -> dict[str, Any]:
        """Give the arguments of `fit()` beside the data."""
        names = [name for name in (*option_names("training"), *OF_CALL) if name not in APART]
        given = {name: getattr(self, name) for name in names}
        return {**given, "seed": self._seed()}

    def _seed(self) -> int | None:
        """Read the seed: scikit-learn's `random_state`, where its searches and ensembles set it."""
        state = self.random_state
        if state is None:
            return self.seed
        if isinstance(state, np.random.RandomState):
            return int(state.randint(LARGEST_SEED))
        with renamed({"seed": "random_state"}):
            seed: int = check("seed", state)
        return seed
