"""What training gives, of one fit or of each of several."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..data.scaling import Scaling
from ..engines.stacked import Standing
from ..model import network as models
from ..model.fit import Fit
from ..model.folding import unscaled
from ..model.information import Information
from ..options.resolved import Resolved
from .fault import Fault


class Trained(NamedTuple):
    """A fit's part that comes from its training.

    Parameters
    ----------
    parameters : dict of array
        And the buffers, by name, in float64.
    buffers : list of str
        The names of those that no optimizer trains.
    scaling : Scaling or None
    history : dict
        `train_loss` and `valid_loss`: arrays (epochs run,), or None.
    stopped : str
        "epochs", "converged", "early", "callback", "diverged" or "interrupted".
    best_epoch : int or None
        From 1; None where all epochs are as good.
    engine : str
        That trained it.
    condition : float or None
        The condition number of the standardised columns, where it was looked at.
    seconds : float
    interrupted : bool, default False
        Whether the user interrupted: `stopped` says so too, unless training had ended before.
    fault : Fault or None
        What was found wrong with the hidden units, and whether other initial values helped.
    memory : dict or None
        What another fit could go on with: see `memory`.
    information : Information or None
        How sure the coefficients of a linear model are.
    suspect : bool
        Of one of several that were trained at once: whether `fault_of()` is to look at it.
    standing : Standing or None
        Of one of several, where others are to go on from there: see `Group`.
    unseen : float or None
        Of one of several, the loss of the parameters on the rows to validate on, in the user's
        units: the history has that of those before the last update.
    """

    parameters: dict[str, np.ndarray]
    buffers: list[str]
    scaling: Scaling | None
    history: dict[str, np.ndarray | None]
    stopped: str
    best_epoch: int | None
    engine: str
    condition: float | None
    seconds: float
    interrupted: bool = False
    fault: Fault | None = None
    memory: dict[str, Any] | None = None
    information: Information | None = None
    suspect: bool = False
    standing: Standing | None = None
    unseen: float | None = None

    @property
    def learned_nothing(self) -> bool:
        """Whether it is at fault for which other initial values have not helped."""
        return self.fault is not None and self.fault.learned_nothing

    @property
    def final_losses(self) -> tuple[float, float | None]:
        """The losses at the best epoch, or else in the last row: in training and validation."""
        return self.losses_at((self.best_epoch or 0) - 1)

    def losses_at(self, row: int) -> tuple[float, float | None]:
        """Give the losses in a row of the history: in training and validation."""
        train, valid = self.history["train_loss"], self.history["valid_loss"]
        assert train is not None  # only validation may be missing
        return float(train[row]), None if valid is None else float(valid[row])

    def load(self, network: nn.Module) -> None:
        """Fill a network with the parameters, where it is."""
        device = next(network.parameters()).device
        models.load(network, self.parameters).to(device)


def fit_of(trained: Trained, spec: Resolved, **more: Any) -> Fit:
    """Make the fit of what training gave; `more` as `Fit` has it."""
    return Fit(
        parameters=trained.parameters,
        buffers=trained.buffers,
        unscaled=unscaled(trained.parameters, trained.scaling, spec),
        scaling=None if trained.scaling is None else trained.scaling.plain(),
        history=trained.history,
        stopped=trained.stopped,
        best_epoch=trained.best_epoch,
        options={**spec.plain(), "engine": trained.engine, "condition": trained.condition},
        seconds=trained.seconds,
        fault=None if trained.fault is None else trained.fault.plain(),
        memory=trained.memory,
        information=None if trained.information is None else trained.information.plain(),
        **more,
    )
