"""An exported graph is tried on some rows before it becomes a file: it has to predict as the fit.

And a fit that predicts nothing of use is told.

The rows are made up: a fit holds none. They are about as far apart as those that it was made on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ..data.scaling import Scaling
from ..ground.errors import NNFitError, first_line, warn
from ..model.predictions import Reopened, of_classes
from ..options.resolved import Resolved
from ..training.fault import UNBOUNDED
from .scorer import gives_classes

# what to do
DIVERGED = "If its training diverged, fit it again with a smaller `learn_rate`."
RANDOM = "If it draws random numbers, or counts its calls, let it not do so in evaluation."
NUMBERS = (7, 1)  # of rows, each time
APART = {torch.float32: 1e-3, torch.float64: 1e-6}  # at the most, in parts of the largest


def warn_of_useless(fit: Mapping[str, Any]) -> None:
    """Say what a file would not. Of R's fits R does."""
    remedy = "The file predicts as it does."
    if fit.get("stopped") == "diverged":
        warn("fit", "diverged: its training ended at a loss that is no number.", remedy)
    fault = fit.get("fault")
    if fault and not fault["cured"] and fault["kind"] not in UNBOUNDED:
        warn("fit", f'learned nothing: the kind of its fault is "{fault["kind"]}".', remedy)


def rows_like(
    spec: Resolved, scaling: Scaling | None, shape: tuple[int, ...], n: int
) -> np.ndarray:
    """Make rows (n, *shape) like those of a fit."""
    spread = np.sin(1.0 + np.arange(n * int(np.prod(shape)))).reshape(n, *shape)
    if scaling is None:
        rows = spread
    elif scaling.powers is not None:
        powers = scaling.powers
        bends = powers.power != 1
        rows = np.where(bends, powers.low + powers.unit * (1 + spread), _about(scaling, spread))
    else:
        rows = _about(scaling, spread)
    for one in spec.embedded:
        rows[:, one.column] = np.arange(n) % (len(one.levels) + 1)
    return np.ascontiguousarray(rows)


def _about(scaling: Scaling, spread: np.ndarray) -> np.ndarray:
    return scaling.x_center + np.where(scaling.left_out, 1.0, scaling.x_scale) * spread


def check_graph(
    graph: Any, fit: Reopened, shape: tuple[int, ...], dtype: torch.dtype, inside: torch.dtype
) -> None:
    """Compare what a graph gives with what `predict()` gives, where onnxruntime is there.

    Raises
    ------
    NNFitError
        If they differ, or if onnxruntime can not run the graph.
    """
    try:
        import onnxruntime
    except ImportError:
        return
    name = "model" if fit.spec.own_model else "fit"
    apart = max(APART[inside], APART[fit.spec.torch_dtype])  # in which `predict()` computes
    with np.errstate(all="ignore"):
        for n in NUMBERS:
            given = _given(fit, shape, n)
            wanted = _predicted(fit, given)
            typed = {key: value.astype(_numpy(dtype)) for key, value in given.items()}
            try:
                found = run(onnxruntime, graph, typed)
            except Exception as error:  # whatever onnxruntime has for reasons
                raise NNFitError(
                    name,
                    f"is exported by torch, but onnxruntime can not run it: {first_line(error)}",
                    "Fit, or export, with another dtype.",
                ) from error
            _compare(found, wanted, apart, name)


def _predicted(fit: Reopened, given: Mapping[str, np.ndarray]) -> np.ndarray:
    try:
        wanted = fit.predict(given["x"], given.get("offset"))
    except NNFitError:
        raise NNFitError("fit", "predicts nothing that is a number.", DIVERGED) from None
    return of_classes(wanted) if gives_classes(fit.spec) else wanted


def _given(fit: Reopened, shape: tuple[int, ...], n: int) -> dict[str, np.ndarray]:
    given = {"x": rows_like(fit.spec, fit.scaling, shape, n)}
    if fit.spec.has_offset:
        given["offset"] = np.full((n, fit.spec.n_outcomes), 0.25) * (1 + np.arange(n)[:, None] % 2)
    return given


def _numpy(dtype: torch.dtype) -> str:
    return str(dtype).replace("torch.", "")


def run(onnxruntime: Any, graph: Any, given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Run a graph on the CPU, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what it can not do is an error
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found: np.ndarray = session.run(None, dict(given))[0]
    return found


def _compare(found: np.ndarray, wanted: np.ndarray, apart: float, name: str) -> None:
    if found.shape != wanted.shape:
        raise NNFitError(
            name,
            f"gives predictions of shape {wanted.shape}, and as torch exports it {found.shape}.",
        )
    usable = np.isfinite(wanted)
    size = np.abs(wanted[usable]).max(initial=0.0)
    off = np.abs(found - wanted)[usable].max(initial=0.0)
    if not off <= apart * size:
        by = f"by {off:.3g}, where predictions are up to {size:.3g}."
        remedy = RANDOM if name == "model" else DIVERGED
        raise NNFitError(name, f"predicts otherwise as torch exports it: {by}", remedy)
