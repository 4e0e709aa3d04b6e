"""`plot()`: pictures of a fit, by the names that they have in R."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.api import predict
from ..core.ground.errors import NNFitError, did_you_mean
from ..core.model.fit import FitView
from ..optional import needed
from . import draw
from .rows import Rows, rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IN_R = ("network", "embedding", "diagnose")  # that R alone draws
STEPS = 200  # of a curve


class Picture(NamedTuple):
    """How a picture is made, and whether it needs rows with their outcome."""

    draw: Callable[..., None]
    needs_rows: bool


def plot(
    fit: Mapping[str, Any],
    which: str = "loss",
    *,
    x: Any = None,
    y: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a fit.

    Parameters
    ----------
    fit : Fit
    which : str, default "loss"
        "loss": of each epoch, in training and in validation; a dotted line is the best epoch,
        where training went back to it. "observed": predictions against what was observed, of
        classes the share of each class that was predicted as each. "residuals": against the fitted
        values, of classes the probability that was given to the right one. "curve": of one column
        of x, the fitted curve over the rows. "tuning": where the penalty was chosen, the loss for
        each. "learn_rate": where the step size was found, the loss of the trial.
    x : array or data frame (n, p), optional
        Rows to draw, which may be new ones; by default those of the fit. "curve" needs them.
    y : array (n,) or (n, d)
        Their outcome, for "observed", "residuals" and "curve".
    ax : matplotlib Axes, optional
        Where to draw; by default a figure of its own.

    Returns
    -------
    matplotlib Axes
        For titles, limits and saving: `ax.figure.savefig("loss.png")`.

    Raises
    ------
    NNFitError
        Naming the argument.
    ImportError
        If matplotlib is missing.
    """
    picture = _picture(which)
    FitView(fit)  # which refuses what is none
    rows = rows_of(fit, which, x, y) if picture.needs_rows else None
    pyplot = needed("matplotlib.pyplot", "matplotlib", "plot", "A picture")
    if ax is None:
        ax = pyplot.figure(figsize=(6.4, 4.4), layout="constrained").add_subplot()
    elif not hasattr(ax, "plot"):
        raise NNFitError("ax", f"must be Axes of matplotlib, not of type {type(ax).__name__}.")
    picture.draw(ax, fit) if rows is None else picture.draw(ax, fit, rows)
    return ax


def _picture(which: Any) -> Picture:
    if isinstance(which, str) and which in PICTURES:
        return PICTURES[which]
    if isinstance(which, str) and which in IN_R:
        raise NNFitError(
            "which", f'"{which}" is drawn in R alone.', "Save the fit, and `nn_load()` it there."
        )
    raise NNFitError("which", "is no picture.", did_you_mean(str(which)[:40], PICTURES))


def _curve(ax: Axes, fit: Mapping[str, Any], rows: Rows) -> None:
    """Draw the curve over the range of the one column."""
    column = rows.column
    grid = np.linspace(column.min(), column.max(), STEPS)
    draw.curve(ax, rows, grid, predict(fit, rows.at(grid)))


PICTURES = {
    "loss": Picture(draw.losses, False),
    "observed": Picture(draw.observed, True),
    "residuals": Picture(draw.residuals, True),
    "curve": Picture(_curve, True),
    "tuning": Picture(draw.tuning, False),
    "learn_rate": Picture(draw.rates, False),
}
