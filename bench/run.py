"""Measure nnfit against its peers: `python run.py [ROW...]`, all rows of works.csv by default.

A run of all rows also writes RESULTS.md. BENCH_REPEATS says how often each side runs.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from contextlib import ExitStack, closing
from itertools import groupby
from operator import itemgetter

import report
from contestant import BENCH, Contestant, Left, Measurement

REPEATS = int(os.environ.get("BENCH_REPEATS", 7))

# R programs that measure in a way of their own and print their own table.
OTHERS = {
    name: BENCH / f"{name}.R"
    for name in ("tensors", "untuned", "coverage", "confidence", "inference", "score")
}

Sides = dict[str, "list[Measurement] | Left"]


def measure(sides: list[str]) -> Sides:
    """Measure every side in turn, REPEATS times; a side that can not take part is told from it."""
    with ExitStack() as stack:
        contestants = {side: stack.enter_context(closing(Contestant(side))) for side in sides}
        measured: Sides = {side: [] for side in sides}

        def each(step) -> None:
            for side, contestant in contestants.items():
                if isinstance(measured[side], list):
                    try:
                        step(side, contestant)
                    except Left as reason:
                        measured[side] = reason

        each(lambda side, contestant: contestant.prepare())
        for _ in range(REPEATS):
            each(lambda side, contestant: measured[side].append(contestant.measure()))
    return measured


def compare(rows: list[dict[str, str]]) -> list[report.Line]:
    """Measure the comparisons that share a name, together, so that their sides take turns."""
    sides = list(dict.fromkeys(row[end] for row in rows for end in ("ours", "peer")))
    print(f"-- {rows[0]['row']}: {len(sides)} in turn, {REPEATS} times", file=sys.stderr)
    measured = measure(sides)
    return [report.line(row, measured[row["ours"]], measured[row["peer"]]) for row in rows]


def chosen(names: list[str]) -> tuple[list[list[dict[str, str]]], list[str]]:
    """Find the groups of rows and the other programs that `names` asks for; none: all."""
    with open(BENCH / "works.csv", newline="") as file:
        rows = csv.DictReader(file)
        groups = {name: list(group) for name, group in groupby(rows, itemgetter("row"))}
    others = [name for name, file in OTHERS.items() if file.exists()]
    if unknown := set(names) - {*groups, *others}:
        sys.exit(f"No such row: {', '.join(unknown)}. There are: {', '.join([*groups, *others])}.")
    return (
        [rows for name, rows in groups.items() if name in names or not names],
        [name for name in others if name in names or not names],
    )


def run_other(name: str) -> str:
    """Run a program that prints its own table; give it as a section of the page."""
    print(f"-- {name}", file=sys.stderr)
    done = subprocess.run(["Rscript", OTHERS[name]], stdout=subprocess.PIPE, text=True)
    output = "failed" if done.returncode else done.stdout.rstrip()
    return f"## {name.capitalize()}\n\n```\n{output}\n```"


def main(names: list[str]) -> None:
    """Print what is asked for; keep it if it is everything."""
    groups, others = chosen(names)
    machine = report.machine()
    lines = [line for rows in groups for line in compare(rows)]
    tables = [report.table(lines)] if lines else []
    sections = tables + [run_other(name) for name in others]
    print("\n\n".join(sections))
    if not names:
        (BENCH / "RESULTS.md").write_text(report.page(machine, REPEATS, sections))
    sys.exit(any(line.met == "failed" for line in lines))


main(sys.argv[1:])
