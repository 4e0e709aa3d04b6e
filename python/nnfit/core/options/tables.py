"""The tables beside this file, which R reads too."""

from __future__ import annotations

import csv
from pathlib import Path


def rows_of(name: str) -> list[dict[str, str]]:
    """Read `<name>.csv`: a dict for each row, by column, of the cells' text."""
    with open(Path(__file__).with_name(f"{name}.csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
