"""What formulaic has made of rows, as numbers: the formula of a fit, which the core computes by."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

import numpy as np

from ..core.formula.formula import Formula
from ..core.formula.functions import labels_of
from ..core.ground.errors import NNFitError
from .code import Reader, Untold
from .made import Made

ONES, ALL = 1, 2  # a factor by contrasts, and by a column for each level
CLOSE = 1e-9  # relative to the largest number of a column: rounding in another order


def told(made: Made, text: str, data: Any, outcome_names: list[str] | None) -> dict[str, Any]:
    """Write a formula as a fit holds it.

    Parameters
    ----------
    made : Made
    text : str
        The formula, for messages.
    data : DataFrame
        The rows that it was made of.
    outcome_names : list of str or None

    Raises
    ------
    NNFitError
        Naming a term that can not be said in numbers, or that came out otherwise.
    """
    spec = made.spec
    reader = Reader(list(data.columns), spec.transform_state)
    scoped = [one for structure in spec.structure for one in structure.scoped_terms]
    variables = {name: _variable(name, reader, spec) for name in _ordered(scoped)}
    terms = [_term(one, variables) for one in scoped if one.factors]
    factors = np.zeros((len(variables), len(terms)), dtype=np.int64)
    for j, term in enumerate(terms):
        factors[:, j] = [term.get(name, 0) for name in variables]
    names = [str(name) for name in made.x.columns]
    plain = {
        "text": text, "feature_names": None, "outcome_names": outcome_names or [],
        "variables": list(variables.values()), "factors": factors, "offsets": [], "names": names,
    }  # fmt: skip
    _check_same(plain, made, data)
    return plain


def _ordered(terms: list[Any]) -> list[str]:
    """Order the variables as each term has them: the columns of its first vary fastest."""
    after: dict[str, set[str]] = {}
    for term in terms:
        names = [str(one.factor.expr) for one in term.factors]
        for place, name in enumerate(names):
            after.setdefault(name, set()).update(names[:place])
    try:
        return list(TopologicalSorter(after).static_order())
    except CycleError:  # `a:b + b:a`: of numbers any order does, else the check below refuses
        return list(after)


def _term(scoped: Any, variables: dict[str, Any]) -> dict[str, int]:
    """Say which variables are in a term, and how."""
    if scoped.scale != 1:
        raise _refused(repr(scoped), "is multiplied by a number")
    names = [str(one.factor.expr) for one in scoped.factors]
    reduced = [one.reduced or variables[name]["levels"] is None
               for name, one in zip(names, scoped.factors)]  # fmt: skip
    return {name: ONES if by else ALL for name, by in zip(names, reduced)}


def _variable(name: str, reader: Reader, spec: Any) -> dict[str, Any]:
    try:
        code = reader.read(name)
    except Untold as error:
        raise _refused(name, str(error)) from None
    state = spec.encoder_state.get(name, (None, {}))[1].get("contrasts")
    levels = contrasts = None
    if state is not None:
        levels = [str(one) for one in labels_of(np.asarray(list(state.levels)))]
        contrasts = np.asarray(state.get_coding_matrix(reduced_rank=True), dtype=np.float64)
    return {
        "name": name, "code": code, "levels": levels, "contrasts": contrasts, "embedded": False,
    }  # fmt: skip


def _refused(term: str, why: str) -> NNFitError:
    return NNFitError(
        "formula",
        f"has the term `{term}`, which {why}.",
        "Compute it as a column of the data beforehand.",
    )


class Beside(NamedTuple):
    """A formula where a fit has it."""

    beside: dict[str, Any]


def read_back(plain: dict[str, Any]) -> Formula:
    """Read a formula as a fit does."""
    read = Formula.of(Beside({"formula": plain}))
    assert read is not None
    return read


def _check_same(plain: dict[str, Any], made: Made, data: Any) -> None:
    """Compute the columns as a fit will: they must be formulaic's."""
    if not plain["variables"]:
        return
    try:
        columns, _ = read_back(plain).columns(data)
    except NNFitError:
        raise _refused(plain["text"], "a fit can not compute again") from None
    wanted = made.x.to_numpy(dtype=np.float64)
    size = np.abs(wanted).max(axis=0, initial=1e-300)
    wrong = ~(np.abs(columns - wanted) <= CLOSE * size).all(axis=0)
    if wrong.any():
        raise _refused(plain["names"][int(np.argmax(wrong))], "a fit can not compute again")
