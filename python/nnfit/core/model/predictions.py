"""From a network and rows to predictions, in the user's units."""

from __future__ import annotations

import copy
import math
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import nn

from ..data import scaling
from ..data.batches import to_inputs
from ..data.frames import check_named
from ..data.offset import offset_for, to_output
from ..data.reading import as_features
from ..data.scaling import Beyond, Scaling, check_shape
from ..formula.formula import Formula
from ..ground import forks
from ..ground.devices import on_host
from ..ground.errors import NNFitError
from ..ground.linear import linear
from ..ground.threads import on_one_thread, threads_for
from ..options.resolved import Resolved
from . import network as networks
from .fit import FitView
from .loss import RESPONSES
from .members import at_average
from .offset import OFFSETS

# Bounds of the rows that a network is given at once, and the numbers of its widest layer that they
# come to: what a processor's cache holds, and what the allocator gives without asking the system.
FEWEST_ROWS, MOST_ROWS, WIDEST = 1024, 16_384, 1 << 18


def link_of(
    network: nn.Module,
    spec: Resolved,
    scale: Scaling | None,
    x: np.ndarray,
    offset: np.ndarray | None = None,
) -> np.ndarray:
    """Compute a model's output (n, k) in the user's units, as float64; `offset` (n, d)."""
    return _with_offset(_output(network, spec, scale, x), spec, offset)


def link_from(
    output: torch.Tensor, spec: Resolved, scale: Scaling | None, offset: np.ndarray | None = None
) -> np.ndarray:
    """Bring what a network gives (n, k) into the user's units, as `link_of()` does."""
    return _with_offset(scaling.decode(on_host(output).numpy(), scale), spec, offset)


def _with_offset(link: np.ndarray, spec: Resolved, offset: np.ndarray | None) -> np.ndarray:
    if offset is None:
        return link
    added = torch.tensor(to_output(offset, spec.heads), dtype=torch.float64)
    return OFFSETS[spec.family.output](torch.from_numpy(link), added).numpy()


def member_responses(
    network: nn.Module,
    spec: Resolved,
    scale: Scaling | None,
    x: np.ndarray,
    offset: np.ndarray | None = None,
) -> np.ndarray:
    """Compute what each member of a fit predicts: (M, n, d), on the scale of the response."""
    links = member_links(network, spec, scale, x, offset)
    return np.stack([response_of(link, spec) for link in links])


def member_links(
    network: nn.Module,
    spec: Resolved,
    scale: Scaling | None,
    x: np.ndarray,
    offset: np.ndarray | None = None,
) -> np.ndarray:
    """Compute what each member of a fit predicts: (M, n, k), on the scale of the link."""
    final = at_average(network)[1]
    scores = member_scores(network, spec, scale, x)
    links = (final(torch.from_numpy(one)).numpy() for one in scores)
    return np.stack([_with_offset(link, spec, offset) for link in links])


def member_scores(
    network: nn.Module, spec: Resolved, scale: Scaling | None, x: np.ndarray
) -> np.ndarray:
    """Compute what is averaged over members: (M, n, k).

    Raises
    ------
    NNFitError
        If rows are so far from those of the fit that a score is no number.
    """
    try:
        scores = _output(at_average(network)[0], spec, scale, x)
    except Beyond:
        raise NNFitError("x", *FAR) from None
    if np.isnan(scores).any():
        raise NNFitError("x", *FAR)
    return scores


def _output(network: nn.Module, spec: Resolved, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    network.eval()
    rows = _rows_at_once(network, spec)
    with torch.no_grad(), threads_for(min(len(x), rows) * networks.size_of(network)):
        layers = list(network.children())
        if spec.linear and isinstance(layers[0], nn.Linear) and len(layers) == 1:
            return _linear_link(layers[0], scale, x)
        parts = (x[start : start + rows] for start in range(0, len(x), rows))
        output = _joined((_of_part(network, spec, scale, part) for part in parts), len(x))
    return scaling.decode(output.numpy(), scale)


def _joined(parts: Iterator[torch.Tensor], n: int) -> torch.Tensor:
    """Join what is computed of some rows after the others (..., n, k).

    Each is copied into its place at once. Kept until the end, they would lie between what layers
    take and give back, and the allocator would take new memory for every part.
    """
    first = next(parts)
    if first.shape[-2] == n:
        return first
    joined, at = first.new_empty(*first.shape[:-2], n, first.shape[-1]), 0
    for part in chain([first], parts):
        joined = joined.to(torch.promote_types(joined.dtype, part.dtype))
        joined[..., at : at + part.shape[-2], :] = part
        at += part.shape[-2]
    return joined


def _rows_at_once(network: nn.Module, spec: Resolved) -> int:
    """Choose how many rows to give a network of ours on the CPU, by its width; others, the most."""
    if spec.own_model or spec.device != "cpu":
        return MOST_ROWS
    # of a layer (..., out, in) how many numbers it makes of a row
    widest = max((one.shape[:-1].numel() for one in network.parameters()), default=1)
    return max(FEWEST_ROWS, min(MOST_ROWS // 2, WIDEST // max(widest, spec.n_features)))


def _of_part(
    network: nn.Module, spec: Resolved, scale: Scaling | None, x: np.ndarray
) -> torch.Tensor:
    """Compute a network's own output; where it is too large for float32, in float64."""
    try:
        output: torch.Tensor = on_host(_forward(network, spec, to_inputs(x, scale, spec)))
    except Beyond:
        output = torch.full((), math.nan)
    if spec.dtype == "float64" or bool(output.sum().isfinite()) or bool(output.isfinite().all()):
        return output
    wide = replace(spec, dtype="float64", device="cpu")
    inputs = to_inputs(x, scale, wide)
    wider: torch.Tensor = copy.deepcopy(network).cpu().double()(inputs)
    return wider


def _forward(network: nn.Module, spec: Resolved, x: torch.Tensor) -> torch.Tensor:
    """Compute what a network makes of rows; one that was built here by the quickest products."""
    if spec.own_model or type(network) is not nn.Sequential:
        output: torch.Tensor = network(x)
        return output
    made = False  # whether the values are of a product made here, to be written over
    for layer in network:
        if type(layer) is nn.Linear:
            x, made = linear(x, layer.weight, layer.bias), True
        else:
            x, made = x.relu_() if made and type(layer) is nn.ReLU else layer(x), False
    return x


def _linear_link(layer: nn.Linear, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    weight = layer.weight.detach().cpu().double().numpy()
    bias = (
        np.zeros(len(weight)) if layer.bias is None else layer.bias.detach().cpu().double().numpy()
    )
    return scaling.linear_output(x, weight, bias, scale)


FAR = (
    "is so far from the rows of the fit that predictions are beyond what numbers can be.",
    "Leave such rows out.",
)

OF_SURVIVAL = "Curves of survival are by predict_survival()."
OF_CLASSES = 'Probabilities of classes are the "response"; the likeliest has the largest.'

# other words for what is predicted: what to do
MEANT = {
    **dict.fromkeys(("survival", "surv", "hazard", "cumhaz", "expected"), OF_SURVIVAL),
    "risk": 'Of censored times the "response" is the risk.',
    "lp": 'The linear predictor is the "link".',
    **dict.fromkeys(("prob", "probs", "class", "classes"), OF_CLASSES),
    **dict.fromkeys(("interval", "confidence", "prediction"), "Intervals: predict_interval()."),
}


class Reopened:
    """A fit that is ready to predict.

    Parameters
    ----------
    fit : mapping
        As `FitView` takes it.
    type : "link" or "response"
        What is wanted of it.
    model : nn.Module, optional
        The user's own again, where the fit came from one.
    """

    def __init__(self, fit: Mapping[str, Any], type: str, model: nn.Module | None):
        if not isinstance(type, str) or type not in ("link", "response"):
            problem = f'must be "response" or "link", not {reprlib.repr(type)}.'
            hint = MEANT.get(type, "") if isinstance(type, str) else ""
            raise NNFitError("type", problem, hint)
        view = FitView(fit)
        self.spec, self.scaling, self.type = view.spec, view.scaling, type
        self.formula = Formula.of(fit)
        forks.settle()
        self.network = networks.rebuild(view.spec, view.parameters, model).to(
            view.spec.torch_device
        )

    def rows(self, x: Any, offset: Any) -> tuple[np.ndarray, np.ndarray | None]:
        """Read rows to predict for, and their offset: of a data frame by a formula."""
        x, offset = self.made(x, offset)
        rows = self.features(x)
        return rows, self.offset(offset, len(rows))

    def made(self, x: Any, offset: Any, argument: str = "x") -> tuple[Any, Any]:
        """Make the columns of a formula where x has its variables; its offset joins the other."""
        if self.formula is None:
            if not self.spec.embedded:  # whose columns have names in any case
                check_named(x, self.spec.feature_names, argument)
            return x, offset
        if not self.formula.takes(x):
            return x, offset
        columns, added = self.formula.columns(x)
        if added is None or offset is None:
            return columns, added if offset is None else offset
        given = self.offset(offset, len(columns))
        return columns, None if given is None else given + added[:, None]

    def features(self, x: Any) -> np.ndarray:
        """Read rows to predict for."""
        spec = self.spec
        x = as_features(
            x, any_shape=spec.own_model, names=spec.feature_names, embedded=spec.embedded
        )
        if x.shape[1] != self.spec.n_features:
            raise NNFitError(
                "x", f"has {x.shape[1]} columns, and the fit has {self.spec.n_features}."
            )
        if self.scaling is not None:
            check_shape(x, self.scaling.x_center, "x")
        return x

    @property
    def width(self) -> int:
        """How many columns predictions have."""
        return self.spec.n_outputs if self.type == "link" else self.spec.n_responses

    def load(self, parameters: Mapping[str, Any], scaling: Scaling | None) -> None:
        """Put other parameters into it."""
        networks.load(self.network, parameters).to(self.spec.torch_device)
        self.scaling = scaling

    def offset(self, offset: Any, n: int) -> np.ndarray | None:
        """Read the offset of n rows to predict for, where the fit has one."""
        return offset_for(self.spec, offset, n)

    @on_one_thread()
    def predict(self, x: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
        """Compute predictions (n, k).

        Raises
        ------
        NNFitError
            If rows are so far from those of the fit that a prediction is no number.
        """
        try:
            link = link_of(self.network, self.spec, self.scaling, x, offset)
        except Beyond:
            raise NNFitError("x", *FAR) from None
        if not self.spec.own_model and np.isnan(link).any():
            raise NNFitError("x", *FAR)
        return link if self.type == "link" else response_of(link, self.spec)


def response_of(link: np.ndarray, spec: Resolved) -> np.ndarray:
    """Follow a link (n, k) to the response: from its first head, or from all that are responses.

    These are put into ascending order, row by row, as their levels are: Chernozhukov,
    Fernandez-Val and Galichon (2010), Quantile and probability curves without crossing,
    Econometrica 78(3), 1093-1125, show that they are then nearer to what they estimate.
    """
    response: np.ndarray = RESPONSES[spec.link](
        torch.from_numpy(link[:, : spec.n_responses])
    ).numpy()
    if len(spec.heads) > 1 and spec.family.heads_by:
        by_level = response.reshape(len(response), len(spec.heads), -1)
        return np.sort(by_level, axis=1).reshape(response.shape)
    return response


def of_classes(probabilities: np.ndarray) -> np.ndarray:
    """Give a column for each class; of two there may be the second's alone."""
    if probabilities.shape[1] > 1:
        return probabilities
    return np.concatenate([1 - probabilities, probabilities], axis=1)
