"""Fit: the one type of a fit, as plain data. `fit_fields.csv` lists its fields for R too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..ground.tables import read_table
from ..options.asked import resolved_again
from ..options.resolved import Resolved

# how a fit's `fault` is said in a few words; those of hidden layers have numbers beside
FAULTS = {
    "units": "learned nothing: the data are far from 1, and scale is False",
    "worse": "learned nothing: one number for all rows has less loss",
    "flat": "learned nothing: its prediction is the same for every row",
    "separated": "separated classes: its coefficients are where training ended",
    "boundary": "no maximum of the likelihood: beyond, rows have no mean under the link",
    "nearly_separated": "nearly separated classes: its coefficients are where training ended",
    "vanished": "means that go to 0: its coefficients are where training ended",
    "infinite": "no finite coefficients: they are where training ended",
}

SCHEMA = 4  # counted up when a field is added, or means something else


class Field(NamedTuple):
    """A row of the list of fields.

    `kind` tells R what to make of it; `always` whether a fit has it, if only as None.
    """

    name: str
    kind: str
    always: bool
    meaning: str


@lru_cache(maxsize=1)
def fit_fields() -> tuple[Field, ...]:
    """Read `fit_fields.csv`."""
    return tuple(
        Field(row["name"], row["kind"], row["always"] == "TRUE", row["meaning"])
        for row in read_table(__file__, "fit_fields")
    )


@lru_cache(maxsize=1)
def _always() -> dict[str, bool]:
    """Tell by name whether a fit has a field, if only as None."""
    return {field.name: field.always for field in fit_fields()}


@dataclass(frozen=True, eq=False)
class Fit(Mapping[str, Any]):
    """What a fit is: arrays, numbers, strings, lists and dicts. A mapping too: `fit["parameters"]`.

    Parameters
    ----------
    parameters : dict of array
        And buffers, by name, in float64, as trained: on standardised data under `scaling`.
    buffers : list of str
        The names among these that no optimizer trains.
    unscaled : dict of array or None
        The parameters that are others in the data's own units: see `folding.unscaled()`.
    layers : list of dict
        Name, layer as torch prints it, parameters.
    scaling : dict or None
        As `Scaling.plain()` gives it.
    history : dict
        `train_loss` and `valid_loss` before each epoch's first update: arrays (epochs run,). With
        metrics `train_` and `valid_` of each, with a schedule `learn_rate`, the step size of this
        update.
    stopped : str
        "epochs", "converged", "early", "callback", "diverged" or "interrupted".
    best_epoch : int or None
        From 1; None: the last.
    validation_rows : int array or None
        The rows held out, from 0.
    fitted : array (n, outputs) or None
        Responses for the rows that were given.
    options : dict
        As `Resolved.plain()` gives them, with the `engine` that trained the fit and the
        `condition` number of the standardised columns where it was looked at: its logarithm to
        base 10 is how many digits the coefficients have lost. `has_offset`: whether the fit was
        made with an offset, so that predictions need one.
    seconds : float
        What training took.
    fitted_link : array (n, k), optional
        What `predict(type="link")` gives for these rows, under a loss with several heads.
    replicates, restarts : dict, optional
        See `repeats.bootstrap` and `repeats.restarts`.
    design, rows : dict, optional
        Of a fit on files: what the columns became, and how many rows are in training and in
        validation.
    fault : dict, optional
        What was found wrong: see `training.fault`. `kind` is "dead", "straight", "flat", "units",
        "worse", "separated", "nearly_separated", "infinite", "vanished" or "boundary"; `layer`,
        `units` and `dead` say of which hidden layer, from 1; `redrawn` how often training started
        again from other initial values, and `cured` whether it helped.
    rates : dict, optional
        Where the step size was found: `learn_rate` and `loss`, arrays (steps,), of the trial run.
    memory : dict, optional
        What another fit goes on with: of the `optimizer` what it remembered, by name, with the
        engine that it is of; `random`, the state of torch's generator, where training drew.
    tuning : dict, optional
        How the penalty was chosen: see `repeats.tuning`.
    held_out : dict, optional
        Beside `tuning`, for numeric outcomes and classes with probabilities: `member`
        (n, repeats), which of the members have not seen a row, and `residual` (n, d), the outcome
        less what these predict on average, or 1 less the probability (n, 1) of the row's class; of
        classes `probability` (n, classes) too; where outcomes scatter more about some means than
        about others, `spread` (n, d), their standard deviation by `model.spread`.
    information : dict, optional
        Of a linear model under a likelihood, how sure its coefficients are: see `Information`.
    baseline : dict, optional
        Of censored times the cumulative baseline hazard: see `model.baseline`.
    schema : int
        The version of this list of fields.
    """

    parameters: dict[str, NDArray[Any]]
    buffers: list[str]
    unscaled: dict[str, NDArray[Any]] | None
    layers: list[dict[str, Any]]
    scaling: dict[str, Any] | None
    history: dict[str, NDArray[Any] | None]
    stopped: str
    best_epoch: int | None
    validation_rows: NDArray[Any] | None
    fitted: NDArray[Any] | None
    options: dict[str, Any]
    seconds: float
    fitted_link: NDArray[Any] | None = None
    replicates: dict[str, Any] | None = None
    restarts: dict[str, Any] | None = None
    design: dict[str, Any] | None = None
    rows: dict[str, int] | None = None
    fault: dict[str, Any] | None = None
    rates: dict[str, Any] | None = None
    memory: dict[str, Any] | None = None
    tuning: dict[str, Any] | None = None
    held_out: dict[str, Any] | None = None
    information: dict[str, Any] | None = None
    baseline: dict[str, NDArray[Any]] | None = None
    schema: int = SCHEMA

    def _names(self) -> list[str]:
        return [
            name for name, always in _always().items() if always or getattr(self, name) is not None
        ]

    def __getitem__(self, name: str) -> Any:
        value = getattr(self, name) if name in _always() else None
        if value is None and not _always().get(name, False):
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    # of two fits with the same arrays: not the mapping's comparison, which arrays do not answer
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        """Say what was fitted, and how; not the arrays."""
        train = self.history["train_loss"]
        assert train is not None
        name = self.options["optimizer"]
        optimizer = name if isinstance(name, str) else name[0]
        return (
            f"<Fit: {sum(map(np.size, self.parameters.values()))} parameters, {optimizer}, "
            f"engine {self.options['engine']}, {len(train)} epochs ({self.stopped}), "
            f"training loss {train[(self.best_epoch or 0) - 1]:.6g}{self._fault()}>"
        )

    def _fault(self) -> str:
        fault = self.fault
        if fault is None or fault["cured"]:
            return ""
        if fault["kind"] in FAULTS:
            return f", {FAULTS[fault['kind']]}"
        dead = f"{fault['dead']} of {fault['units']} units of hidden layer {fault['layer']} dead"
        return f", learned nothing: {dead}"

    def plain(self) -> dict[str, Any]:
        """Write the fit as a dict, for R or for a file."""
        return dict(self)


def no_fit(given: Any, argument: str = "fit") -> NNFitError:
    """Make the error of what is no fit; of what has one within it says where."""
    within = (
        ("fit_", "fit_"), ("best_estimator_", "best_estimator_.fit_"), ("fit", '["fit"]'),
    )  # fmt: skip
    remedy = ""
    for name, words in within:
        held = given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)
        if isinstance(held, Mapping) or hasattr(held, "fit_"):
            remedy = f"It has one: give its `{words}`."
            break
        if callable(held) and hasattr(given, "get_params"):
            remedy = "Train it first, by its `fit()`: its `fit_` is what is wanted."
    if not remedy and isinstance(given, Mapping) and {"candidates", "chosen"} <= given.keys():
        remedy = "This search was interrupted before that: fit all rows by its `best`."
    return NNFitError(
        argument, f"must be what `fit()` returned, not of type {type(given).__name__}.", remedy
    )


class FitView:
    """What predictions need of a fit, read from a `Fit` or from what R or a file kept of one.

    Parameters
    ----------
    fit : mapping
        `parameters`, `scaling` and `options`; perhaps `schema`, `replicates` and `design`.

    Raises
    ------
    NNFitError
        If it is no fit, or was written by a later version.
    """

    def __init__(self, fit: Mapping[str, Any]):
        if not isinstance(fit, Mapping) or not {"parameters", "scaling", "options"} <= fit.keys():
            raise no_fit(fit)
        schema = int(fit.get("schema") or SCHEMA)
        if schema > SCHEMA:
            raise NNFitError(
                "fit",
                f"was made by a later version of nnfit: its schema is {schema}, and this version "
                f"knows {SCHEMA}.",
                "Update nnfit, or fit again.",
            )
        self.parameters: Mapping[str, Any] = fit["parameters"]
        self.scaling = Scaling.of_fit(fit["scaling"])
        self.spec: Resolved = resolved_again(fit["options"])
