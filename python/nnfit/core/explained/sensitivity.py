"""How means of a linear model's predictions move with its coefficients: for the delta method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .moves import Grid, Move, Rows, Slopes, Steps, counts, placed, step_parts, stepped
from .surface import Surface, parts_of


class Sensitivity:
    """The derivatives of means by the coefficients of a linear fit, in the units of the data.

    Parameters
    ----------
    surface : Surface
        Of a linear model.
    fit : mapping
        Of censored times its `baseline` has the means from which linear predictors are counted.
    """

    def __init__(self, surface: Surface, fit: Mapping[str, Any]):
        self.surface = surface
        self.bias = bool(surface.spec.bias[0])
        baseline = fit.get("baseline")
        self.means = None if baseline is None else np.atleast_1d(np.asarray(baseline["means"]))

    def of(self, moves: Sequence[Move], rows: Rows) -> list[np.ndarray]:
        """Compute them for each move: (..., d, coefficients), outcome after outcome."""
        return [self._of_one(move, rows) for move in moves]

    def _of_one(self, move: Move, rows: Rows) -> np.ndarray:
        if isinstance(move, Grid):
            return self._of_grid(move, rows)
        if isinstance(move, Steps):
            return self._of_steps(move, rows)
        return self._of_slopes(move, rows)

    def _columns(self, x: np.ndarray) -> np.ndarray:
        x = x if self.means is None else x - self.means
        return np.column_stack([np.ones(len(x)), x]) if self.bias else x

    def _rates(self, move: Slopes, x: np.ndarray, part: slice) -> np.ndarray:
        """How fast the columns of the model move with the variable."""
        rates = np.zeros(x.shape)
        rates[:, move.columns] = move.rates if len(move.rates) == 1 else move.rates[part]
        return np.column_stack([np.zeros(len(x)), rates]) if self.bias else rates

    def _of_grid(self, grid: Grid, rows: Rows) -> np.ndarray:
        total: Any = 0
        for part in parts_of(len(rows.x)):
            x, shares = rows.x[part], rows.shares(part)
            base, each = self.surface.inputs(x), []
            for place in range(len(grid.values)):
                inputs = placed(self.surface, grid, x, base, part, slice(place, place + 1))
                moved = x.copy()
                moved[:, grid.columns] = _values_at(grid, place, part)
                gradients = self._gradients(inputs, rows.offsets(part))
                each.append(_added_up(shares, gradients, self._columns(moved)))
            total = total + np.stack(each, 1)
        return np.asarray(total)

    def _of_steps(self, steps: Steps, rows: Rows) -> np.ndarray:
        total: Any = 0
        weights = counts(steps, rows)
        for part, x, offset in step_parts(steps, rows):
            belongs = steps.cells[part] == np.arange(steps.number)[:, None]
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = belongs * rows.weights[steps.rows[part]] / weights[:, None]
            for sign, moved in stepped(steps, part, x):
                gradients = self._gradients(self.surface.inputs(moved), offset)
                total = total + sign * _added_up(shares, gradients, self._columns(moved))
        return np.asarray(total)

    def _of_slopes(self, move: Slopes, rows: Rows) -> np.ndarray:
        total: Any = 0
        slopes = self.surface.coefficients(rows.x)
        for part in parts_of(len(rows.x)):
            x, shares = rows.x[part], rows.shares(part)
            rates = self._rates(move, x, part)
            moving = rates[:, 1:] if self.bias else rates
            by_link = torch.from_numpy(moving @ slopes.T).requires_grad_()
            link = self._link(self.surface.inputs(x), rows.offsets(part))
            both = [_of_slope(first, link, by_link) for first in self._firsts(link)]
            through = np.stack([one for one, _ in both])
            direct = np.stack([two for _, two in both])
            total = total + _added_up(shares, through, self._columns(x))
            total = total + _added_up(shares, direct, rates)
        return np.asarray(total)

    def _link(self, inputs: Tensor, offset: np.ndarray | None) -> Tensor:
        with torch.no_grad():
            link = self.surface.link(inputs, offset)
        return link.requires_grad_()

    def _gradients(self, inputs: Tensor, offset: np.ndarray | None) -> np.ndarray:
        """Derive each prediction by the link of its row: (d, rows, k)."""
        firsts = self._firsts(self._link(inputs, offset))
        return np.stack([first.detach().numpy() for first in firsts])

    def _firsts(self, link: Tensor) -> list[Tensor]:
        values = self.surface.follow(link)
        return [
            torch.autograd.grad(values[:, one].sum(), link, create_graph=True)[0]
            for one in range(values.shape[1])
        ]


def _of_slope(first: Tensor, link: Tensor, by_link: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Derive the slope of a prediction by the link, and by the slope of the link."""
    slope = (first * by_link).sum()
    found = torch.autograd.grad(slope, [link, by_link], retain_graph=True, allow_unused=True)
    return tuple(  # type: ignore[return-value]
        np.zeros(like.shape) if one is None else one.detach().numpy()
        for one, like in zip(found, (link, by_link))
    )


def _values_at(grid: Grid, place: int, part: slice) -> np.ndarray:
    return grid.values[place] if grid.values.ndim == 2 else grid.values[place, part]


def _added_up(shares: np.ndarray, gradients: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Add up gradients (d, rows, k) by columns (rows, c) for each group: (groups, d, k * c)."""
    made = [
        np.stack([(gradient * share[:, None]).T @ columns for gradient in gradients])
        for share in shares
    ]
    found = np.stack(made)
    return found.reshape(*found.shape[:2], -1)
