"""Ways to move columns of rows, and the mean of what a fit then predicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

import numpy as np
import torch
from torch import Tensor

from .surface import ROWS_AT_ONCE, Surface, parts_of


class Rows(NamedTuple):
    """Rows to average over.

    Attributes
    ----------
    x : array (n, p)
    offset : array (n, d) or None
    weights : array (n,)
    groups : int array (n,)
        Each group has means of its own.
    number : int
        How many groups there are.
    """

    x: np.ndarray
    offset: np.ndarray | None
    weights: np.ndarray
    groups: np.ndarray
    number: int

    def offsets(self, part: slice | np.ndarray, times: int = 1) -> np.ndarray | None:
        """Give the offset of some rows, so many times."""
        if self.offset is None:
            return None
        return np.tile(self.offset[part], (times, 1))

    def shares(self, part: slice) -> np.ndarray:
        """Give the part that rows have in the mean of each group: (groups, rows)."""
        sums = np.bincount(self.groups, self.weights, self.number)
        belongs = self.groups[part] == np.arange(self.number)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(belongs * self.weights[part] / sums[:, None])


class Grid(NamedTuple):
    """Columns that are set to one place of a grid after the other, in all rows.

    Attributes
    ----------
    columns : int array (J,)
    values : array (G, J) or (G, n, J)
        The same for all rows, or for each its own.
    """

    columns: np.ndarray
    values: np.ndarray


class Steps(NamedTuple):
    """Sums of what rows are predicted with their columns at several places, by cells.

    Attributes
    ----------
    columns : int array (J,)
    values : array (S, m, J)
    signs : array (S,)
    rows, cells : int array (m,)
        Which rows move, and to which cell each belongs.
    number : int
        How many cells there are.
    """

    columns: np.ndarray
    values: np.ndarray
    signs: np.ndarray
    rows: np.ndarray
    cells: np.ndarray
    number: int


class Slopes(NamedTuple):
    """A variable that moves columns at some rate.

    Attributes
    ----------
    columns : int array (J,)
    rates : array (1, J) or (n, J)
    """

    columns: np.ndarray
    rates: np.ndarray


Move = Union[Grid, Steps, Slopes]


def means(surface: Surface, moves: Sequence[Move], rows: Rows) -> list[np.ndarray]:
    """Compute the means of each move.

    Returns
    -------
    list of array
        Of a grid (groups, G, d), of steps (cells, d), of slopes (groups, d). NaN where there is no
        row.
    """
    # one pass of gradients serves all slopes
    slopes = iter(_of_slopes(surface, [one for one in moves if isinstance(one, Slopes)], rows))
    found = []
    for move in moves:
        if isinstance(move, Slopes):
            found.append(next(slopes))
        elif isinstance(move, Grid):
            found.append(_of_grid(surface, move, rows))
        else:
            found.append(_of_steps(surface, move, rows))
    return found


def curves(surface: Surface, grid: Grid, rows: Rows, which: np.ndarray) -> np.ndarray:
    """Predict some rows at each place of a grid, one by one: (rows, G, d)."""
    offset = None if rows.offset is None else rows.offset[which]
    some = rows._replace(x=rows.x[which], offset=offset)
    values = grid.values if grid.values.ndim == 2 else grid.values[:, which]
    found = [at for _, _, at in _along(surface, grid._replace(values=values), some)]
    return np.concatenate(found).swapaxes(0, 1) if len(found) > 1 else found[0].swapaxes(0, 1)


def _of_grid(surface: Surface, grid: Grid, rows: Rows) -> np.ndarray:
    total: np.ndarray | None = None
    for part, places, values in _along(surface, grid, rows):
        if total is None:
            total = np.zeros((rows.number, len(grid.values), values.shape[2]))
        total[:, places] += np.tensordot(rows.shares(part), values, (1, 1))
    assert total is not None  # there are rows, and places
    return total


def _along(surface: Surface, grid: Grid, rows: Rows) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Yield parts of the rows, places of the grid, and predictions there (places, rows, d)."""
    for part in parts_of(len(rows.x)):
        x = rows.x[part]
        base = surface.inputs(x)
        for places in parts_of(len(grid.values), max(1, ROWS_AT_ONCE // len(x))):
            inputs = placed(surface, grid, x, base, part, places)
            number = places.stop - places.start
            values = surface(inputs, rows.offsets(part, number))
            yield part, places, values.reshape(number, len(x), -1)


def placed(
    surface: Surface, grid: Grid, x: np.ndarray, base: Tensor, part: slice, places: slice
) -> Tensor:
    """Put rows at places of a grid, place after place; `base`: the rows as the network has them."""
    columns = grid.columns
    if grid.values.ndim == 3:
        values = grid.values[places, part]
        moved = np.tile(x, (len(values), 1))
        moved[:, columns] = values.reshape(-1, len(columns))
        return surface.inputs(moved)
    values = grid.values[places]
    moved = np.repeat(x[:1], len(values), axis=0)
    moved[:, columns] = values
    inputs = base.repeat(len(values), 1)
    at = torch.as_tensor(columns, device=base.device)
    fresh = surface.inputs(moved)[:, at].repeat_interleave(len(x), 0)
    inputs[:, at] = fresh
    return inputs


def _of_steps(surface: Surface, steps: Steps, rows: Rows) -> np.ndarray:
    each = []
    for part, x, offset in step_parts(steps, rows):
        places = stepped(steps, part, x)
        each.append(sum(sign * surface(surface.inputs(moved), offset) for sign, moved in places))
    return _by_cell(np.concatenate(each), steps, rows)


def step_parts(steps: Steps, rows: Rows) -> Iterator[tuple[slice, np.ndarray, np.ndarray | None]]:
    """Yield parts of the rows that step, with the rows themselves and their offset."""
    for part in parts_of(len(steps.rows)):
        chosen = steps.rows[part]
        yield part, rows.x[chosen], rows.offsets(chosen)


def stepped(steps: Steps, part: slice, x: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
    """Yield a sign and the rows, for each place that they step to."""
    for sign, values in zip(steps.signs, steps.values):
        moved = x.copy()
        moved[:, steps.columns] = values[part]
        yield float(sign), moved


def _by_cell(values: np.ndarray, steps: Steps, rows: Rows) -> np.ndarray:
    """Average values (m, d) of the rows that step by their cells."""
    weights = rows.weights[steps.rows]
    sums = [np.bincount(steps.cells, weights * column, steps.number) for column in values.T]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(sums, 1) / counts(steps, rows)[:, None]


def counts(steps: Steps, rows: Rows) -> np.ndarray:
    """Add up the weights of each cell."""
    return np.bincount(steps.cells, rows.weights[steps.rows], steps.number)


def _of_slopes(surface: Surface, moves: Sequence[Slopes], rows: Rows) -> list[np.ndarray]:
    if not moves:
        return []
    total = [np.zeros(())] * len(moves)
    for part in parts_of(len(rows.x)):
        gradients = surface.gradients(rows.x[part], rows.offsets(part))
        shares = rows.shares(part)
        for at, move in enumerate(moves):
            rates = move.rates if len(move.rates) == 1 else move.rates[part]
            slopes = (gradients[:, :, move.columns] * rates).sum(2)  # (d, rows)
            total[at] = total[at] + shares @ slopes.T
    return total
