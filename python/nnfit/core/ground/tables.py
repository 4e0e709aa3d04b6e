"""The tables that R reads too: CSV files beside the module that knows what they mean."""

from __future__ import annotations

import csv
from pathlib import Path


def read_table(beside: str, name: str) -> list[dict[str, str]]:
    """Read a table: a dict for each row, by column, of the cells' text.

    Parameters
    ----------
    beside : str
        A file in the same folder.
    name : str
        Of the table, without ".csv".
    """
    with open(Path(beside).with_name(f"{name}.csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
