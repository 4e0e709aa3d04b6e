"""What is minimised: the loss of each row, with its slope and its curvature by calculus.

`links.csv` lists the families and links that there are, for R too.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Callable, NamedTuple

import torch

from ..ground.errors import NNFitError, listed
from ..ground.tables import read_table

Of = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Loss(NamedTuple):
    """A loss as a function of the linear predictor `eta` and the outcome `y`, both (n,).

    Attributes
    ----------
    value, slope, curvature : callable
        Of `eta` and `y`: the loss of each row, and its first and second derivative by `eta`. Up to
        terms without `eta`, it is minus the log-likelihood (of "gaussian" twice that, at variance
        1: the square).
    response : callable
        The mean of the outcome, of `eta`.
    """

    value: Of
    slope: Of
    curvature: Of
    response: Callable[[torch.Tensor], torch.Tensor]


def _itself(eta: torch.Tensor) -> torch.Tensor:
    return eta


LOSSES = {
    ("gaussian", "identity"): Loss(
        lambda eta, y: (eta - y) ** 2,
        lambda eta, y: 2 * (eta - y),
        lambda eta, y: torch.full_like(eta, 2),
        _itself,
    ),
    ("binomial", "logit"): Loss(
        lambda eta, y: torch.nn.functional.softplus(eta) - y * eta,
        lambda eta, y: torch.sigmoid(eta) - y,
        lambda eta, y: torch.sigmoid(eta) * torch.sigmoid(-eta),
        torch.sigmoid,
    ),
    ("poisson", "log"): Loss(
        lambda eta, y: torch.exp(eta) - y * eta,
        lambda eta, y: torch.exp(eta) - y,
        lambda eta, y: torch.exp(eta),
        torch.exp,
    ),
    ("poisson", "identity"): Loss(
        # below 0 there is no mean, of an outcome of 0 neither
        lambda eta, y: torch.where(eta < 0, math.inf, eta - torch.special.xlogy(y, eta)),
        lambda eta, y: 1 - y / eta,
        lambda eta, y: y / eta**2,
        _itself,
    ),
    ("Gamma", "log"): Loss(
        lambda eta, y: y * torch.exp(-eta) + eta,
        lambda eta, y: 1 - y * torch.exp(-eta),
        lambda eta, y: y * torch.exp(-eta),
        torch.exp,
    ),
}


class Link(NamedTuple):
    """A row of `links.csv`.

    Attributes
    ----------
    quadratic : bool
        Whether the loss is a square: its gradient is a straight line, and what is computed of the
        loss at one place holds at all.
    first_slope : float
        What every slope begins with, unless the user says.
    """

    family: str
    link: str
    loss: str
    arguments: str
    quadratic: bool
    first_slope: float


@cache
def links() -> dict[tuple[str, str], Link]:
    """Read every row of `links.csv`, by family and link."""
    rows = read_table(__file__, "links")
    return {
        (row["family"], row["link"]): Link(
            row["family"],
            row["link"],
            row["loss"],
            row["arguments"],
            row["quadratic"] == "TRUE",
            float(row["first_slope"]),
        )
        for row in rows
    }


def link_of(family: str, link: str) -> Link:
    """Find a family and its link in the table, or refuse them."""
    known = links()
    if (family, link) not in known:
        there = listed([f"{name}({of})" for name, of in known], quote="", most=len(known))
        raise NNFitError("family", f"{family}({link}) can not be compared.", f"There are {there}.")
    return known[family, link]
