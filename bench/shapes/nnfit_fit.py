"""`nnfit_fit.py SHAPE`: nnfit called from Python, as its users have it."""

import sys
from pathlib import Path

from shapes import SHAPES, rows_of

sys.path.append(str(Path(__file__).parents[2] / "python"))
from nnfit import core  # noqa: E402

shape = SHAPES[sys.argv[1]]
x, y = (column.numpy() for column in rows_of(shape))


def run():
    return core.fit(x, y, **shape.options)


def result(fit):
    return fit["history"]["train_loss"][-1]
