"""How pictures look: points, lines and words, the same as in R (R/plot-palette.R)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.ground.errors import NNFitError
from ..core.model.fit import FitView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .rows import Rows

DARK, LIGHT, REFERENCE = "#08519c", "#e6550d", "0.55"
PARTS = {
    "training": {"color": DARK, "linestyle": "-", "marker": "o"},
    "validation": {"color": LIGHT, "linestyle": "--", "marker": "^"},
}
# told apart by readers who see no red or green: Okabe and Ito (2008), Color universal design
APART = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8B6914")
MOST = len(APART)


def _words(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set(title=title, xlabel=x, ylabel=y)
    ax.spines[["top", "right"]].set_visible(False)


def losses(ax: Axes, fit: Mapping[str, Any]) -> None:
    """Draw the losses of each epoch."""
    history = fit["history"]
    lines = {"training": history["train_loss"], "validation": history.get("valid_loss")}
    drawn = False
    for part, values in lines.items():
        if values is None or not np.isfinite(values).any():
            continue
        epochs, style = np.arange(1, len(values) + 1), PARTS[part]
        marker = style["marker"] if len(values) == 1 else ""
        ax.plot(epochs, values, label=part, lw=1.8, marker=marker, color=style["color"],
                linestyle=style["linestyle"])  # fmt: skip
        drawn = True
    if not drawn:
        raise NNFitError("fit", "has no loss that can be drawn: it diverged.")
    if fit["best_epoch"] is not None:
        ax.axvline(fit["best_epoch"], color=REFERENCE, ls=":", lw=1)
    if lines["validation"] is not None:
        ax.legend(frameon=False)
    spec = FitView(fit).spec
    label = spec.family.label
    if spec.reduction == "sum":
        label = f"{label.removeprefix('mean ')} (sum)"
    _words(ax, "Loss by epoch", "epoch", label)


def _points(
    ax: Axes, x: NDArray[Any], y: NDArray[Any], held_out: NDArray[Any], color: Any = None
) -> None:
    """Draw points: five are seen from the last row, of 50,000 where they are dense."""
    size = 26 * float(np.clip((200 / len(x)) ** 0.5, 0.15, 1.6))
    alpha = float(np.clip((300 / len(x)) ** 0.5, 0.08, 0.85))
    for part, rows in (("training", ~held_out), ("validation", held_out)):
        style = PARTS[part]
        if rows.any():
            ax.scatter(x[rows], y[rows], s=size, alpha=alpha, color=color or style["color"],
                       marker=style["marker"], label=part, linewidths=0)  # fmt: skip


def _outcomes(ax: Axes, rows: Rows, x: NDArray[Any], y: NDArray[Any]) -> None:
    """Draw the points of each outcome."""
    number = x.shape[1]
    if number > MOST:
        raise NNFitError("y", f"has {number} columns; {MOST} are drawn at most.")
    names = rows.names or [f"y{j + 1}" for j in range(number)]
    for j in range(number):
        _points(ax, x[:, j], y[:, j], rows.held_out, APART[j] if number > 1 else None)
    if number > 1:
        for j in range(number):
            ax.scatter([], [], color=APART[j], label=names[j])
        handles, labels = ax.get_legend_handles_labels()
        ax.legend(handles[-number:], labels[-number:], frameon=False)
    elif rows.held_out.any():
        ax.legend(frameon=False)


def _of(rows: Rows, word: str) -> str:
    return f"{word} {rows.names[0]}" if rows.names and len(rows.names) == 1 else word


def observed(ax: Axes, fit: Mapping[str, Any], rows: Rows) -> None:
    """Draw predictions against what was observed."""
    if rows.levels is not None:
        _confusion(ax, rows)
        return
    _outcomes(ax, rows, rows.observed, rows.predicted)
    both = np.concatenate([rows.observed.ravel(), rows.predicted.ravel()])
    ax.axline((both.min(), both.min()), slope=1, color=REFERENCE, lw=1, zorder=0)
    title = "Predicted against observed"
    _words(ax, title, _of(rows, "observed"), _of(rows, "predicted"))


def _confusion(ax: Axes, rows: Rows) -> None:
    assert rows.levels is not None
    k = len(rows.levels)
    guessed = rows.predicted.argmax(axis=1)
    counts = np.bincount(rows.observed.astype(int) * k + guessed, minlength=k * k).reshape(k, k)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.ndindex(k, k) if k <= 12 else ():
        colour = "white" if shares[i, j] > 0.55 else "black"
        ax.text(j, i, str(counts[i, j]), ha="center", va="center", color=colour)
    ax.set_xticks(range(k), rows.levels, rotation=0 if k < 5 else 45)
    ax.set_yticks(range(k), rows.levels)
    _words(ax, "What each class was predicted as", "predicted", "observed")


def residuals(ax: Axes, fit: Mapping[str, Any], rows: Rows) -> None:
    """Draw residuals against fitted values."""
    if rows.levels is not None:
        _probability(ax, rows)
        return
    _outcomes(ax, rows, rows.predicted, rows.observed - rows.predicted)
    ax.axhline(0, color=REFERENCE, lw=1, zorder=0)
    _words(ax, "Residuals against fitted", _of(rows, "fitted"), "residual")


def _probability(ax: Axes, rows: Rows) -> None:
    assert rows.levels is not None
    codes = rows.observed.astype(int)
    right = rows.predicted[np.arange(len(codes)), codes]
    groups = [right[codes == code] for code in range(len(rows.levels))]
    ax.boxplot(groups, boxprops={"color": DARK}, medianprops={"color": LIGHT}, widths=0.5,
               flierprops={"marker": ".", "markeredgecolor": DARK})  # fmt: skip
    ax.set_xticks(range(1, len(groups) + 1), rows.levels)
    _words(ax, "Probability of the right class", "observed", "probability")


def curve(ax: Axes, rows: Rows, grid: NDArray[Any], values: NDArray[Any]) -> None:
    """Draw a curve over the rows that it was fitted to."""
    y = rows.observed if rows.levels is None else rows.observed[:, None]
    several = values.shape[1] > 1
    for j in range(min(values.shape[1], MOST)):
        colour = APART[j] if several else None
        if j < y.shape[1]:
            _points(ax, rows.column, y[:, j].astype(float), rows.held_out, colour)
        name = rows.names[j] if several and rows.names and j < len(rows.names) else None
        ax.plot(grid, values[:, j], color=colour or LIGHT, lw=2, label=name)
    what = _of(rows, "").strip() or "outcome"
    ylabel = what if rows.levels is None else f"probability of {rows.levels[1]}"
    _words(ax, "Fitted curve", rows.label, ylabel)


def tuning(ax: Axes, fit: Mapping[str, Any]) -> None:
    """Draw the loss of each penalty, with its standard error."""
    path = fit.get("tuning")
    if path is None:
        raise NNFitError("which", '"tuning" is of a penalty that was chosen, and this was not.')
    penalty, loss = np.asarray(path["penalty"]), np.asarray(path["valid_loss"])
    ax.errorbar(penalty, loss, yerr=path["std_error"], color=DARK, marker="o", mfc="white", lw=1.2)
    chosen = int(path["chosen"]) - 1
    ax.plot(penalty[chosen], loss[chosen], "o", color=DARK, zorder=3)
    ax.set_xscale("log")
    _words(ax, "Choice of the penalty", "penalty", f"{FitView(fit).spec.family.label}, held out")


def rates(ax: Axes, fit: Mapping[str, Any]) -> None:
    """Draw the trial run in which the step size was found."""
    trial = fit.get("rates")
    if trial is None:
        raise NNFitError(
            "which", '"learn_rate" is of a step size that was found, and this was not.'
        )
    rate, loss = np.asarray(trial["learn_rate"]), np.asarray(trial["loss"])
    ax.plot(rate, loss, color=DARK, lw=1.6)
    taken = float(fit["options"]["learn_rate"])
    ax.plot(taken, np.interp(np.log(taken), np.log(rate), loss), "o", color=LIGHT)
    ax.set_xscale("log")
    _words(ax, "Choice of the step size", "step size", FitView(fit).spec.family.label)
