"""An earlier fit from which another goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from ..data.scaling import Scaling
from ..ground.errors import NNFitError, listed
from ..options.catalog import Named
from ..options.embed import Embedded
from ..options.resolved import Resolved
from . import network as networks
from .fit import FitView, no_fit


class Start(NamedTuple):
    """What of an earlier fit another begins with.

    Parameters
    ----------
    parameters : mapping of array
        As trained, under `scaling`.
    scaling : Scaling or None
        Which the other keeps: the parameters mean something under it alone.
    memory : mapping or None
        What the optimizer remembered, with the `engine` and `optimizer` that it is of.
    random : list of int or None
        The state of torch's generator, where training drew from it.
    """

    parameters: Mapping[str, Any]
    scaling: Scaling | None
    memory: Mapping[str, Any] | None = None
    random: Any = None

    @classmethod
    def of(cls, fit: Any, spec: Resolved) -> Start | None:
        """Read a fit that `spec` can begin with.

        Raises
        ------
        NNFitError
            Naming what is another than in the earlier fit.
        """
        if fit is None:
            return None
        if not isinstance(fit, Mapping) or not {"parameters", "scaling", "options"} <= fit.keys():
            raise no_fit(fit, "start")
        view = FitView(fit)
        _check_same(view.spec, spec)
        memory = fit.get("memory") or {}
        return cls(view.parameters, view.scaling, memory.get("optimizer"), memory.get("random"))

    def load(self, network: nn.Module, device: torch.device) -> None:
        """Give a network the parameters, where it is to be trained.

        In their order: dropout beside a layer moves the numbers in torch's names.
        """
        names = list(network.state_dict())
        in_order = dict(zip(names, self.parameters.values()))
        try:
            networks.load(
                network, in_order if len(names) == len(self.parameters) else self.parameters
            )
        except NNFitError as error:
            raise NNFitError(
                "start", "is a fit of another network: its parameters have other sizes or names."
            ) from error
        network.to(device).train()


def _check_same(before: Resolved, now: Resolved) -> None:
    if before.members > 1 or now.members > 1 or before.tuned:
        raise NNFitError(
            "start",
            "is of one network, and there are several: they can not be trained on together.",
            "Fit one, with `penalty` or `epochs` given.",
        )
    if now.init is not None and now.init != before.init:  # that of a fit which goes on is its own
        raise NNFitError(
            "init",
            "does not go with `start`, whose parameters are the initial values.",
            "Leave one of the two out.",
        )
    _check_levels(before, now)
    for name, what in SAME.items():
        if getattr(before, name) != getattr(now, name):
            raise NNFitError(
                "start", f"is a fit with {what} {_short(getattr(before, name))}, and here it is "
                f"{_short(getattr(now, name))}.",
            )  # fmt: skip


def _check_levels(before: Resolved, now: Resolved) -> None:
    """Refuse vectors of other levels, or of the same in another order."""
    for old, new in zip(before.embedded, now.embedded):
        if old.name == new.name and old.levels != new.levels:
            apart = sorted(set(old.levels) ^ set(new.levels))
            said = f"which differ in {listed(apart)}." if apart else "in another order."
            raise NNFitError("start", f"is a fit to other levels of `{old.name}`, {said}")


# what parameters can not be taken over without
SAME = {
    "own_model": "a module of your own:",
    "n_features": "the number of columns",
    "hidden_units": "the hidden units",
    "embed": "the embedded columns",
    "n_outputs": "the number of outputs",
    "levels": "the classes",
    "feature_names": "the columns",
    "scale": "`scale`",
    "norm": "the norms",
    "residual": "`residual`",
    "skip": "`skip`",
}


def _short(value: Any) -> str:
    words = {None: "none", True: "yes", False: "no"}
    if isinstance(value, tuple):
        text = ", ".join(_one(one) for one in value) or "none"
    else:
        text = words[value] if value is None or isinstance(value, bool) else str(value)
    return text if len(text) < 60 else text[:57] + "..."


def _one(part: Any) -> str:
    if isinstance(part, Embedded):
        return f"{part.name} of {len(part.levels)} levels as {part.size} numbers"
    return str(part.plain() if isinstance(part, Named) else part)
