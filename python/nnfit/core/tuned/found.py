"""What `tune()` gives: a dict that says in a few lines what was found."""

from __future__ import annotations

from typing import Any

from ..model.fit import Fit


class Search(dict[str, Any]):
    """A search, as a dict; see `tune()` for its entries."""

    @property
    def best(self) -> dict[str, Any]:
        """The options that were chosen."""
        chosen: dict[str, Any] = self["candidates"][self["chosen"]]
        return chosen

    @property
    def fit(self) -> Fit:
        """The fit to all rows by these, for `predict()` and all others."""
        if "fit" not in self:
            raise AttributeError("The search was interrupted before it has fitted all rows.")
        made: Fit = self["fit"]
        return made

    @property
    def best_score(self) -> float:
        """The mean score of these, which flatters them."""
        return float(self["mean"][self["chosen"]])

    def __repr__(self) -> str:
        """Say what was chosen of how many; not the arrays."""
        if not {"candidates", "chosen", "mean", "metric"} <= self.keys():
            return super().__repr__()
        options = ", ".join(f"{name}={_short(value)}" for name, value in self.best.items())
        number = len(self["candidates"])
        several = f"{number} candidates" if number > 1 else "1 candidate"
        judged = f"{self['metric'] or 'loss'} {self.best_score:.6g}"
        trained = '; its fit to all rows is ["fit"]' if "fit" in self else ""
        return f"<Search: {several}, chosen {options} ({judged}){trained}>"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else repr(value)
