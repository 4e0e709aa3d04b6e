"""A fit as a function of rows, asked of many rows that differ in few columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.batches import FAR as DRAWN_IN
from ..data.batches import to_inputs
from ..data.offset import to_output
from ..data.scaling import Beyond, Scaling
from ..ground.errors import NNFitError
from ..model.loss import RESPONSES
from ..model.offset import OFFSETS
from ..model.predictions import FAR, Reopened

ROWS_AT_ONCE = 8192  # bounds the memory, and keeps hidden layers in a processor's cache


class Surface:
    """What a fit predicts.

    Of a linear model it is computed in float64, of a network in the network's own dtype.

    Parameters
    ----------
    fit : mapping
        As `predict()` takes it; with `replicates` for `each()`.
    type : "link" or "response"
    model : nn.Module, optional
        The user's own again, where the fit came from one.
    """

    def __init__(self, fit: Mapping[str, Any], type: str, model: nn.Module | None):
        self.reopened = Reopened(fit, type, model)
        self.replicates = fit.get("replicates") or None
        self.network: nn.Module = self.reopened.network.eval()
        self.spec = self.reopened.spec
        if self.spec.linear:
            self.spec = replace(self.spec, dtype="float64", device="cpu")
            self.network.double().cpu()

    @property
    def scaling(self) -> Scaling | None:
        """Where columns and outputs are in the units of the data."""
        return self.reopened.scaling

    def each(self) -> Iterator[int]:
        """Become one replicate of the fit after the other."""
        replicates = self.replicates or {"train_loss": ()}
        for place in range(len(np.atleast_1d(replicates["train_loss"]))):
            scaling = replicates["scaling"]
            if scaling is not None:
                scaling = Scaling.of_fit(_one(scaling, place))
            self.reopened.load(_one(replicates["parameters"], place), scaling)
            self.network = self.reopened.network.eval()
            yield place

    def inputs(self, x: np.ndarray) -> Tensor:
        """Bring rows (n, p) into what the network is given."""
        try:
            return to_inputs(x, self.scaling, self.spec)
        except Beyond:
            raise NNFitError("x", *FAR) from None

    def steepness(self, x: np.ndarray) -> np.ndarray:
        """Compute how fast what the network is given moves with rows (n, p) of the data."""
        scaling, spec = self.scaling, self.spec
        if scaling is None:
            return np.ones_like(x, dtype=np.float64)
        steep = 1 / np.broadcast_to(scaling.x_scale, x.shape)
        if scaling.powers is not None:
            steep = steep * scaling.powers.slopes(x)
        if not spec.tuned:
            return steep
        straight = x if scaling.powers is None else scaling.powers(x)
        drawn = (straight - scaling.x_center) / scaling.x_scale / DRAWN_IN
        slope = (1 + np.square(drawn)) ** -1.5
        slope[:, spec.code_columns] = 1
        return np.asarray(steep * slope)

    def link(self, inputs: Tensor, offset: np.ndarray | None) -> Tensor:
        """Compute the output (n, k) in the user's units, in float64: autograd can follow it."""
        output = self.network(inputs).cpu().double()
        if self.scaling is not None:
            scale, center = self.scaling.output_scale, self.scaling.output_center
            output = output * torch.tensor(scale) + torch.tensor(center)
        if offset is not None:
            added = torch.tensor(to_output(offset, self.spec.heads), dtype=torch.float64)
            output = OFFSETS[self.spec.family.output](output, added)
        if not self.spec.own_model and bool(output.isnan().any()):
            raise NNFitError("x", *FAR)
        return output

    def follow(self, link: Tensor) -> Tensor:
        """Go on from the link (n, k) to what is wanted: (n, d)."""
        if self.reopened.type == "link":
            return link
        response = RESPONSES[self.spec.link](link[:, : self.spec.n_responses])
        if len(self.spec.heads) > 1 and self.spec.family.heads_by:
            by_level = response.reshape(len(response), len(self.spec.heads), -1)
            return by_level.sort(1).values.reshape(response.shape)
        return response

    def __call__(self, inputs: Tensor, offset: np.ndarray | None) -> np.ndarray:
        """Predict (n, d)."""
        with torch.no_grad():
            return np.asarray(self.follow(self.link(inputs, offset)).numpy())

    def gradients(self, x: np.ndarray, offset: np.ndarray | None) -> np.ndarray:
        """Compute the gradient of each prediction with respect to rows: (d, n, p)."""
        inputs = self.inputs(x).requires_grad_()
        values = self.follow(self.link(inputs, offset))
        steep = self.steepness(x)
        if not values.requires_grad:  # it ends in what has no slope
            return np.zeros((values.shape[1], *x.shape))
        each = [
            torch.autograd.grad(values[:, one].sum(), inputs, retain_graph=True)[0]
            for one in range(values.shape[1])
        ]
        return np.stack([gradient.cpu().double().numpy() * steep for gradient in each])

    def coefficients(self, x: np.ndarray) -> np.ndarray:
        """Give the slopes (k, p) of the link of a linear model, in the units of the data."""
        inputs = self.inputs(x[:1]).requires_grad_()
        link = self.link(inputs, None)
        each = [
            torch.autograd.grad(link[0, one], inputs, retain_graph=True)[0]
            for one in range(link.shape[1])
        ]
        return np.concatenate([gradient.numpy() * self.steepness(x[:1]) for gradient in each])


def parts_of(n: int, size: int = ROWS_AT_ONCE) -> Iterator[slice]:
    """Cut n rows into parts."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def _one(stacked: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {name: np.asarray(values)[place] for name, values in stacked.items()}
