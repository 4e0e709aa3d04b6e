"""Options that would have no part in a fit: refused, as a user who gives them expects one.

R/option-ignored.R does the same for R.
"""

from __future__ import annotations

from typing import Any

from ..ground.errors import NNFitError
from .asked import Asked

MODEL_SAYS = ("hidden_units", "activation", "dropout", "bias", "members", "embed")
NEED_LAYERS = ("activation", "dropout", "members", "embed")
# what a linear model makes of it
SAME = {"embed": " A linear model would be the one of dummy columns."}
NOTHING: tuple[Any, ...] = ((), None, 1)  # one member is what there is anyway


def refuse_ignored(asked: Asked) -> None:
    """Refuse what another option of the same call makes meaningless.

    Parameters
    ----------
    asked : Asked
        The checked options. One that is at its default was not given, as far as can be told.

    Raises
    ------
    NNFitError
        Naming the option.
    """
    default = Asked()
    given = [
        name
        for name in MODEL_SAYS
        if getattr(asked, name) not in (getattr(default, name), *NOTHING)
    ]
    for name in MODEL_SAYS:
        if asked.own_model and name in given:
            raise NNFitError(
                name,
                "does not go with `model`, whose layers are its own.",
                "Leave one of the two out.",
            )
    for name in NEED_LAYERS:
        if not asked.own_model and not asked.hidden_units and name in given:
            raise NNFitError(
                name,
                f"needs hidden layers, and there are none.{SAME.get(name, '')}",
                "Give their sizes as `hidden_units`, or leave it out for a linear model.",
            )
