"""From a network and rows to predictions, in the user's units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ..data import scaling
from ..data.batches import to_inputs
from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..ground.threads import threads_for
from ..options.asked import resolved_again
from ..options.resolved import Resolved
from . import loss as losses
from . import network as models

ROWS_AT_ONCE = 16_384  # bounds the memory that scaled inputs and hidden layers take


def link_of(network: nn.Module, spec: Resolved, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    """Compute a model's output (n, k) in the user's units, as float64."""
    network.eval()
    with torch.no_grad(), threads_for(min(len(x), ROWS_AT_ONCE) * models.size_of(network)):
        if spec.linear and len(network) == 1:
            return _linear_link(network[0], scale, x)
        output = torch.cat([
            network(to_inputs(x[start : start + ROWS_AT_ONCE], scale, spec))
            for start in range(0, len(x), ROWS_AT_ONCE)
        ])  # fmt: skip
    return scaling.decode(output.to("cpu", torch.float64).numpy(), scale)


def _linear_link(layer: nn.Linear, scale: Scaling | None, x: np.ndarray) -> np.ndarray:
    weight = layer.weight.detach().cpu().double().numpy()
    bias = (
        np.zeros(len(weight)) if layer.bias is None else layer.bias.detach().cpu().double().numpy()
    )
    return scaling.linear_output(x, weight, bias, scale)


def reopen(
    fit: Mapping[str, Any], type: str, model: nn.Module | None
) -> tuple[nn.Module, Resolved]:
    """Build a fit's network again, once what is asked of it is known to be one of its types."""
    if type not in ("link", "response"):
        raise NNFitError("type", f'must be "response" or "link", not {type!r}.')
    spec = resolved_again(fit["options"])
    return models.rebuild(spec, fit["parameters"], model).to(spec.torch_device), spec


def predict_with(
    network: nn.Module, spec: Resolved, scale: Scaling | None, x: np.ndarray, type: str
) -> np.ndarray:
    """Compute predictions (n, k) of one type."""
    link = link_of(network, spec, scale, x)
    return link if type == "link" else response_of(link, spec)


def response_of(link: np.ndarray, spec: Resolved) -> np.ndarray:
    """Follow a link (n, k) to the response, from its first head: a mean, or probabilities."""
    return losses.RESPONSES[spec.link](torch.from_numpy(link[:, : spec.n_responses])).numpy()


def width_of(spec: Resolved, type: str) -> int:
    """Count the columns of predictions of one type."""
    return spec.n_outputs if type == "link" else spec.n_responses
