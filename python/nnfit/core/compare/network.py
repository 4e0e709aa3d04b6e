"""A hidden layer in the place of the straight line: more than the model needs."""

from __future__ import annotations

import torch
from torch import nn

from ..ground.seed import seeded
from .problem import Problem
from .track import Track


class OneLayer(nn.Module):
    """Predictors, hidden units with tanh, and a linear predictor, in the outcome's own units.

    The output is brought to `middle + spread * output`, so that it begins among the outcomes.
    """

    def __init__(self, inputs: int, units: int, middle: float, spread: float):
        super().__init__()
        self.hidden = nn.Linear(inputs, units)
        self.output = nn.Linear(units, 1)
        self.middle, self.spread = middle, spread

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the linear predictor (n,) of rows (n, p)."""
        hidden = torch.tanh(self.hidden(x[:, : self.hidden.in_features]))
        return self.middle + self.spread * self.output(hidden)[:, 0]


def build(problem: Problem, inputs: int, units: int, seed: int | None) -> OneLayer:
    """Build the network with initial values by torch's own rule, under a seed.

    Its inputs are the first columns of the problem: it has biases of its own.
    """
    mean = problem.weights @ problem.y
    spread = torch.ones(())
    if problem.link.link == "identity":
        spread = torch.sqrt(problem.weights @ (problem.y - mean) ** 2)
    middle = {"identity": lambda v: v, "log": torch.log, "logit": torch.logit}[problem.link.link](
        mean
    )
    with seeded(seed, torch.device("cpu")):
        network = OneLayer(inputs, units, float(middle), float(spread))
    return network.to(problem.x.dtype)


def descend(problem: Problem, network: OneLayer, learn_rate: float, track: Track) -> None:
    """Train all parameters of a network by Adam until the track ends."""
    optimizer = torch.optim.Adam(network.parameters(), lr=learn_rate)
    while track.goes_on():
        before = nn.utils.parameters_to_vector(network.parameters()).detach().clone()
        eta = network(problem.x) + problem.offset
        loss = problem.weights @ problem.loss.value(eta, problem.y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        after = nn.utils.parameters_to_vector(network.parameters()).detach()
        track.took(loss.detach(), before, after)
