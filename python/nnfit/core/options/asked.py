"""What is asked of a fit: its options as the user gives them, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import torch

from ..ground.devices import has_float64, is_here
from ..ground.errors import NNFitError
from . import catalog
from .by_label import in_order
from .catalog import Named
from .checks import as_list, check, device_of
from .families import LINKED_SOLVER, default_of, family, own_families, own_of
from .given import Given
from .metrics import check_metrics
from .resolved import Resolved
from .rows import option_names, option_rows
from .words import did_you_mean, meant

CUTS = ("clip_norm", "clip_value", "max_norm")  # what is cut before a step, or after it
FIND = "find"  # a step size that is found by `training.rate_finder`

# what a number of each dtype can be, with room for a product
RANGES = {"float32": (1e-35, 1e35), "float64": (1e-300, 1e300)}


@dataclass(frozen=True)
class Asked(Given):
    """The options of one fit as given; None means that the default depends on the data.

    Attributes
    ----------
    loss : name, pair or callable, optional
        By default "mse", "bce_with_logits" (two classes), "cross_entropy" (more) or "cox"
        (censored times, see `fit()`). All are in `options/families.csv`; of those that torch has, a
        pair has torch's arguments, of "gaussian_nll" `full`, of "negative_binomial_nll"
        `dispersion`, of "focal" `gamma` and `weight`, of "cox" `ties` ("efron" or "breslow"), of
        "tweedie_nll" `power`, between 1 and 2, of "quantile" and "expectile" `level`: a number
        between 0 and 1, or several. These then have an output each for every outcome, of which
        predictions are in ascending order. Losses that are the likelihood of a mean ("mse",
        "poisson_nll", "negative_binomial_nll", "gamma_nll", "inverse_gaussian_nll", "tweedie_nll",
        "bce_with_logits") also take `link`, by R's names, such as ("poisson_nll", {"link":
        "sqrt"}): the mean is then the inverse of that link of the output. Of counts and
        probabilities, whose variance follows from the mean, `scatter` (True) says that a
        dispersion is estimated beside it. A callable is a loss of one's own: from the prediction
        and the truth, tensors (n, d) in the user's units (of two classes log-odds beside 0 and 1,
        of more a score for each beside a column of 0 and 1 for each), to a tensor, which is a
        number or has one for each row or element: `weights`, `class_weights`, `bootstrap` and
        reduction "sum" need these.
        It is tried on a few rows before training. The fit does not keep it.
    optimizer : name or pair, optional
        By default, in full batch, of linear models "interior_point" under "quantile" and "l1",
        which it solves, "fisher_scoring" under a `link` that is not the loss's own,
        "inverse_gaussian_nll" and "tweedie_nll", and "lbfgs" under other smooth losses, else
        "adam". Torch's, and "levenberg_marquardt" for squared errors of small networks in full
        batch. "fisher_scoring" is for linear models whose loss is a likelihood.
    learn_rate : float or "find", optional
        By default the catalog's for the optimizer. "find": by a trial run of 100 steps that grow
        from 1e-6 to 10, half way (by logarithms) from where the loss falls fastest to a tenth of
        where it is least; the fit has the trial's losses as `rates`.
    penalty : float, optional
        Adds penalty / 2 * (sum of squared weights, not biases; see `mixture`) to the objective, in
        standardised units under `scale`. Reported losses do not contain it. By default 0; but of a
        network on 20 to 20,000 rows in memory and no more columns than rows, of which nothing is
        asked that says how it is to be trained (`untuned.SAY_HOW`, validation, bootstrap,
        restarts), under a smooth loss, it is chosen by cross-validation, and the fit is a mean of
        networks: see `repeats.tuning`.
    members : int, optional
        How many networks, each from initial values of its own, are trained and averaged; of small
        ones all are trained side by side. By default 1; where the penalty is chosen 10, or 5
        beyond 400 rows. Their losses are reported as a mean, in which one that has stopped
        counts as it was at its best.
    epochs : int, default 500
    dtype : "float32" or "float64", optional
        By default "float64" for linear models, "float32" for networks.
    """

    loss: Named | None = None
    optimizer: Named | None = None
    learn_rate: float | str | None = None
    penalty: float | None = None
    members: int | None = None
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

    def with_outcome(
        self, levels: tuple[str, ...] | None, has_offset: bool = False, censored: bool = False
    ) -> Asked:
        """Settle the loss, if none is asked for, by the outcome.

        Parameters
        ----------
        levels : tuple of str or None
            Of an outcome of classes; None: it is numeric.
        has_offset : bool, default False
        censored : bool, default False
            Whether it is times, some of them censored.
        """
        outcome = {0: "numeric", 2: "binary"}.get(len(levels or ()), "class")
        outcome = "survival" if censored else outcome
        loss = self.loss or Named(default_of(outcome).name, {})
        if family(loss.name).own and censored:
            raise NNFitError(
                "loss",
                "is a function, which does not go with censored times.",
                f'Leave it out: the loss is "{default_of(outcome).name}".',
            )
        if family(loss.name).own:
            loss = loss._replace(name=own_of(outcome).name)
        kind = "survival" if censored else "class" if levels else "numeric"
        measured = self._measured(loss, kind)
        return replace(self, loss=loss, levels=levels, has_offset=has_offset, metrics=measured)

    def _measured(self, loss: Named, kind: str) -> tuple[str, ...]:
        """List what is measured in each epoch, once it is known what the outcome has."""
        monitored = () if self.monitor is None else (self.monitor,)
        several = family(loss.name).heads_by and len(family(loss.name).heads_under(loss.args)) > 1
        if several and (self.metrics or monitored):
            raise NNFitError(
                "metrics" if self.metrics else "monitor",
                f'does not go with several levels of the loss "{loss.name}": each predicts other '
                "numbers.",
                "Leave it out, or model a level alone.",
            )
        check_metrics("metrics", self.metrics, family(loss.name), kind)
        check_metrics("monitor", monitored, family(loss.name), kind)
        return tuple(dict.fromkeys((*self.metrics, *monitored)))

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
        assert self.loss is not None
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        dtype = self._dtype(dtype)
        self._check_range(dtype)
        if self.residual:
            self._check_residual(n_features + sum(one.size - 1 for one in self.embedded))
        return Resolved(**{
            **given,
            "optimizer": optimizer,
            "loss": in_order(self.loss, self.levels, self.outcome_names, n_outputs),
            "activation": self._activations(),
            "norm": self._each_layer(self.norm),
            "bias": self._biases(),
            "learn_rate": entry.learn_rate if self.learn_rate in (None, FIND) else self.learn_rate,
            "epochs": self.epochs or option_rows()["epochs"].null_means,
            "penalty": self.penalty or 0.0,
            "members": self.members or 1,
            "dtype": dtype,
            "device": device_of(self.device),
            "n_features": n_features,
            "n_outputs": n_outputs,
        })  # fmt: skip

    def _dtype(self, of_module: str | None) -> str:
        """Settle the dtype: linear models have float64 where the device has it."""
        wide = has_float64(self.torch_device)
        dtype = self.dtype or of_module or ("float64" if self.linear and wide else "float32")
        if dtype == "float64" and not wide:
            raise NNFitError(
                "dtype",
                f'can not be "float64" on device "{self.device}", which has float32 alone.',
                'Give "float32", or device "cpu".',
            )
        return dtype

    def _check_range(self, dtype: str) -> None:
        """Refuse step sizes, penalties and lengths that are no numbers of the dtype."""
        least, most = RANGES[dtype]
        for name in ("learn_rate", "penalty", "clip_norm", "clip_value", "max_norm"):
            value = getattr(self, name)
            if value and value != FIND and not least <= value <= most:
                raise NNFitError(
                    name, f"must be from {least:g} to {most:g} in {dtype}, not {value!r}."
                )

    def _default_optimizer(self) -> str:
        assert self.loss is not None  # with_outcome() has settled it
        loss = family(self.loss.name)
        if not self.linear or self.batch_size is not None:
            return "adam"
        solver = loss.solver_under(self.loss.args)
        if solver and self.learn_rate is None and not self._sets_steps:
            return solver
        return "lbfgs" if loss.smooth else "adam"

    def reading(self) -> Asked:
        """Settle the optimizer where rows are read again and again, which needs one for that."""
        assert self.loss is not None
        default = self._default_optimizer()
        if self.optimizer or default != family(self.loss.name).solved_by:
            return self
        if default == LINKED_SOLVER:  # which reads them a few times
            return self
        return replace(self, optimizer=Named("adam", {}))

    @property
    def _sets_steps(self) -> bool:
        """Whether steps along a gradient are asked for: by what they do, or by an engine."""
        steps = (self.momentum, self.clip_norm, self.clip_value, self.schedule, self.mixture)
        return any(steps) or self.engine not in ("auto", "fused", "reweighted")

    def _biases(self) -> tuple[bool, ...]:
        assert self.loss is not None  # with_outcome() has settled it
        each = self.bias * (len(self.hidden_units) + 1) if len(self.bias) == 1 else self.bias
        return (*each[:-1], False) if family(self.loss.name).relative else each

    def _activations(self) -> tuple[Named, ...]:
        return self._each_layer(self.activation or (Named("relu", {}),))

    def _each_layer(self, given: tuple[Named, ...]) -> tuple[Named, ...]:
        return given * len(self.hidden_units) if len(given) == 1 else given

    def _check_together(self) -> None:
        layers = len(self.hidden_units)
        for name in ("activation", "norm"):
            given = len(getattr(self, name))
            if given not in (0, 1, layers):
                raise NNFitError(
                    name,
                    f"has {given} names for {layers} hidden layers.",
                    "Give one for all, or one for each.",
                )
        self._check_members()
        self._check_frozen(layers)
        if len(self.bias) not in (1, layers + 1):
            raise NNFitError(
                "bias",
                f"has {len(self.bias)} values for {layers} hidden layers and the output.",
                f"Give one for all, or {layers + 1}.",
            )

    def _check_members(self) -> None:
        if (self.members or 1) > 1 and not catalog.differs(self.init):
            assert self.init is not None
            raise NNFitError(
                "members",
                f'start from values of their own, and init "{self.init.name}" gives all the same.',
                "Leave one of the two out.",
            )

    def _check_residual(self, n_inputs: int) -> None:
        sizes = (n_inputs, *self.hidden_units)
        if not any(inputs == outputs for inputs, outputs in zip(sizes, sizes[1:])):
            raise NNFitError(
                "residual",
                "needs a hidden layer as wide as what it is given, and there is none: "
                f"{' -> '.join(map(str, sizes))}.",
                "Give two hidden layers of one size, or leave it out.",
            )

    def _check_frozen(self, layers: int) -> None:
        beyond = [number for number in self.freeze if number > layers + 1]
        if beyond and layers:  # else it is refused for want of hidden layers
            raise NNFitError(
                "freeze",
                f"has layer {beyond[0]}, and there are {layers + 1} with the output.",
                "1 is the first hidden layer.",
            )
        if layers and set(self.freeze) == set(range(1, layers + 2)):
            raise NNFitError("freeze", "has all layers: nothing is left to train.")

    def _check_optimizer(self, entry: catalog.Entry) -> None:
        if self.momentum and not entry.momentum:
            raise NNFitError(
                "momentum",
                f'is not an option of "{entry.name}".',
                f"Optimizers with momentum: {_able('momentum')}.",
            )
        if self.batch_size is not None and entry.full_batch:
            self._refuse("batch_size", entry, "needs all rows at once")
        if self.mixture and not entry.mixture:
            raise NNFitError(
                "mixture",
                f'does not go with optimizer "{entry.name}", which can not set weights to zero.',
                f"Optimizers that can: {_able('mixture')}.",
            )
        unable = {**dict.fromkeys(CUTS, entry.full_batch), "schedule": not entry.schedule}
        for name in (name for name in unable if unable[name] and getattr(self, name) is not None):
            self._refuse(name, entry, "sets the length of its steps by itself")
        if entry.learn_rate is None and self.learn_rate is not None:
            raise NNFitError(
                "learn_rate",
                f'is not an option of "{entry.name}", whose damping sets the length of a step.',
                "Leave it out.",
            )

    @staticmethod
    def _refuse(name: str, entry: catalog.Entry, why: str) -> None:
        raise NNFitError(
            name,
            f'does not go with optimizer "{entry.name}", which {why}.',
            'Leave it out, or choose another optimizer, such as "adam".',
        )


def _able(column: str) -> str:
    """List the optimizers of which a column of the catalog is true."""
    names = catalog.names("optimizer")
    return ", ".join(name for name in names if getattr(catalog.lookup("optimizer", name), column))


def _check_name(name: str) -> None:
    if name in option_names("training"):
        return
    known = option_names("training", "call")
    # "method" and "metric" of a search are words that others have for options of a fit
    if name in option_rows() and option_rows()[name].part != "tune":
        raise NNFitError(
            name, "is not an option of this function.", meant("option", name, known).hint
        )
    raise NNFitError(name, "is not an option.", did_you_mean("option", name, known))


def _is_own(loss: Any) -> bool:
    name = as_list(loss)[0] if loss is not None else None
    return name in [family.name for family in own_families()]


def resolved_again(options: Mapping[str, Any]) -> Resolved:
    """Read back the options that `Resolved.plain()` wrote, perhaps by way of R.

    What a fit of an earlier version does not say has its default.
    """
    known = {name: options[name] for name in option_names("training") if name in options}
    device = str(known["device"])
    if device not in ("cpu", device_of("auto")) and not is_here(torch.device(device_of(device))):
        known["device"] = "cpu"  # fitted elsewhere
    classes = known.pop("class_weights", None)
    if classes is not None:  # which the fit has put into order; earlier versions took 0
        classes = {name: float(one) for name, one in zip(known["levels"], as_list(classes))}
    names: dict[str, Any] = {
        name: tuple(as_list(options[name]))
        for name in ("feature_names", "outcome_names", "strata")
        if options.get(name) is not None
    }
    # its function stays with who made the fit
    loss = known.pop("loss") if _is_own(known.get("loss")) else None
    asked = Asked.of(known, own_model=bool(options["own_model"]))
    asked = replace(
        asked,
        loss=asked.loss if loss is None else Named(as_list(loss)[0], {}),
        class_weights=classes,
        has_offset=bool(options.get("has_offset")),
        tuned=bool(options.get("tuned")),
        **names,
    )
    return asked.resolved(int(options["n_features"]), int(options["n_outputs"]))
