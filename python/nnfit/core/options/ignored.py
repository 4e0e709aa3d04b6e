"""Options that would have no part in a fit: refused, as a user who gives them expects one.

R/option-ignored.R does the same for R.
"""

from __future__ import annotations

from ..ground.errors import NNFitError
from .asked import Asked
from .given import Given

MODEL_SAYS = ("hidden_units", "activation", "dropout", "bias")
NEED_LAYERS = ("activation", "dropout")


# options that say how a network is trained: with a penalty that is chosen this is settled
SAY_HOW = (
    "optimizer", "learn_rate", "momentum", "epochs", "batch_size", "stop_iter", "dropout",
    "reduction", "scale", "engine",
)  # fmt: skip


def refuse_nothing_to_choose(asked: Asked) -> None:
    """Refuse to choose a penalty where there is no network, or more is said of the training."""
    if asked.penalty is not None:
        return
    if not asked.hidden_units:
        raise NNFitError(
            "penalty", "is chosen for networks built here alone.", "Give a number, such as 0."
        )
    for name in SAY_HOW:
        if getattr(asked, name) != getattr(Asked(), name):
            raise NNFitError(
                "penalty",
                f"can not be chosen beside `{name}`: choosing it says how to train.",
                f"Give a number, such as 0, or leave `{name}` out.",
            )


def refuse_open_penalty(asked: Asked) -> None:
    """Refuse a penalty that is to be chosen, where no function does so."""
    if asked.penalty is None:
        raise NNFitError(
            "penalty", "is chosen for rows in memory alone.", "Give a number, such as 0."
        )


def refuse_ignored(asked: Given) -> None:
    """Refuse what another option of the same call makes meaningless.

    Parameters
    ----------
    asked : Given
        The checked options. One that is at its default was not given, as far as can be told.

    Raises
    ------
    NNFitError
        Naming the option.
    """
    default = Given()
    empty = ((), None)
    given = [
        name for name in MODEL_SAYS if getattr(asked, name) not in (getattr(default, name), *empty)
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
                "needs hidden layers, and there are none.",
                "Give their sizes as `hidden_units`, or leave it out for a linear model.",
            )
