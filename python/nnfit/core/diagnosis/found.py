"""What `diagnose()` gives: a dict that says what was found."""

from __future__ import annotations

import textwrap

from ..ground.shown import TABLE, Shown, counted
from .checks import LOOK, OK, UNKNOWN, USELESS

ORDER = (USELESS, LOOK, UNKNOWN, OK)  # the worst is shown first
TOLD = (USELESS, LOOK)
WIDTH = 96


class Diagnosis(Shown):
    """What may be wrong with a fit, as a dict; see `diagnose()` for its entries."""

    def _title(self) -> str:
        number = len(self["checks"]["check"])
        rows = "the rows of the fit" if self["own_rows"] else "other rows than those of the fit"
        found = len(self._found())
        said = f"{found} found something" if found else "none found anything"
        return f"{counted(number, 'check')} of a fit, on {rows}: {said}"

    def _table(self) -> TABLE:
        return {name: list(values) for name, values in self["checks"].items()}

    def _shown(self) -> TABLE:
        """Give the worst first, without the sentences, which are notes."""
        worst = self._worst()
        return {
            name: [values[at] for at in worst]
            for name, values in self["checks"].items() if name != "says"
        }  # fmt: skip

    def _notes(self) -> list[str]:
        checks = self["checks"]
        said = [f"{checks['check'][at]}: {checks['says'][at]}" for at in self._found()]
        return [textwrap.fill(one, WIDTH, subsequent_indent="  ") for one in said]

    def _worst(self) -> list[int]:
        verdicts = self["checks"]["verdict"]
        return sorted(range(len(verdicts)), key=lambda at: ORDER.index(verdicts[at]))

    def _found(self) -> list[int]:
        return [at for at in self._worst() if self["checks"]["verdict"][at] in TOLD]
