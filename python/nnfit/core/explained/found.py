"""What `effects()`, `importance()` and `shapley()` give: dicts that say what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..ground.errors import listed
from ..ground.shown import TABLE, Shown, counted

SPREADS = ("estimate", "std_error", "lower", "upper")
OWN = ("output", "row", "variable", *SPREADS)  # columns of a table
TITLES = {
    "partial": "Mean prediction at {places} of {what}, over {rows}",
    "ice": "Predictions for {curves} at {places} of {what}, of {rows}",
    "ale": "Accumulated local effects at {places} of {what}, over {rows}",
    "average": "Average effects of {what}, over {rows}",
}


class Effects(Shown):
    """What a fit has learnt of columns, as a dict; see `effects()` for its entries.

    Attributes
    ----------
    type : str
        As it was asked for.
    variables : list of str
        The names of what was moved.
    outputs : tuple of str
        Of what is predicted.
    n_rows : int
        How many rows it is averaged over.
    """

    def __init__(
        self,
        found: Mapping[str, Any],
        type: str,
        variables: Sequence[str],
        outputs: Sequence[str],
        n_rows: int,
    ):
        super().__init__(found)
        self.type, self.variables = type, list(variables)
        self.outputs, self.n_rows = tuple(outputs), n_rows

    def _title(self) -> str:
        sizes = [len(one) for one in self["values"]] if self.type != "average" else []
        places = " x ".join(map(str, sizes)) + (" values" if sizes != [1] else " value")
        return TITLES[self.type].format(
            places=places,
            what=listed(self.variables),
            rows=counted(self.n_rows, "row"),
            curves=counted(len(self["rows"]), "row") if self.type == "ice" else "",
        )

    def _table(self) -> TABLE:
        if self.type == "average":
            return longer({"variable": self["variables"]}, self._spreads(), self.outputs)
        names = apart(self.variables)
        places = dict(zip(names, self["values"]))
        if self.type == "ice":
            of_rows = {"row": self["rows"], **places}
            return longer(of_rows, {"estimate": self["curves"]}, self.outputs)
        return longer(places, self._spreads(), self.outputs)

    def _spreads(self) -> dict[str, np.ndarray]:
        return {name: self[name] for name in SPREADS if name == "estimate" or name in self}


class Importance(Shown):
    """By how much a fit would lose, as a dict; see `importance()` for its entries.

    Attributes
    ----------
    n_rows : int
        How many rows it was judged by.
    outcome : str or None
        Of several, the one that it was judged by.
    """

    def __init__(self, found: Mapping[str, Any], n_rows: int, outcome: str | None = None):
        super().__init__(found)
        self.n_rows, self.outcome = n_rows, outcome

    def _title(self) -> str:
        metric = self["metric"] if self.outcome is None else f"{self['metric']} of {self.outcome}"
        return (
            f"Permutation importance of {counted(len(self['term']), 'term')}, by "
            f"{counted(self.n_rows, 'row')} ({metric} {self['baseline']:.4g} as they are)"
        )

    def _table(self) -> TABLE:
        names = ("term", "importance", "std_error", "conf_low", "conf_high")
        return {name: self[name] for name in names}


class Shapley(Shown):
    """What columns add to single predictions, as a dict; see `shapley()` for its entries.

    Attributes
    ----------
    outputs : tuple of str
        Of what is predicted.
    """

    def __init__(self, found: Mapping[str, Any], outputs: Sequence[str]):
        super().__init__(found)
        self.outputs = tuple(outputs)

    def _title(self) -> str:
        drawn = "exact" if self["std_error"] is None else "by drawn orders"
        return (
            f"Shapley values of {counted(len(self['groups']), 'group')} for "
            f"{counted(len(self['values']), 'row')}, {drawn}"
        )

    def _table(self) -> TABLE:
        places = {"row": np.arange(len(self["values"])), "group": self["groups"]}
        found = {"estimate": self["values"]}
        if self["std_error"] is not None:
            found["std_error"] = self["std_error"]
        return longer(places, found, self.outputs)


def longer(
    places: Mapping[str, Sequence[Any]], found: Mapping[str, np.ndarray], outputs: Sequence[str]
) -> TABLE:
    """Make columns of arrays (..., outputs): those of the first output, then of the next.

    Parameters
    ----------
    places : mapping
        What stands at each place of each dimension but the last, by name.
    found : mapping of array
    outputs : sequence of str
        Where there are several, a column `output` names them.
    """
    sizes = [len(one) for one in places.values()]
    at = np.indices(sizes).reshape(len(sizes), -1)
    number = len(outputs)
    table: dict[str, Any] = {}
    if number > 1:
        table["output"] = np.repeat(np.array(outputs, dtype=object), at.shape[1])
    for (name, values), which in zip(places.items(), at):
        table[name] = np.tile(np.asarray(values)[which], number)
    return {**table, **{name: np.moveaxis(one, -1, 0).ravel() for name, one in found.items()}}


def apart(names: Sequence[str]) -> list[str]:
    """Give names that none of a table's own columns has: with `_` behind where one has it."""
    found: list[str] = []
    for name in names:
        while name in OWN or name in found:
            name += "_"
        found.append(name)
    return found
