"""How near nnfit comes to what this machine can do: `python limits.py [SHAPE ...] [--threads N]`.

A limit is the time of the multiplications at the rate that the quicker of MKL and oneDNN has for
just these shapes, of the numbers that are read and written at the rate of copying a layer, and of
Python at that of operations on one number; of the steps, and of the fitted values. Each is the
fastest of many.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import torch

import report

sys.path += [str(Path(__file__).parent / "shapes"), str(Path(__file__).parents[1] / "python")]
from nnfit import core  # noqa: E402

from shapes import SHAPES, Shape, rows_of  # noqa: E402

PATIENCE = 0.2  # seconds to look for the fastest
FITS = 5
ROWS = 2048  # that are predicted at once
LOSS = {False: 5, True: 7}  # operations of a loss and its gradient: of numbers, of classes


class Line(NamedTuple):
    """A row of the table: milliseconds."""

    shape: str
    products: str
    bytes: str
    python: str
    fitted: str
    limit: str
    nnfit: str
    nnfit_in_limits: str


def fastest(run: Callable[[], Any]) -> float:
    """Time something for a while; give the seconds of the fastest."""
    run()
    least, end = float("inf"), time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return least


@cache
def product(n: int, k: int, m: int) -> float:
    """Time n x k by k x m: whichever library is quicker, the factors as it likes."""
    a, b, out = torch.randn(n, k), torch.randn(m, k), torch.empty(n, m)
    ways = [partial(torch.mm, a, b.T, out=out), partial(torch.mm, a, b.T.contiguous(), out=out)]
    if hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        ways.append(partial(torch.ops.mkldnn._linear_pointwise, a, b, None, "none", [], ""))
    return min(map(fastest, ways))


@cache
def copied(numbers: int) -> float:
    """Time reading and writing so many numbers."""
    a, b = torch.ones(numbers), torch.ones(numbers)
    return fastest(partial(b.copy_, a))


@cache
def operation() -> float:
    """Time an operation on one number."""
    a, b = torch.ones(1), torch.ones(1)
    return fastest(lambda: [torch.add(a, b, out=b) for _ in range(1000)]) / 1000


def layers(shape: Shape, rows: int) -> Iterator[tuple[int, int, int]]:
    """Give rows, inputs and outputs of each linear layer."""
    return ((rows, *pair) for pair in zip(shape.sizes, shape.sizes[1:]))


def products(shape: Shape, rows: int) -> float:
    """Time the products of a step: forward, by the weights and, but for the first, by the data."""
    forward = sum(product(*sizes) for sizes in layers(shape, rows))
    by_weights = sum(min(product(m, n, k), product(k, n, m)) for n, k, m in layers(shape, rows))
    by_data = sum(product(n, m, k) for n, k, m in [*layers(shape, rows)][1:])
    return forward + by_weights + by_data


def moved(shape: Shape, rows: int) -> float:
    """Time what a step reads and writes beside its products.

    Gathered rows; of each hidden layer the activation, its gradient (as two, it reads twice) and
    the sum for the bias (as a half); of the parameters seven numbers, as three and a half.
    """
    gathered = 0.0 if shape.batch is None else copied(rows * shape.columns)
    hidden = sum(3.5 * copied(rows * units) for units in shape.units)
    return gathered + hidden + 3.5 * copied(sum(k * m for _, k, m in layers(shape, rows)))


def operations(shape: Shape) -> int:
    """Count a step's: linear layers, activations, loss, update, gather."""
    linear, hidden = len(shape.sizes) - 1, len(shape.units)
    gathered = 0 if shape.batch is None else 2
    return 4 * linear - 1 + 2 * hidden + LOSS[bool(shape.classes)] + 1 + gathered


def fitted(shape: Shape) -> float:
    """Time reading all rows three times (checked, measured, copied), and predicting them."""
    forward = sum(product(*sizes) for sizes in layers(shape, ROWS)) + copied(ROWS * shape.columns)
    return 1.5 * copied(shape.rows * shape.columns) + forward * shape.rows / ROWS


def fit(name: str) -> float:
    """Time nnfit."""
    shape = SHAPES[name]
    x, y = (column.numpy() for column in rows_of(shape))
    run = partial(core.fit, x, y, **shape.options)
    run()
    return min(_timed(run) for _ in range(FITS))


def _timed(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def line(name: str) -> Line:
    """Measure a shape."""
    shape = SHAPES[name]
    rows = shape.batch or shape.rows
    steps = [products(shape, rows), moved(shape, rows), operations(shape) * operation()]
    parts = [*(shape.steps * each for each in steps), fitted(shape)]
    ours = fit(name)
    times = (f"{1000 * each:.1f}" for each in (*parts, sum(parts), ours))
    return Line(name, *times, f"{ours / sum(parts):.2f}")


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("shapes", nargs="*", default=[*SHAPES])
    asked.add_argument("--threads", type=int, default=1)
    given = asked.parse_args()
    torch.set_num_threads(given.threads)
    print(report.table([line(name) for name in given.shapes]))


main()
