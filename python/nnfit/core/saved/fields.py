"""The fields of a fit from a file: each is what `fit_fields.csv` says, and they go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..ground.foreign import Unreadable
from ..model import network as networks
from ..model.fit import SCHEMA, FitView, fit_fields
from ..options.resolved import Resolved

ENDS = ("epochs", "converged", "early", "callback", "diverged", "interrupted")


def _is_array(value: Any, kinds: str = "fiub") -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in kinds


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_line(value: Any) -> bool:
    return _is_array(value, "fi") and value.ndim == 1


def _is_dict_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_repeated(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("seeds"), (list, np.ndarray))


KINDS: dict[str, Callable[[Any], bool]] = {
    "whole": _is_whole,
    "number": lambda value: isinstance(value, float) or _is_whole(value),
    "text": lambda value: isinstance(value, str),
    "texts": _is_text_list,
    "array": lambda value: _is_array(value, "fi"),
    "arrays": _is_dict_of(lambda value: _is_array(value, "fiu")),
    "list": lambda value: isinstance(value, (dict, list)),
    "numbers": _is_dict_of(lambda value: value is None or _is_line(value)),
    "positions": lambda value: _is_array(value, "iu") and value.ndim == 1,
    "counts": _is_dict_of(lambda value: _is_whole(value) or isinstance(value, float)),
    "replicates": _is_repeated,
    "restarts": _is_repeated,
}
NEVER_NONE = (
    "schema", "parameters", "buffers", "layers", "history", "stopped", "options", "seconds"
)  # fmt: skip


def checked(fields: Any) -> dict[str, Any]:
    """Check the fields of a fit, and give them as `Fit` takes them.

    Raises
    ------
    Unreadable
        Naming the field that is missing or wrong.
    """
    if not isinstance(fields, dict):
        raise Unreadable("has no fields of a fit.")
    schema = fields.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise Unreadable("does not say by which schema its fit was written.")
    if schema > SCHEMA:
        raise Unreadable(
            f"is of a later version of nnfit: its schema is {schema}, and this version knows "
            f"{SCHEMA}."
        )
    listed = {field.name: field for field in fit_fields()}
    unknown = [name for name in fields if name not in listed]
    if unknown:
        raise Unreadable(f"has the field {unknown[0][:60]!r}, which no fit has.")
    for name, field in listed.items():
        _check_field(name, field.kind, field.always, fields)
    _check_layers(fields["layers"])
    _check_ends(fields)
    return _checked_together(fields)


def _check_field(name: str, kind: str, always: bool, fields: Mapping[str, Any]) -> None:
    if name not in fields:
        if always:
            raise Unreadable(f"lacks the field `{name}` of a fit.")
        return
    value = fields[name]
    if value is None and name not in NEVER_NONE:
        return
    if not KINDS[kind](value):
        raise Unreadable(f"has something else than {kind} in the field `{name}` of its fit.")


def _check_layers(layers: Any) -> None:
    def is_layer(one: Any) -> bool:
        return isinstance(one, dict) and {"name", "layer", "parameters"} <= set(one)

    if not isinstance(layers, list) or not all(map(is_layer, layers)):
        raise Unreadable("has something else than layers in the field `layers` of its fit.")


def _check_ends(fields: Mapping[str, Any]) -> None:
    history = fields["history"]
    if history.get("train_loss") is None or not len(history["train_loss"]):
        raise Unreadable("has no losses in the field `history` of its fit.")
    epochs = len(history["train_loss"])
    if any(one is not None and len(one) != epochs for one in history.values()):
        raise Unreadable("has losses of several lengths in the field `history` of its fit.")
    best = fields["best_epoch"]
    if best is not None and not 1 <= best <= epochs:
        raise Unreadable("has no such epoch as the `best_epoch` of its fit.")
    if fields["stopped"] not in ENDS:
        raise Unreadable("does not say why the training of its fit `stopped`.")


def _checked_together(fields: dict[str, Any]) -> dict[str, Any]:
    """Build what predicts of options, scaling and parameters, without memory for values."""
    try:
        spec = FitView(fields).spec
        if not spec.own_model:
            networks.rebuild(spec, fields["parameters"])
        _check_scaling(Scaling.of_fit(fields["scaling"]), spec)
        options = _settled(fields["options"], spec)
    except Unreadable:
        raise
    except NNFitError as error:
        raise Unreadable(f"has a fit that can not be: {error}") from None
    except Exception as error:  # of a stranger: nothing that it holds may be a crash
        about = f"{type(error).__name__}: {str(error)[:100]}"
        raise Unreadable(f"has options, scaling or parameters of no fit ({about}).") from None
    _check_names(spec)
    _check_rows(fields, spec)
    return {**fields, "options": options}


def _settled(options: Mapping[str, Any], spec: Resolved) -> dict[str, Any]:
    """Give the options as Python writes them: of R a list of one is that one."""
    plain = spec.plain()
    kept = ("loss", "device", "class_weights")  # as they are: where the fit was made, and in order
    return {**options, **{name: one for name, one in plain.items() if name not in kept}}


def _check_scaling(scaling: Scaling | None, spec: Resolved) -> None:
    if scaling is None:
        return
    if not spec.own_model and not (
        scaling.x_center.shape == scaling.x_scale.shape == (spec.n_features,)
    ):
        raise Unreadable("has a scaling of other columns than its fit.")
    if not (scaling.x_scale > 0).all() or not scaling.y_scale > 0:
        raise Unreadable("has a scaling of its fit that divides by nothing.")
    widths = {spec.n_outputs, spec.n_outcomes, spec.n_responses, 1}
    ends = (scaling.y_center, scaling.output_center, scaling.output_scale)
    if any(one.ndim != 1 or len(one) not in widths for one in ends):
        raise Unreadable("has a scaling of other outcomes than its fit.")


def _check_names(spec: Resolved) -> None:
    each = (spec.feature_names, spec.outcome_names, spec.strata, spec.levels)
    for names in each:
        if names is not None and not all(isinstance(one, str) for one in names):
            raise Unreadable("has names in the options of its fit that are none.")
    if spec.feature_names is not None and len(spec.feature_names) != spec.n_features:
        raise Unreadable("has other names of columns than columns.")


def _check_rows(fields: Mapping[str, Any], spec: Resolved) -> None:
    fitted, held_out = fields["fitted"], fields["validation_rows"]
    if fitted is not None and (fitted.ndim != 2 or fitted.shape[1] != spec.n_responses):
        raise Unreadable("has `fitted` values of another number of outcomes than its fit.")
    if fitted is None or held_out is None or not len(held_out):
        return
    if held_out.min() < 0 or held_out.max() >= len(fitted):
        raise Unreadable("has `validation_rows` that are none of its fit.")
