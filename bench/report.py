"""The table of results, and the page that holds it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from contestant import Left, Measurement

PEERS = ("torch", "numpy", "scikit-learn", "skorch")
R_VERSIONS = """
packages <- c("nnfit", "reticulate", "nnet")
versions <- sapply(packages, function(name) {
  tryCatch(format(packageVersion(name)), error = function(condition) "missing")
})
cat(paste(c("R", packages), c(format(getRversion()), versions)), sep = ", ")
cat("; R's BLAS:", basename(normalizePath(extSoftVersion()[["BLAS"]])))
"""


class Line(NamedTuple):
    """A row of the table, as it is printed."""

    work: str
    value: str = ""
    against: str = ""
    its_value: str = ""
    ratio: str = ""
    range: str = ""
    of_fastest: str = ""
    target: str = ""
    met: str = ""
    results: str = ""


def line(
    row: dict[str, str], ours: list[Measurement] | Left, peer: list[Measurement] | Left
) -> Line:
    """Compare two sides; of one that left, say why."""
    for side in (ours, peer):
        if isinstance(side, Left):
            return Line(row["work"], against=row["against"], target=row["target"], met=str(side))
    values = [[_value(run, row["unit"]) for run in side] for side in (ours, peer)]
    ratios = [mine / other for mine, other in zip(*values)]
    mine, other = map(median, values)
    return Line(
        row["work"],
        f"{mine:.3g} {row['unit']}",
        row["against"],
        f"{other:.3g} {row['unit']}",
        f"{mine / other:.3g}",
        f"{min(ratios):.2g} to {max(ratios):.2g}",
        f"{min(values[0]) / min(values[1]):.3g}",
        row["target"],
        _met(mine / other, row["target"]),
        f"{ours[-1].result:.4g}, {peer[-1].result:.4g}" if row["unit"] == "s" else "",
    )


def _value(run: Measurement, unit: str) -> float:
    return run.seconds if unit == "s" else run.result


def _met(ratio: float, target: str) -> str:
    if not target:
        return ""
    return "yes" if ratio <= float(target) else "no"


def table(lines: Sequence[Any]) -> str:
    """Lay lines, named tuples of texts, out as a table that reads well as it is and as Markdown."""
    head = [name.replace("_", " ") for name in lines[0]._fields]
    widths = [max(map(len, column)) for column in zip(head, *lines)]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
        for row in rows
    )


def machine() -> str:
    """Describe the machine, its load before the measurements, and the versions."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    r_versions = subprocess.run(
        ["Rscript", "-e", R_VERSIONS], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return (
        f"- Machine: {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB; load {os.getloadavg()[0]:.1f} when the run began\n"
        f"- {r_versions}\n"
        f"- Python {platform.python_version()}, {peers}"
    )


def page(machine: str, repeats: int, sections: list[str]) -> str:
    """Write the whole of RESULTS.md."""
    body = "\n\n".join(sections)
    return f"""# nnfit beside its peers

Written by `make bench` on {date.today()}; what the numbers mean and where their limits are is in
[NOTES.md](NOTES.md).

{machine}
- Medians of {repeats} runs of each side, in turn

{body}
"""
