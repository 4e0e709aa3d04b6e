"""`nnfit_fit.py SHAPE`: nnfit called from Python, as its users have it."""

import sys

from nnfit import core

from shapes import SHAPES, rows_of

shape = SHAPES[sys.argv[1]]
x, y = (column.numpy() for column in rows_of(shape))


def run():
    return core.fit(
        x, y,
        hidden_units=list(shape.units), activation="relu", optimizer="adam", learn_rate=0.001,
        loss="cross_entropy" if shape.classes else "mse", penalty=0,
        batch_size=shape.batch or shape.rows, epochs=shape.epochs, scale=False, seed=1,
    )


def result(fit):
    return fit["history"]["train_loss"][-1]
