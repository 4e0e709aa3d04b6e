"""From a module to an ONNX graph, by torch's own exporter."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from itertools import count
from typing import Any

import torch
from torch import Tensor, nn

from ..ground.errors import NNFitError
from .operators import decompositions

PACKAGES = ("onnx", "onnxscript")  # which torch's exporter needs
LEAST = (2, 6)  # of torch
INSTALL = 'Run: pip install "nnfit[onnx]".'
MOST = 2**31  # rows: without an end torch 2.6 takes a slice of columns for one of rows


def check_packages() -> None:
    """Look whether there is what writes such files.

    Raises
    ------
    NNFitError
    """
    found = torch.__version__
    if tuple(int(one) for one in found.split(".")[:2]) < LEAST:
        raise NNFitError(
            "path",
            f"is to be an ONNX file, which torch writes from version 2.6 on, and this is {found}.",
            "Update torch.",
        )
    for package in PACKAGES:
        try:
            import_module(package)
        except ImportError as error:
            raise NNFitError(
                "path",
                f"is to be an ONNX file, and the package {package}, with which torch writes it, "
                f"does not load: {error}.",
                INSTALL,
            ) from error


def rows_to_trace(module: nn.Module, shape: Sequence[int]) -> int:
    """Give a number of rows that torch does not take for another size, which it would be bound to.

    0 and 1 are special, too.
    """
    tensors = [*module.parameters(), *module.buffers()]
    sizes = {size for tensor in tensors for size in tensor.shape} | set(shape)
    return next(number for number in count(5) if number not in sizes)


def to_graph(module: nn.Module, given: Sequence[Tensor], names: Sequence[str], output: str) -> Any:
    """Write a module as an ONNX graph, for any number of rows.

    Parameters
    ----------
    module : nn.Module
        In evaluation mode.
    given : sequence of Tensor (n, ...)
        What it is called with, by position.
    names : sequence of str
        Of these.
    output : str
        The name of what it gives.

    Returns
    -------
    onnx.ModelProto
    """
    rows = torch.export.Dim("rows", max=MOST)
    with _quietly(), torch.no_grad():
        program = torch.export.export(
            module, tuple(given), dynamic_shapes=tuple({0: rows} for _ in given), strict=False
        )
        program = program.run_decompositions(decompositions())
        made = torch.onnx.export(
            program,
            (),
            dynamo=True,
            verbose=False,
            optimize=False,  # its rewriting takes small numbers in sums for 0
            input_names=list(names),
            output_names=[output],
        )
    assert made is not None
    return _bare(_with_casts(made.model_proto))


def _bare(graph: Any) -> Any:
    """Take out what the exporter says of each operator: how it came about, with paths of files."""
    within = graph.graph
    ends = [*within.input, *within.output]
    for part in (graph, within, *within.node, *within.initializer, *ends):
        del part.metadata_props[:]
        part.doc_string = ""
    del within.value_info[:]
    for end in ends:
        end.type.tensor_type.shape.dim[0].dim_param = "rows"
    return graph


def _with_casts(graph: Any) -> Any:
    """Say to which type numbers are cast, where the exporter says like what.

    onnxruntime warns of `CastLike` each time that it reads such a file, and others do not know it.
    """
    from onnx import helper

    types = {one.name: one.data_type for one in graph.graph.initializer}
    for one in (*graph.graph.input, *graph.graph.value_info):
        types[one.name] = one.type.tensor_type.elem_type
    for node in graph.graph.node:
        if node.op_type == "CastLike" and types.get(node.input[1]):
            kind = helper.make_attribute("to", types[node.input[1]])
            node.op_type = "Cast"
            del node.input[1]
            node.attribute.append(kind)
    return graph


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what torch and onnxscript tell their developers from the user; no generator moves."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    out, said = StringIO(), StringIO()  # of what it can not do torch prints a graph
    with ExitStack() as within:
        within.enter_context(redirect_stdout(out))
        within.enter_context(redirect_stderr(said))
        within.enter_context(warnings.catch_warnings())
        within.enter_context(torch.random.fork_rng(devices=[]))
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(before)


def reason_of(error: BaseException) -> str:
    """Give the reason that torch has for not exporting a module: its innermost, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'it gives no reason'}"[:300]
