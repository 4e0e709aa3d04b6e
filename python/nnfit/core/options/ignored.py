"""Options that would have no part in a fit: refused, as a user who gives them expects one.

R/option-ignored.R does the same for R.
"""

from __future__ import annotations

from ..ground.errors import NNFitError
from .asked import Asked

NEED_LAYERS = (
    "activation", "dropout", "norm", "residual", "skip", "freeze", "max_norm", "members",
    "embed",
)  # fmt: skip
MODEL_SAYS = ("hidden_units", "bias", "init", *NEED_LAYERS)
# what a linear model makes of it
SAME = {"embed": " A linear model would be the one of dummy columns."}

DEFAULT = Asked()


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
    if asked.mixture and not asked.penalty:
        raise NNFitError(
            "mixture",
            "is the share of the absolute values in `penalty`, and there is none.",
            "Give `penalty` beside it, or leave it out.",
        )
    given = [name for name in MODEL_SAYS if _is_given(asked, name)]
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


def _is_given(asked: Asked, name: str) -> bool:
    value = getattr(asked, name)
    if name == "members":  # one is what there is anyway
        return value not in (None, 1)
    return bool(value != getattr(DEFAULT, name))
