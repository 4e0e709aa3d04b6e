"""What is asked of a fit: its options as the user gives them, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import torch

from ..ground.errors import NNFitError
from . import catalog
from .catalog import Named
from .checks import check, device_of
from .families import default_of, family
from .given import Given
from .resolved import Resolved
from .rows import option_names, option_rows
from .words import did_you_mean, meant


@dataclass(frozen=True)
class Asked(Given):
    """The options of one fit as given; None means that the default depends on the data.

    Attributes
    ----------
    loss : name or pair, optional
        By default "mse", "bce_with_logits" (two classes) or "cross_entropy" (more). All are in
        `options/families.csv`; of those that torch has, a pair has torch's arguments, of
        "gaussian_nll" `full`, of "negative_binomial_nll" `dispersion`.
    optimizer : name or pair, optional
        By default "lbfgs" for linear models in full batch with a smooth loss, else "adam".
        Torch's, and "levenberg_marquardt" for squared errors of small networks in full batch.
    learn_rate : float, optional
        By default the catalog's for the optimizer.
    epochs : int, default 500
    dtype : "float32" or "float64", optional
        By default "float64" for linear models, "float32" for networks.
    """

    loss: Named | None = None
    optimizer: Named | None = None
    learn_rate: float | None = None
    epochs: int | None = None
    dtype: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any], own_model: bool = False) -> Asked:
        """Check a user's options.

        Parameters
        ----------
        options : mapping
            By name; scalars are taken where lists are expected, whole floats as integers.
        own_model : bool, default False
            Whether the user brings a module.

        Raises
        ------
        NNFitError
            Naming the first option that cannot work.
        """
        for name in options:
            _check_name(name)
        checked = {name: check(name, value) for name, value in options.items()}
        asked = cls(**checked, own_model=own_model)
        asked._check_together()
        return asked

    @property
    def torch_device(self) -> torch.device:
        """Where the model is trained, as torch's."""
        return torch.device(device_of(self.device))

    def with_outcome(self, levels: tuple[str, ...] | None, has_offset: bool = False) -> Asked:
        """Settle the loss, if none is asked for, by the outcome's levels (None: it is numeric)."""
        outcome = {0: "numeric", 2: "binary"}.get(len(levels or ()), "class")
        default = Named(default_of(outcome).name, {})
        return replace(self, loss=self.loss or default, levels=levels, has_offset=has_offset)

    def resolved(self, n_features: int, n_outputs: int, dtype: str | None = None) -> Resolved:
        """Fill in what depends on the data. The loss must be known by now.

        Parameters
        ----------
        n_features, n_outputs : int
            Columns of the model's input and output.
        dtype : str, optional
            That of the user's own module; theirs where they do not say otherwise.
        """
        optimizer = self.optimizer or Named(self._default_optimizer(), {})
        entry = catalog.lookup("optimizer", optimizer.name)
        self._check_optimizer(entry)
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return Resolved(**{
            **given,
            "optimizer": optimizer,
            "activation": self._activations(),
            "learn_rate": entry.learn_rate if self.learn_rate is None else self.learn_rate,
            "epochs": self.epochs or option_rows()["epochs"].null_means,
            "dtype": self.dtype or dtype or ("float64" if self.linear else "float32"),
            "device": device_of(self.device),
            "n_features": n_features,
            "n_outputs": n_outputs,
        })  # fmt: skip

    def _default_optimizer(self) -> str:
        assert self.loss is not None  # with_outcome() has settled it
        smooth = family(self.loss.name).smooth
        return "lbfgs" if self.linear and smooth and self.batch_size is None else "adam"

    def _activations(self) -> tuple[Named, ...]:
        count = len(self.hidden_units)
        return self.activation * count if len(self.activation) == 1 else self.activation

    def _check_together(self) -> None:
        layers, given = len(self.hidden_units), len(self.activation)
        if given not in (1, layers):
            raise NNFitError(
                "activation",
                f"has {given} names for {layers} hidden layers.",
                "Give one for all, or one for each.",
            )

    def _check_optimizer(self, entry: catalog.Entry) -> None:
        if self.momentum and not entry.momentum:
            names = catalog.names("optimizer")
            able = [name for name in names if catalog.lookup("optimizer", name).momentum]
            raise NNFitError(
                "momentum",
                f'is not an option of "{entry.name}".',
                "Optimizers with momentum: " + ", ".join(able) + ".",
            )
        if self.batch_size is not None and entry.full_batch:
            raise NNFitError(
                "batch_size",
                f'does not go with optimizer "{entry.name}", which needs all rows at once.',
                'Leave it out, or choose another optimizer, such as "adam".',
            )
        if entry.learn_rate is None and self.learn_rate is not None:
            raise NNFitError(
                "learn_rate",
                f'is not an option of "{entry.name}", whose damping sets the length of a step.',
                "Leave it out.",
            )


def _check_name(name: str) -> None:
    if name in option_names("training"):
        return
    known = option_names("training", "call")
    if name in option_rows():
        raise NNFitError(
            name, "is not an option of this function.", meant("option", name, known).hint
        )
    raise NNFitError(name, "is not an option.", did_you_mean("option", name, known))


def resolved_again(options: Mapping[str, Any]) -> Resolved:
    """Read back the options that `Resolved.plain()` wrote, perhaps by way of R.

    What a fit of an earlier version does not say has its default.
    """
    known = {name: options[name] for name in option_names("training") if name in options}
    if str(known["device"]).startswith("cuda") and device_of("auto") != "cuda":
        known["device"] = "cpu"  # fitted elsewhere
    asked = Asked.of(known, own_model=bool(options["own_model"]))
    asked = replace(asked, has_offset=bool(options.get("has_offset")))
    return asked.resolved(int(options["n_features"]), int(options["n_outputs"]))
