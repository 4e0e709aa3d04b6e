"""What may be wrong with a fit: looked for on its rows, and told with what to try."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ..ground import forks
from ..ground.threads import threads_for
from ..model import network as networks
from ..model.branches import BRANCHES
from ..model.units import FLAT
from .checks import LOOK, OK, UNKNOWN, USELESS, Finding, advised, judged, unknown
from .found import Diagnosis
from .layers import Layer, look_at_layers
from .losses import RowLosses
from .reference import LITTLE, MOST_COLUMNS, Losses, lead_of, linear_losses, losses_of
from .rows import Opened, open_fit, settles, traits_of
from .sharpness import largest_curvature, steps_bound, why_without_bound
from .turning import turn_of

FAR = 2  # times what chance allows
OWN_LOSS = "the loss is a function of your own, which a fit does not keep"
IDLE = "a penalty draws the weights to zero, and a linear model finds nothing either"
MAY_BE_RIGHT = (
    "A penalty draws the weights to zero, and a linear model finds nothing either: it may be right."
)
SAME_OUTCOME = "the outcome is the same in all rows"
OTHER_ROWS = "the rows are not those of the fit"


def diagnose(
    fit: Mapping[str, Any],
    x: Any,
    y: Any,
    *,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
) -> Diagnosis:
    """Look for what may be wrong with a fit.

    Dead and saturated units of each layer, the gradient that comes back to it, predictions that are
    all the same, losses above those of one number or of a linear model, a validation loss that has
    turned up, and a step size near its bound. Nothing is trained but a linear model beside, and the
    fit is left as it is.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned.
    x, y, weights, offset
        The rows that it was made on, as they were given to `fit()`. Other rows may take their place
        where these are not to be had: then what compares losses is not known.
    model : nn.Module, optional
        Your own module again, where the fit came from one.

    Returns
    -------
    Diagnosis
        A dict that shows what was found; `to_frame()` gives a row for each check to pandas.
        `checks`, a dict of lists with an entry for each check of the fit and of each layer: the
        name of the `check`, the `layer` (from 1; 0: the fit), its `value` and `limit`, the
        `verdict` ("ok", "look", "useless" or "unknown"), and what it `says`. `checks.csv` lists
        them.

        `layers`, another, with an entry for each layer: `layer`, from 1, and the `name` of its
        module; how many `units` it has (of all members together), its `activation` (empty: none),
        how many units are `dead` (NaN: it has no activation), the share of values that are
        `saturated` (NaN: the activation is not flat at both ends), `mean` and `sd` of the values;
        what `comes_back` to it: the root mean square, over the rows, of the length of the gradient
        of the row's loss with respect to what the layer gives before its activation, in parts of
        what the same row has at the last layer; the root mean square of the `gradient` of the
        objective with respect to the weights, of the `weights`, and the `ratio` of the two.

        `own_rows`: whether the rows are those of the fit.

    Raises
    ------
    NNFitError
        Naming the argument that does not go with the fit.
    """
    forks.settle()
    opened = open_fit(fit, x, y, weights, offset, model)
    size = networks.size_of(opened.network) * min(len(opened.training.x), 4096)
    with threads_for(size):
        losses = None
        if not opened.spec.family.own:
            losses = RowLosses(opened.spec, opened.scaling)
        layers, output = look_at_layers(opened, losses)
        traits = traits_of(opened.spec, opened.scaling)
        found = [advised(one, traits) for one in _found(fit, opened, losses, layers, output)]
    return Diagnosis({
        "checks": {name: [getattr(one, name) for one in found] for name in Finding._fields},
        "layers": _table(layers),
        "own_rows": opened.own,
    })  # fmt: skip


def _found(
    fit: Mapping[str, Any],
    opened: Opened,
    losses: RowLosses | None,
    layers: list[Layer],
    output: torch.Tensor,
) -> Iterator[Finding]:
    with np.errstate(over="ignore", invalid="ignore"):
        own = None if losses is None else losses_of(opened, losses, output)
    finite = bool(output.isfinite().all()) and fit.get("stopped") != "diverged"
    if not finite or (own is not None and not np.isfinite(own.training.sum())):
        yield judged("finite", 1.0)
        return
    yield judged("finite", 0.0)
    compared = None if own is None else _Compared(opened, own)
    same = _same_prediction(opened, output, compared)
    yield same
    yield from _of_fault(fit)
    yield from _comparisons(opened, compared)
    yield _overfitting(fit, opened)
    yield _learn_rate(fit, opened, losses)
    # where the rows do not tell, by whether anything leads past a layer
    chain = not any(isinstance(part, BRANCHES) for part in opened.network.modules())
    lost = same.verdict == USELESS or (same.verdict == UNKNOWN and chain)
    idle = same.value < FLAT and _draws_to_zero(opened, compared)
    why = OWN_LOSS if losses is None else IDLE if idle else ""
    if _is_constant(opened.training.y):
        why = SAME_OUTCOME
    yield from _of_layers(opened, layers, lost, why)


class _Compared:
    """The losses of the fit, of one number, and of the linear model."""

    def __init__(self, opened: Opened, own: Losses):
        self.training = opened.training
        self.held_out = opened.held_out
        self.fit = own
        self.null = linear_losses(opened, columns=False)
        self.linear = linear_losses(opened)

    def beyond(self, reference: Losses, held_out: bool) -> tuple[float, float]:
        """Say by how much a reference has less loss than the fit, and what of that is nothing."""
        table = self.held_out if held_out else self.training
        own = self.fit.held_out if held_out else self.fit.training
        its = reference.held_out if held_out else reference.training
        assert table is not None and own is not None and its is not None
        # on rows that it has not seen nothing is won by estimation
        columns = 0 if held_out else reference.columns
        lead = lead_of(its, own, table.weights, len(table.x), columns)
        return lead.by, max(lead.chance, LITTLE * max(self.gain(held_out), 0.0))

    def gain(self, held_out: bool) -> float:
        """Say by how much the linear model has less loss than one number."""
        if self.linear is None or self.null is None:
            return math.nan
        table = self.held_out if held_out else self.training
        null = self.null.held_out if held_out else self.null.training
        its = self.linear.held_out if held_out else self.linear.training
        assert table is not None and null is not None and its is not None
        return lead_of(its, null, table.weights, len(table.x)).by

    def explains(self) -> bool:
        """Tell whether the linear model finds something, by more than chance."""
        if self.linear is None or self.null is None:
            return True
        columns = self.linear.columns
        lead = lead_of(
            self.linear.training, self.null.training, self.training.weights,
            len(self.training.x), columns,
        )  # fmt: skip
        return lead.by > lead.chance


def _same_prediction(opened: Opened, output: torch.Tensor, compared: _Compared | None) -> Finding:
    training, name = opened.training, "same_prediction"
    if _is_constant(training.x):
        return unknown(name, "the predictors are the same in all rows")
    if _is_constant(training.y):
        return unknown(name, SAME_OUTCOME)
    apart = float((output - output[:1]).abs().max())
    unit = 1.0
    if opened.scaling is None and opened.spec.family.scale_power:
        unit = float(np.std(training.y, axis=0).max())
    value = apart / unit
    if value < FLAT and _draws_to_zero(opened, compared):
        if opened.spec.linear or opened.spec.tuned:  # by rows held out: there is nothing to find
            return Finding(name, 0, value, FLAT, OK, "")
        return judged(name, value, verdict=LOOK, beside=MAY_BE_RIGHT)
    return judged(name, value)


def _draws_to_zero(opened: Opened, compared: _Compared | None) -> bool:
    """Tell whether a penalty may be why all predictions are the same."""
    return opened.spec.penalty > 0 and compared is not None and not compared.explains()


def _is_constant(values: np.ndarray) -> bool:
    return not (values != values[:1]).any()


def _of_fault(fit: Mapping[str, Any]) -> Iterator[Finding]:
    """Repeat what was found when the fit ended, and is not looked for here again."""
    fault = fit.get("fault")
    if fault and not fault["cured"] and fault["kind"] in ("straight", "units"):
        yield judged(fault["kind"], 1.0)


def _comparisons(opened: Opened, compared: _Compared | None) -> Iterator[Finding]:
    names = ["one_number", "linear"] + ["linear_held_out"] * (opened.held_out is not None)
    why = OWN_LOSS if compared is None else "" if opened.own else OTHER_ROWS
    if not why and _is_constant(opened.training.y):
        why = SAME_OUTCOME
    for name in names:
        reference = None if compared is None else getattr(compared, REFERENCES[name])
        if why or reference is None or compared is None:
            yield unknown(name, why or _why_without_reference(opened))
            continue
        held_out = name == "linear_held_out"
        if held_out and compared.gain(True) <= 0:
            yield unknown(name, "there a linear model is no better than one number")
            continue
        by, nothing = compared.beyond(reference, held_out)
        # a little worse than one number may be chance; far worse is of no use
        verdict = USELESS if name == "one_number" and by > FAR * nothing else LOOK
        yield judged(name, by, limit=nothing, verdict=verdict)


def _why_without_reference(opened: Opened) -> str:
    if opened.training.x[0].size > MOST_COLUMNS:
        return f"a linear model of more than {MOST_COLUMNS:,} columns is not tried"
    return "such a model can not be fitted to these rows"


REFERENCES = {"one_number": "null", "linear": "linear", "linear_held_out": "linear"}


def _overfitting(fit: Mapping[str, Any], opened: Opened) -> Finding:
    name = "overfitting"
    valid = fit["history"].get("valid_loss") if fit.get("history") is not None else None
    if valid is None or not np.size(valid):
        return unknown(name, "no rows were held out (`validation`)")
    if opened.spec.linear and settles(opened.spec):
        return unknown(name, "its epochs lead to the model of the least loss, as lm() has it")
    if opened.spec.stop_iter < math.inf:  # the best epoch has come back
        return judged(name, 0.0)
    turn = turn_of(np.atleast_1d(np.asarray(valid, dtype=float)))
    if turn is None:
        return unknown(name, "its losses are too few, or some are no numbers")
    limit = max(judged(name, 0.0).limit, turn.noise)
    return judged(name, turn.rise, limit=limit, beside=f"The best was epoch {turn.best}.")


def _learn_rate(fit: Mapping[str, Any], opened: Opened, losses: RowLosses | None) -> Finding:
    name, why = "learn_rate", why_without_bound(opened)
    if why or losses is None:
        return unknown(name, why or OWN_LOSS)
    rate = opened.spec.learn_rate
    rates = (fit.get("history") or {}).get("learn_rate")
    if rates is not None and np.size(rates):
        rate = float(np.atleast_1d(np.asarray(rates, dtype=float))[-1])
    bound = steps_bound(opened, largest_curvature(opened, losses))
    if math.isnan(bound) or rate is None:
        return unknown(name, "the curvature of the loss can not be computed")
    found = judged(name, rate / bound, beside=f"The bound is {bound:.3g}.")
    size = opened.spec.batch_size
    if found.verdict == OK and size is not None and size < len(opened.training.x):
        return unknown(name, f"of all rows its bound is {bound:.3g}, and less of some of them")
    return found


def _of_layers(opened: Opened, layers: list[Layer], lost: bool, why: str) -> Iterator[Finding]:
    """Judge each layer.

    `lost`: if all of a layer are dead, so is the network. `why` gradients say nothing, if so.
    """
    if not layers:
        yield unknown("dead", "the module has no layer that is known here")
        return
    table = _table(layers)
    for place, layer in enumerate(layers):
        number = place + 1
        if layer.activation is not None:
            share = layer.dead / layer.units
            whole = USELESS if lost and share == 1 else LOOK
            count = f"These are {layer.dead} of {layer.units}."
            yield judged("dead", share, number, verdict=whole, beside=count)
            if not math.isnan(table["saturated"][place]):
                yield judged("saturated", table["saturated"][place], number)
        elif opened.spec.own_model and place < len(layers) - 1:
            yield unknown("dead", "it has no activation that is a module", number)
    yield from _gradients(layers, table, why)


def _gradients(layers: list[Layer], table: dict[str, list[Any]], why: str) -> Iterator[Finding]:
    """Judge what comes back to each layer but the last, measured by what comes to that."""
    whole = len(layers)
    for place in range(whole - 1):
        number, value = place + 1, table["comes_back"][place]
        if why:
            yield unknown("vanishing", why, number)
        elif math.isnan(value):
            yield unknown("vanishing", "no row has a gradient: the fit is exact", number)
        elif value == 0 and any(layer.dead == layer.units for layer in layers[place:]):
            yield unknown("vanishing", "nothing passes the layer that is dead", number)
        else:
            yield judged("vanishing", value, number)
            yield judged("exploding", value, number)


def _table(layers: list[Layer]) -> dict[str, list[Any]]:
    """Write layers as columns, as `diagnose()` gives them."""
    backs = [math.sqrt(one.back / one.rows) if one.rows else math.nan for one in layers]
    spread = [_spread(one) for one in layers]
    counts = [one.values * one.units for one in layers]
    return {
        "layer": [place + 1 for place in range(len(layers))],
        "name": [one.name for one in layers],
        "units": [one.units for one in layers],
        "activation": [_name(one.activation) for one in layers],
        "dead": [math.nan if one.activation is None else float(one.dead) for one in layers],
        "saturated": [
            math.nan if math.isnan(one.greatest) or not count else one.flat / count
            for one, count in zip(layers, counts)
        ],
        "mean": [middle for middle, _ in spread],
        "sd": [sd for _, sd in spread],
        "comes_back": backs,
        "gradient": [one.gradient for one in layers],
        "weights": [one.size for one in layers],
        "ratio": [one.gradient / one.size if one.size > 0 else math.nan for one in layers],
    }


def _spread(layer: Layer) -> tuple[float, float]:
    count = layer.values * layer.units
    if not count:
        return math.nan, math.nan
    middle = layer.total / count
    # not a power, which Python refuses where it is beyond numbers
    return middle, math.sqrt(max(layer.squares / count - middle * middle, 0.0))


def _name(activation: nn.Module | None) -> str:
    return "" if activation is None else type(activation).__name__
