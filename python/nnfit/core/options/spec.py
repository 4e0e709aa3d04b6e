"""What to fit: the options of one fit, checked and with their defaults filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Callable

import torch

from ..ground.errors import NNFitError, did_you_mean
from . import catalog
from .catalog import Named

DTYPES = {
    "float32": torch.float32,
    "float": torch.float32,
    "float64": torch.float64,
    "double": torch.float64,
}
EPOCHS = 500


@dataclass(frozen=True)
class Spec:
    """The options of one fit.

    The first block is the user's; None means that the default depends on the data. The second
    is known once the data are: `resolved()` fills it in, and no None is left among the first
    but for `batch_size` (the full batch), `seed` (torch's own generator), `levels`, and the
    `learn_rate` of an optimizer that takes none.
    """

    hidden_units: tuple[int, ...] = ()
    activation: tuple[Named, ...] = (Named("relu", {}),)
    bias: bool = True
    dropout: float = 0.0
    loss: Named | None = None
    reduction: str = "mean"
    optimizer: Named | None = None
    learn_rate: float | None = None
    momentum: float = 0.0
    penalty: float = 0.0
    epochs: int | None = None
    batch_size: int | None = None
    stop_iter: int | float = math.inf
    scale: bool = True
    seed: int | None = None
    dtype: str | None = None
    device: str = "auto"
    engine: str = "auto"
    levels: tuple[str, ...] | None = None

    own_model: bool = False
    n_features: int | None = None
    n_outputs: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any], **known: Any) -> Spec:
        """Check a user's options.

        Parameters
        ----------
        options : mapping
            By name; scalars are taken where lists are expected, whole floats as integers.
        **known
            Values for the second block, not checked.

        Raises
        ------
        NNFitError
            Naming the first option that cannot work.
        """
        for name in options:
            if name not in CHECKS:
                raise NNFitError(name, "is not an option.", did_you_mean(name, CHECKS))
        checked = {name: CHECKS[name](name, value) for name, value in options.items()}
        spec = cls(**checked, **known)
        spec._check_together()
        return spec

    @classmethod
    def of_fit(cls, options: Mapping[str, Any]) -> Spec:
        """Read back the options that `plain()` wrote, perhaps by way of R."""
        options = dict(options)
        if str(options["device"]).startswith("cuda") and not torch.cuda.is_available():
            options["device"] = "cpu"  # fitted elsewhere
        known = {
            "own_model": bool(options.pop("own_model")),
            "n_features": int(options.pop("n_features")),
            "n_outputs": int(options.pop("n_outputs")),
        }
        return cls.of({name: options[name] for name in CHECKS if name in options}, **known)

    @property
    def linear(self) -> bool:
        """Whether the model is linear: ours, without hidden units."""
        return not self.own_model and not self.hidden_units

    @property
    def torch_dtype(self) -> torch.dtype:
        """The dtype of the model, as torch's."""
        return DTYPES[self.dtype]

    @property
    def torch_device(self) -> torch.device:
        """Where the model is trained, as torch's."""
        return torch.device(_device(self.device))

    @property
    def link(self) -> str:
        """What leads from the model's output to the response: a name in `losses.RESPONSES`."""
        if self.loss.args.get("log_input") is False:  # Poisson, told to predict the rate itself
            return "identity"
        return catalog.lookup("loss", self.loss.name).link

    def resolved(self, n_features: int, n_outputs: int, dtype: str | None = None) -> Spec:
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
        spec = replace(
            self,
            optimizer=optimizer,
            activation=self._activations(),
            learn_rate=self.learn_rate if self.learn_rate is not None else entry.learn_rate,
            epochs=self.epochs or EPOCHS,
            dtype=self.dtype or dtype or ("float64" if self.linear else "float32"),
            device=_device(self.device),
            n_features=n_features,
            n_outputs=n_outputs,
        )
        spec._check_optimizer(entry)
        return spec

    def plain(self) -> dict[str, Any]:
        """Write the options as floats, integers, strings, booleans, lists, dicts and None."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {**values, "link": self.link}

    def _default_optimizer(self) -> str:
        smooth = catalog.lookup("loss", self.loss.name).smooth
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
            able = [e.name for e in catalog.entries() if e.kind == "optimizer" and e.momentum]
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


# -- one checker for every option: takes its name and value, gives the value to keep --

Checker = Callable[[str, Any], Any]


def _number(low: float, high: float = math.inf, above: bool = False) -> Checker:
    """Accept a number in [low, high), or in (low, high) where it must be `above` low."""

    def check(name: str, value: Any) -> float:
        number = _as_float(name, value)
        if not (low < number if above else low <= number) or not number < high:
            least = f"above {low:g}" if above else f"at least {low:g}"
            most = f" and below {high:g}" if high < math.inf else " and finite"
            raise NNFitError(name, f"must be {least}{most}, not {value!r}.")
        return number

    return check


def _as_float(name: str, value: Any) -> float:
    try:
        if isinstance(value, (bool, str)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise NNFitError(name, f"must be a number, not {value!r}.") from None


def whole(low: float) -> Checker:
    """Accept a whole number of at least `low`."""

    def check(name: str, value: Any) -> int:
        number = _as_float(name, value)
        if not (math.isfinite(number) and number == int(number) and number >= low):
            least = f" of at least {low:g}" if low > -math.inf else ""
            raise NNFitError(name, f"must be a whole number{least}, not {value!r}.")
        return int(value)  # and not int(number): a large seed does not fit into a float

    return check


def _whole_or_inf(name: str, value: Any) -> int | float:
    return math.inf if _as_float(name, value) == math.inf else whole(1)(name, value)


def _flag(name: str, value: Any) -> bool:
    if str(value) not in ("True", "False"):
        raise NNFitError(name, f"must be True or False, not {value!r}.")
    return str(value) == "True"


def _one_of(*choices: str) -> Checker:
    listed = " or ".join(f'"{choice}"' for choice in choices)

    def check(name: str, value: Any) -> str:
        if value not in choices:
            raise NNFitError(name, f"must be {listed}, not {value!r}.")
        return value

    return check


def _maybe(check: Checker) -> Checker:
    return lambda name, value: None if value is None else check(name, value)


def as_list(value: Any) -> list[Any]:
    """Make a list of a scalar, a list, a tuple, an array or None."""
    if value is None:
        return []
    value = value.tolist() if hasattr(value, "tolist") else value
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _hidden_units(name: str, value: Any) -> tuple[int, ...]:
    return tuple(whole(1)(name, units) for units in as_list(value))


def _activation(name: str, value: Any) -> tuple[Named, ...]:
    values = [value] if catalog.is_pair(value) else as_list(value)
    return tuple(catalog.parse(name, one) for one in values)


def _levels(name: str, value: Any) -> tuple[str, ...]:
    levels = tuple(str(level) for level in as_list(value))
    if len(set(levels)) != len(levels) or len(levels) < 2:
        raise NNFitError(name, f"must be at least two different labels, not {list(levels)}.")
    return levels


def _dtype(name: str, value: Any) -> str:
    known = DTYPES.get(str(value).replace("torch.", ""))
    if known is None:
        raise NNFitError(name, f'must be "float32" or "float64", not {value!r}.')
    return str(known).replace("torch.", "")


def _device(value: str) -> str:
    if value != "auto":
        return value
    return "cuda" if torch.cuda.is_available() else "cpu"


def _check_device(name: str, value: Any) -> str:
    try:
        torch.empty(0, device=_device(str(value)))
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise NNFitError(
            name, f'"{value}" cannot be used: {reason}.', 'Use "auto" or "cpu".'
        ) from error
    return str(value)


CHECKS: dict[str, Checker] = {
    "hidden_units": _hidden_units,
    "activation": _activation,
    "bias": _flag,
    "dropout": _number(0, 1),
    "loss": _maybe(catalog.parse),
    "reduction": _one_of("mean", "sum"),
    "optimizer": _maybe(catalog.parse),
    "learn_rate": _maybe(_number(0, above=True)),
    "momentum": _number(0),
    "penalty": _number(0),
    "epochs": _maybe(whole(1)),
    "batch_size": _maybe(whole(1)),
    "stop_iter": _whole_or_inf,
    "scale": _flag,
    "seed": _maybe(whole(-math.inf)),
    "dtype": _maybe(_dtype),
    "device": _check_device,
    "engine": _one_of("auto", "fused", "autograd"),
    "levels": _maybe(_levels),
}


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return value.plain()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
