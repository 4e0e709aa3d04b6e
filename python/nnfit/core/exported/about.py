"""What an exported graph says of itself, for who runs it: its columns, its classes, its fit."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from itertools import compress
from typing import Any

import numpy as np

from ... import __version__
from ..formula.formula import Formula
from ..model.fit import SCHEMA
from ..options.resolved import Resolved
from .scorer import gives_classes

FORMAT = "1"  # of these texts


def output_name(spec: Resolved) -> str:
    """Name what a graph gives."""
    return "probabilities" if gives_classes(spec) else "response"


def known_of(fit: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a fit says beside its fields: of one from R also what its formula is."""
    by = f"nnfit {__version__}, Python {platform.python_version()}"
    known: dict[str, Any] = {"written_by": by}
    formula = Formula.of(fit)
    if formula is None:
        return known
    names = {"columns": formula.names, "formula": formula.text}
    return {**known, **names, "variables": list(factors_of(formula))}


def factors_of(formula: Formula) -> Iterator[dict[str, Any]]:
    """Say what the levels of each factor become: once for each way that it is coded in."""
    names = [one.name for one in formula.variables]
    codes = formula.factors
    labels = [":".join(compress(names, term > 0)) for term in codes.T]
    for own, one in zip(codes, formula.variables):
        if not one.levels or one.embedded:
            continue
        for code in np.unique(own[own > 0]):
            yield {
                "name": one.name,
                "levels": one.levels,
                "terms": list(compress(labels, own == code)),
                "contrasts": one.table(int(code)).tolist(),
            }


def texts_of(
    spec: Resolved, beside: Mapping[str, Any], ignored: list[int], shape: tuple[int, ...]
) -> dict[str, str]:
    """Say what a fit is, as ONNX's `metadata_props` have it: texts, which are JSON but for words.

    Parameters
    ----------
    spec : Resolved
    beside : mapping
        What the caller knows of it: `written_by`, `columns`, `outcomes`, `formula`, `variables`.
    ignored : list of int
        The columns that take no part.
    shape : tuple of int
        Of a row. One of several dimensions has no columns to be named.
    """
    columns = _columns(spec, beside)
    said: dict[str, Any] = {
        "nnfit": FORMAT,
        "schema": str(SCHEMA),
        "written_by": beside["written_by"],
        "outcome": spec.family.outcome,
        "loss": spec.loss.name,
        "link": spec.link,
        "columns": columns if len(shape) == 1 else [],
        "outputs": _outputs(spec, beside),
    }
    more = {
        "classes": list(spec.levels or ()),
        "levels": {columns[one.column]: list(one.levels) for one in spec.embedded},
        "ignored": [columns[place] for place in ignored if len(shape) == 1],
        "formula": beside.get("formula"),
        "variables": beside.get("variables"),
    }
    said.update({name: value for name, value in more.items() if value})
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in said.items()
    }


def _columns(spec: Resolved, beside: Mapping[str, Any]) -> list[str]:
    """Name the columns of x."""
    names = beside.get("columns") or spec.feature_names
    return list(names or (f"x{place + 1}" for place in range(spec.n_features)))


def _outputs(spec: Resolved, beside: Mapping[str, Any]) -> list[str]:
    """Name the columns of what a graph gives."""
    if spec.levels is not None and (gives_classes(spec) or len(spec.levels) == spec.n_responses):
        return list(spec.levels)
    names = beside.get("outcomes") or spec.outcome_names
    names = list(names or (f"y{place + 1}" for place in range(spec.n_outcomes)))
    by = spec.family.heads_by
    if by is None or len(spec.heads) == 1:
        return names
    levels = sorted(spec.loss.args[by])
    return [
        f"{by}_{level:g}" if len(names) == 1 else f"{name}:{by}_{level:g}"
        for level in levels
        for name in names
    ]


def sentence(spec: Resolved, wants: str) -> str:
    """Say in words what goes in and what comes out."""
    what = {
        "probabilities": "a probability for each class, in the order of `classes`",
        "response": "predictions, in the units of the outcome",
    }[output_name(spec)]
    what = "a risk, relative to the reference of the fit" if spec.family.relative else what
    offset = ", and the offset of each row on the scale of the link" if spec.has_offset else ""
    return (
        f"A fit of nnfit. In: {wants}, in the units of the data{offset}. Out: {what}; NaN for a "
        "row with a value that is missing or infinite. metadata_props say what the columns are."
    )
