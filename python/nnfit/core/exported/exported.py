"""`export()`: a fit as an ONNX file, which other programs and languages score by."""

from __future__ import annotations

import math
import os
import reprlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..ground import forks
from ..ground.errors import NNFitError, NNFitFileError
from ..model import network as networks
from ..model.fit import FitView
from ..model.predictions import Reopened
from ..options.checks import DTYPES
from ..options.resolved import Resolved
from ..saved.container import replace_file
from ..saved.saved import path_of
from .about import known_of, output_name, sentence, texts_of
from .exporter import check_packages, reason_of, rows_to_trace, to_graph
from .scorer import Scorer
from .tried import check_graph, rows_like, warn_of_useless


def export(
    fit: Mapping[str, Any],
    path: str | os.PathLike[str],
    *,
    model: nn.Module | None = None,
    shape: tuple[int, ...] | None = None,
    dtype: str | None = None,
) -> None:
    """Write a fit as an ONNX file, by which other programs predict: onnxruntime, from any language.

    All of `predict()` is in the graph: standardising and its way back, vectors of embedded columns,
    members and their mean, the inverse link. Its input `x` (rows, columns) are the columns of the
    fit, in their order and in the user's units, an embedded column as the position of its level
    from 0 (any other number, a fraction too, is answered as a new level is); of a fit with an
    offset there is `offset` (rows, outcomes) too. It gives `probabilities` (rows, classes), also of
    two classes, or `response` (rows, outputs), as `predict()` does: of censored times a risk. A row
    with a value that is missing or infinite is answered by NaN.

    The file's `metadata_props` say what the columns are: `columns`, `outputs`, `classes`, `levels`
    (of embedded columns) and `ignored` (columns that take no part) are JSON; `outcome`, `loss`,
    `link`, `schema` are words. Of a fit that R made by a formula there is `variables` too, JSON: of
    each factor its `levels` and, a row for each of these, the columns that they become, its
    `contrasts`; one that is coded in several ways is there once for each, with the `terms` in which
    it is so. The columns of a term of several variables are the products of theirs, those of the
    first varying fastest.

    Parameters
    ----------
    fit : Fit
        What `fit()` or `load()` returned.
    path : str or path
        Such as "model.onnx". A file that is there is replaced as a whole: if something goes wrong,
        it is as it was.
    model : nn.Module, optional
        Your own module again, where the fit came from one. It is exported as torch can.
    shape : tuple of int, optional
        Of a row: needed for a module of your own that takes rows of several dimensions, if the fit
        was made with `scale=False`.
    dtype : "float32" or "float64", optional
        Of all numbers in the graph. By default they come and go in float64, and the network
        computes in the dtype of the fit, so that predictions are those of `predict()`: to 1e-6 of
        their size in float32, to 1e-12 in float64. Where a number in a float32 network grows beyond
        3e38, the file gives infinity or NaN, and `predict()` goes on in float64: with "float64" the
        file computes in that throughout. With "float32" all are, for runtimes that have no other
        numbers; what is far from 0, for its spread, loses digits.

    Warns
    -----
    NNFitWarning
        If the fit diverged, or learned nothing.

    Raises
    ------
    NNFitError
        If a package is missing (torch 2.6, onnx and onnxscript are needed), the module can not be
        exported, or the file can not be written. Where onnxruntime is installed, the graph has to
        predict as the fit does before it becomes a file.

    Examples
    --------
    >>> import nnfit
    >>> from nnfit.core import fit
    >>> made = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
    >>> nnfit.export(made, "model.onnx")  # doctest: +SKIP
    >>> import onnxruntime  # doctest: +SKIP
    >>> session = onnxruntime.InferenceSession("model.onnx")  # doctest: +SKIP
    >>> session.run(None, {"x": np.array([[3.0]])})  # doctest: +SKIP
    """
    if isinstance(fit, Mapping):
        warn_of_useless(fit)
    export_with(fit, path, None, model=model, shape=shape, dtype=dtype)


def export_with(
    fit: Mapping[str, Any],
    path: str | os.PathLike[str],
    beside: Mapping[str, Any] | None,
    *,
    model: nn.Module | None = None,
    shape: Any = None,
    dtype: Any = None,
) -> None:
    """Do what `export()` does, with what is known `beside` a fit: see `about.texts_of()`.

    None: what it says of itself.
    """
    where = path_of(path)
    outside = _read_dtype(dtype)
    forks.settle()
    parts = _parts_of(fit, model, shape, outside)
    check_packages()
    graph = _graph_of(parts, shape, known_of(fit) if beside is None else beside)
    check_graph(graph, Reopened(fit, "response", model), parts.shape, parts.outside, parts.inside)
    try:
        replace_file(where, (graph.SerializeToString(),))
    except OSError as error:
        raise NNFitFileError(
            "path", f"can not be written: {where}: {error.strerror}.", "Choose another."
        ) from None


def _read_dtype(dtype: Any) -> torch.dtype | None:
    if dtype is None:
        return None
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise NNFitError("dtype", f'must be "float32" or "float64", not {reprlib.repr(dtype)}.')
    return DTYPES[dtype]


class _Parts(NamedTuple):
    """What a graph is made of."""

    spec: Resolved
    view: FitView
    network: nn.Module
    shape: tuple[int, ...]
    outside: torch.dtype
    inside: torch.dtype


def _parts_of(
    fit: Mapping[str, Any], model: nn.Module | None, shape: Any, dtype: torch.dtype | None
) -> _Parts:
    view = FitView(fit)
    spec = view.spec
    network = networks.rebuild(spec, view.parameters, model)
    # predict() computes a linear model in float64, whatever it was trained in
    plain = spec.linear and len(list(network.children())) == 1 and not spec.own_model
    inside = torch.float64 if plain else spec.torch_dtype
    rows = _shape_of(view, shape)
    return _Parts(spec, view, network, rows, dtype or torch.float64, dtype or inside)


def _shape_of(view: FitView, shape: Any) -> tuple[int, ...]:
    """Give the shape of a row."""
    scaling = view.scaling
    known: tuple[int, ...] = (view.spec.n_features,)
    if view.spec.own_model and scaling is not None:
        known = scaling.x_center.shape
    if shape is None:
        return known
    if not view.spec.own_model:
        problem = "is not needed: a row of this fit is its columns."
        raise NNFitError("shape", problem, "Leave it out.")
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    whole = all(type(one) is int and one > 0 for one in sizes)
    if not sizes or not whole or (scaling is not None and math.prod(sizes) != math.prod(known)):
        such = f"{known}, as of the fit" if scaling is not None else "such as (3, 8, 8)"
        problem = f"must be the sizes of a row, {such}, not {reprlib.repr(shape)}."
        raise NNFitError("shape", problem)
    return sizes


def _graph_of(parts: _Parts, shape: Any, beside: Mapping[str, Any]) -> Any:
    """Export, and say what it is."""
    spec, scaling = parts.spec, parts.view.scaling
    scorer = Scorer(parts.network, spec, scaling, parts.outside, parts.inside).eval()
    rows = rows_to_trace(scorer, parts.shape)
    given = [torch.from_numpy(rows_like(spec, scaling, parts.shape, rows)).to(parts.outside)]
    names = ["x"]
    if spec.has_offset:
        given.append(torch.zeros(rows, spec.n_outcomes, dtype=parts.outside))
        names.append("offset")
    try:
        graph = to_graph(scorer, given, names, output_name(spec))
    except Exception as error:  # torch has many
        raise NNFitError(
            "model" if spec.own_model else "fit",
            f"can not be exported by torch {torch.__version__}: {reason_of(error)}.",
            _remedy(parts, shape),
        ) from error
    return _told(graph, parts, beside)


def _remedy(parts: _Parts, shape: Any) -> str:
    if not parts.spec.own_model:
        return ""
    if shape is None and parts.view.scaling is None:
        return "If its rows have several dimensions, give their sizes as `shape`."
    return "It exports modules whose steps do not depend on the values, or the number, of rows."


def _told(graph: Any, parts: _Parts, beside: Mapping[str, Any]) -> Any:
    spec, scaling = parts.spec, parts.view.scaling
    left_out = [] if scaling is None else np.flatnonzero(scaling.left_out).tolist()
    for name, value in texts_of(spec, beside, left_out, parts.shape).items():
        graph.metadata_props.add(key=name, value=value)
    sizes = ", ".join(str(one) for one in parts.shape)
    graph.doc_string = sentence(spec, f"`x` (rows, {sizes})")
    graph.producer_name, graph.producer_version = "nnfit", ""
    graph.graph.name = "nnfit"
    return graph
