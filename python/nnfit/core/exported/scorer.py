"""A fit as one module: from rows in the user's units to its output, or to predictions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.batches import draw_in
from ..data.powers import FARTHEST, Powers
from ..data.scaling import Scaling
from ..model.loss import RESPONSES
from ..model.offset import OFFSETS
from ..options.resolved import Resolved


class Linked(nn.Module):
    """Maps rows (n, ...) and, where the fit has one, an offset (n, d) to the output (n, k).

    The counterpart of `model.predictions`, in tensors alone: what it gives on the scale of the
    link. It does what that does, in the same order.

    Parameters
    ----------
    network : nn.Module
        As fitted.
    spec : Resolved
    scaling : Scaling or None
    outside, inside : torch.dtype
        Of the numbers that come and go, and of those in the network.
    """

    def __init__(
        self,
        network: nn.Module,
        spec: Resolved,
        scaling: Scaling | None,
        outside: torch.dtype,
        inside: torch.dtype,
    ):
        super().__init__()
        self.network = network.to(inside)
        self.spec, self.outside, self.inside = spec, outside, inside
        self.scaled, self.bent = scaling is not None, False
        if scaling is not None:
            self._keep("center", scaling.x_center)
            self._keep("scale", scaling.x_scale)
            self._keep("output_center", scaling.output_center)
            self._keep("output_scale", scaling.output_scale)
            self.bent = scaling.powers is not None
            if scaling.powers is not None:
                self.straighten = Straighten(scaling.powers, outside)
        self.drawn = self.scaled and spec.tuned
        if spec.embedded:
            beyond = np.full(spec.n_features, math.inf)
            for one in spec.embedded:
                beyond[one.column] = len(one.levels)
            self.register_buffer("levels", torch.from_numpy(beyond).to(outside))

    def _keep(self, name: str, values: np.ndarray) -> None:
        self.register_buffer(name, torch.from_numpy(np.array(values)).to(self.outside))

    def forward(self, x: Tensor, offset: Tensor | None = None) -> Tensor:
        """Compute the output."""
        output: Tensor = self.network(self._inputs(x)).to(self.outside)
        if self.scaled:
            output = output * self.get_buffer("output_scale") + self.get_buffer("output_center")
        if offset is not None:
            output = OFFSETS[self.spec.family.output](output, self._to_output(offset))
        return output

    def _inputs(self, x: Tensor) -> Tensor:
        given = x
        if self.bent:
            x = self.straighten(x)
        if self.scaled:
            x = (x - self.get_buffer("center")) / self.get_buffer("scale")
        x = x.to(self.inside)
        inputs = draw_in(x.clone()) if self.drawn else x
        if not self.spec.embedded:
            return inputs
        levels = self.get_buffer("levels")
        # what is none of the levels, as a fraction is, has the position after the last
        known = (given >= 0) & (given < levels) & (given == torch.floor(given))
        positions = torch.where(known, given, levels).to(self.inside)
        return torch.where(levels < math.inf, positions, inputs)

    def _to_output(self, offset: Tensor) -> Tensor:
        heads = self.spec.heads
        moved = [offset if head == heads[0] else torch.zeros_like(offset) for head in heads]
        return torch.cat(moved, 1) if len(moved) > 1 else offset


class Scorer(Linked):
    """Maps the same to predictions (n, k).

    A row with a value that is missing or infinite it answers by NaN.
    """

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.register_buffer("missing", torch.tensor(math.nan, dtype=self.outside))

    def forward(self, x: Tensor, offset: Tensor | None = None) -> Tensor:
        """Predict."""
        output = super().forward(x, offset)
        known = torch.isfinite(x).flatten(1).all(1, keepdim=True)
        return torch.where(known, self._response(output), self.get_buffer("missing"))

    def _response(self, link: Tensor) -> Tensor:
        spec = self.spec
        response = RESPONSES[spec.link](link[:, : spec.n_responses])
        if len(spec.heads) > 1 and spec.family.heads_by:
            by_level = response.reshape(-1, len(spec.heads), spec.n_outcomes)
            response = by_level.sort(1).values.reshape(-1, spec.n_responses)
        if gives_classes(spec) and response.shape[1] == 1:
            return torch.cat([1 - response, response], 1)
        return response


class Straighten(nn.Module):
    """Straightens columns (n, p): `Powers`, in tensors."""

    def __init__(self, powers: Powers, dtype: torch.dtype):
        super().__init__()
        bends = powers.power != 1
        # of those that stay as they are nothing is used
        low, unit = np.where(bends, powers.low, 0.0), np.where(bends, powers.unit, 1.0)
        values = {"low": low, "unit": unit, "power": powers.power, "bends": bends}
        values["divisor"] = np.where(powers.power == 0, 1.0, powers.power)
        for name, value in values.items():
            tensor = torch.from_numpy(np.array(value))
            self.register_buffer(name, tensor if name == "bends" else tensor.to(dtype))
        self.register_buffer("farthest", torch.tensor(_farthest(dtype), dtype=dtype))

    def forward(self, x: Tensor) -> Tensor:
        """Straighten."""
        part: Any = self.get_buffer
        z = torch.minimum((x - part("low")) / part("unit"), part("farthest"))
        logs = torch.log1p(torch.where(z > 0, z, 0.0))
        raised = torch.expm1(part("power") * logs) / part("divisor")
        bent = torch.where(part("power") == 0, logs, raised)
        return torch.where(part("bends"), torch.where(z < 0, z, bent), x)


def _farthest(dtype: torch.dtype) -> float:
    """Give a number whose square is one, too."""
    return min(FARTHEST, math.sqrt(torch.finfo(dtype).max) / 2)


def gives_classes(spec: Resolved) -> bool:
    """Tell whether predictions are a probability for each class."""
    return spec.levels is not None and spec.family.probabilities
