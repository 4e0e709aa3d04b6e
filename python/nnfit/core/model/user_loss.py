"""A loss of the user's own: checked once before training, then taken as any other.

Its function sees predictions and outcome in the user's units, so that what it gives is the loss
that is reported. What is trained on is that loss in parts of what it is where every prediction is
the outcome's middle: so steps and penalties mean the same whatever its units are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.scaling import Scaling
from ..data.table import Table
from ..ground.errors import NNFitError
from ..options.catalog import FUNCTION, Named
from ..options.own import OwnFunction
from ..options.resolved import Resolved
from .loss import Loss
from .traced import Places, traced

ROWS = 5  # that a function is tried on
NEAR, FAR = 0.1, 3.0  # how far from the middle predictions are tried, in spreads of the outcome
# between -1 and 1, as any numbers are, and none is another's opposite
SPREAD = (0.31, -0.83, 0.57, -0.12, 0.94, -0.49)


def function_of(spec: Resolved) -> OwnFunction:
    """Give the function of a loss of the user's own."""
    function: OwnFunction = spec.loss.args[FUNCTION]
    return function


class UserLoss(Loss):
    """One number for a batch, by a function of the user's own.

    Parameters
    ----------
    spec : Resolved
        From `settled()`.
    scaling : Scaling or None
    weighted : bool
        Whether batches come with row weights.
    unit : float
        The loss that counts as 1: see `unit_of()`.
    """

    def __init__(self, spec: Resolved, scaling: Scaling | None, weighted: bool, unit: float):
        self.family, self.dtype, self.weighted = spec.family, spec.torch_dtype, weighted
        self.mean, self.factor, self.by_element = spec.reduction == "mean", unit, True
        self.criterion: nn.Module = nn.Identity()
        self.function = function_of(spec)
        self.back: tuple[Tensor, Tensor, Tensor, float] | None = None
        if scaling is not None and spec.family.scale_power is not None:
            centers = scaling.output_scale, scaling.output_center, scaling.y_center
            scale, center, y_center = (_tensor(values, spec) for values in centers)
            self.back = scale, center, y_center, scaling.y_scale

    def __call__(
        self,
        output: Tensor,
        target: Tensor,
        weights: Tensor | None = None,
        offset: Tensor | None = None,
    ) -> Tensor:
        """Compute the loss, as `Loss` does."""
        truth = truth_of(target, output)
        if self.back is not None:
            scale, center, y_center, y_scale = self.back
            output, truth = output * scale + center, truth * y_scale + y_center
        value = called(self.function, output, truth)
        if not self.function.by_row:
            return value.reshape(()) / self.factor
        if len(value) != len(output):
            raise _wrong(f"gives shape {tuple(value.shape)} for {len(output)} rows.")
        return self.reduced(value, weights) / self.factor


def _tensor(values: np.ndarray, spec: Resolved) -> Tensor:
    return torch.tensor(values, dtype=spec.torch_dtype, device=spec.torch_device)


def truth_of(target: Tensor, like: Tensor) -> Tensor:
    """Make a target what a function compares with: classes (n,) become a column each."""
    if target.ndim > 1:
        return target
    return nn.functional.one_hot(target, like.shape[1]).to(like.dtype)


def _wrong(problem: str, remedy: str = "") -> NNFitError:
    return NNFitError("loss", f"is a function that {problem}", remedy)


def called(function: OwnFunction, prediction: Tensor, truth: Tensor) -> Tensor:
    """Call a function; what goes wrong in it is said to be its own."""
    try:
        value = function(prediction, truth)
    except NNFitError:
        raise
    except Exception as error:  # whatever the user's own code raises
        said = f"{type(error).__name__}: {error}" if not function.remote else str(error)
        raise _wrong(f"stopped: {said}") from error
    if not isinstance(value, Tensor):
        raise _wrong(
            f"gives {_named(value)}, not a tensor.",
            "Compute with the tensors that it is given alone, so that there is a gradient.",
        )
    return value


def _named(value: Any) -> str:
    return "nothing" if value is None else f"an object of type {type(value).__name__}"


def settled(spec: Resolved, rows: Table, bootstrap: bool = False) -> Resolved:
    """Check a function before training, and find out what it gives.

    Parameters
    ----------
    spec : Resolved
        Where its loss is another, it is given back as it is.
    rows : Table
        All rows.
    bootstrap : bool, default False
        Whether replicates are asked for, which are drawn as weights.

    Raises
    ------
    NNFitError
        If it gives no number with a gradient, or none for each row where that is needed.
    """
    if not spec.family.own:
        return spec
    function = function_of(spec)
    if rows.offset is not None:
        raise NNFitError(
            "offset",
            "does not go with a loss of your own.",
            "Where that looks at differences alone, subtract it from the outcome.",
        )
    # so many that rows are told from columns
    number = ROWS + (spec.n_outputs == ROWS)
    near, far = (_places(spec, rows, size, number) for size in (NEAR, FAR))
    value = _check_value(function, *near)
    by_row = value.numel() > 1
    if not by_row:
        _check_alone(spec, rows, bootstrap)
    if not (_slopes(function, near) or _slopes(function, far)):
        raise _wrong(
            "does not change with the prediction: its gradient is zero.",
            "It must tell how good a prediction is.",
        )
    function = replace(function, by_row=by_row)
    if function.remote:
        function = traced(function, near, [far, *_others(spec, rows, near)])
    return replace(spec, loss=Named(spec.loss.name, {FUNCTION: function}))


def _others(spec: Resolved, rows: Table, near: Places) -> Iterator[Places]:
    """Make places of other numbers of rows: of few, of all, and of a batch."""
    yield near[0][:3].clone(), near[1][:3].clone()
    yield _places(spec, rows, -FAR, ROWS + 4)
    yield _places(spec, rows, NEAR, len(rows.y))
    if spec.batch_size is not None:
        yield _places(spec, rows, FAR, min(spec.batch_size, len(rows.y)))


def _places(spec: Resolved, rows: Table, size: float, number: int) -> Places:
    """Make predictions that are `size` from the middle, and the truth of some rows."""
    target = rows.y[np.linspace(0, len(rows.y) - 1, number).astype(int)]
    draws = np.resize(SPREAD, (number, spec.n_outputs)) + np.sign(size)
    if spec.family.scale_power is not None:
        spread = rows.y.std(axis=0)
        draws = rows.y.mean(axis=0) + size * draws * np.where(spread > 0, spread, 1.0)
    else:
        draws = size * draws
    prediction = _tensor(draws, spec)
    if target.ndim > 1:
        return prediction, _tensor(target, spec)
    return prediction, truth_of(torch.tensor(target, device=spec.torch_device), prediction)


def _check_value(function: OwnFunction, prediction: Tensor, truth: Tensor) -> Tensor:
    free = prediction.clone().requires_grad_()
    value = called(function, free, truth)
    n, shape = len(truth), tuple(value.shape)
    if value.numel() != 1 and shape not in {(n,), (n, 1), tuple(prediction.shape)}:
        raise _wrong(
            f"gives shape {shape} for {n} rows.",
            "Let it give a single number, or one for each row or element.",
        )
    if not value.is_floating_point():
        raise _wrong(f"gives numbers of {str(value.dtype).replace('torch.', '')}.")
    if not bool(value.isfinite().all()):
        raise _wrong("gives no finite number where predictions are near the outcome's mean.")
    if not value.requires_grad:
        raise _wrong(
            "has no gradient: what it gives does not follow from the prediction.",
            "Compute with the tensor of predictions, and with torch's functions alone.",
        )
    return value


def _check_alone(spec: Resolved, rows: Table, bootstrap: bool) -> None:
    """Refuse what needs the loss of each row."""
    needs = {
        "class_weights": spec.class_weights is not None,
        "weights": rows.weights is not None,
        "bootstrap": bootstrap,
        "reduction": spec.reduction != "mean",
    }
    for name, needed in needs.items():
        if needed:
            raise NNFitError(
                name,
                "does not go with a `loss` that is a function which gives one number for all rows.",
                "Let it give one for each row, without taking their mean.",
            )


def _slopes(function: OwnFunction, places: Places) -> bool:
    """Tell whether the gradient is other than zero; refuse one that is no number."""
    free = places[0].clone().requires_grad_()
    value = called(function, free, places[1])
    if not bool(value.isfinite().all()):
        return False
    (gradient,) = torch.autograd.grad(value.sum(), free, allow_unused=True)
    if gradient is not None and not bool(gradient.isfinite().all()):
        raise _wrong(
            "has a gradient that is not finite.",
            "A root or a power of a difference that is 0 has none, for example.",
        )
    return gradient is not None and bool((gradient != 0).any())


def unit_of(spec: Resolved, scaling: Scaling | None, rows: Table) -> float:
    """Give the loss of predicting the outcome's middle for every row; 1 where that serves for none.

    Nor does it for classes, which have no units.

    Parameters
    ----------
    spec : Resolved
    scaling : Scaling or None
    rows : Table
        To train on.
    """
    if scaling is None or not spec.scale or spec.family.scale_power is None:
        return 1.0
    prediction = _tensor(scaling.output_center, spec).expand(len(rows.y), -1)
    target = _tensor(rows.y, spec)
    weights = None if rows.weights is None else _tensor(rows.weights, spec)
    with torch.no_grad():
        plain = UserLoss(spec, None, weights is not None, 1.0)
        value = abs(plain(prediction, target, weights).item())
    return value if math.isfinite(value) and value > 0 else 1.0
