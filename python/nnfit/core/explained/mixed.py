"""Rows of which some columns are a row's own and the others those of a background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor, nn

from ..data.batches import to_inputs
from ..data.scaling import Beyond
from ..ground.devices import on_host
from ..ground.errors import NNFitError
from ..model.predictions import FAR, Reopened
from .forward import NUMBERS_AT_ONCE, Split
from .variables import Variables, check_numbers

WHOLE = slice(None)


class Block(NamedTuple):
    """Columns that follow from several players, in the user's units.

    Attributes
    ----------
    players : list of int
    columns : list of int
    values : array (2^players, n, b, columns)
        For each set of these players, the first of which counts 1, the second 2, the third 4: the
        columns where those of the set have the values of the row, the others the background's.
    others : bool
        Whether they follow from what is no player's too, which is the background's always.
    """

    players: list[int]
    columns: list[int]
    values: np.ndarray
    others: bool = False

    def number(self, members: np.ndarray) -> int:
        """Give the place of the set of players that are members (G,)."""
        return int(sum(2**place for place, one in enumerate(self.players) if members[one]))


def block_of(
    rows: Variables,
    background: Variables,
    of: Mapping[str, int],
    players: Sequence[int],
    columns: Sequence[int],
) -> Block:
    """Make the columns of a formula that follow from several players.

    `of` has the player of each variable; one of no player is the background's, always.
    """
    n, b = rows.n, background.n
    check_numbers(
        2.0 ** len(players) * n * b * len(columns), "Give fewer rows, of x or of the background."
    )
    own = {name: np.repeat(one, b) for name, one in rows.given.items()}
    other = {name: np.tile(one, n) for name, one in background.given.items()}
    values = np.empty((2 ** len(players), n, b, len(columns)))
    for number in range(len(values)):
        members = {one for place, one in enumerate(players) if number >> place & 1}
        mixed = {name: own[name] for name in own if of.get(name) in members}
        made = rows.formula.columns({**other, **mixed})[0]
        values[number] = made[:, list(columns)].reshape(n, b, len(columns))
    others = any(name not in of for place in columns for name in rows.sources[place])
    return Block(list(players), list(columns), values, others)


class Mixed:
    """Rows (n, p) to explain and a background (b, p), mixed by sets of players.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode.
    reopened : Reopened
    rows, background : array
    players : list of list of int
        The columns that follow from each player alone.
    blocks : list of Block
    """

    def __init__(
        self,
        network: nn.Module,
        reopened: Reopened,
        rows: np.ndarray,
        background: np.ndarray,
        players: list[list[int]],
        blocks: list[Block],
    ):
        self.split, self.reopened, self.players, self.blocks = (
            Split(network, not reopened.spec.own_model), reopened, players, blocks,
        )  # fmt: skip
        self.raw = rows
        self.x, self.background = self._inputs(rows), self._inputs(background)
        self.made = [self._of_block(block) for block in blocks]
        everyone = {column for one in players for column in one}
        everyone.update(column for block in blocks for column in block.columns)
        self.fixed = sorted(set(range(rows.shape[1])) - everyone)  # the background's, always
        self.whole = not self.fixed and not any(block.others for block in blocks)

    def _inputs(self, x: np.ndarray) -> Tensor:
        try:
            return to_inputs(x, self.reopened.scaling, self.reopened.spec)
        except Beyond:
            raise NNFitError("x", *FAR) from None

    def _of_block(self, block: Block) -> Tensor:
        """Scale a block's columns: (sets, n, b, c)."""
        shape = 2 ** len(block.players), len(self.raw), len(self.background), len(block.columns)
        values = block.values.reshape(-1, len(block.columns))
        rows = np.repeat(self.raw[:1], len(values), axis=0)
        rows[:, block.columns] = values
        return self._inputs(rows)[:, block.columns].reshape(shape)

    def parts_of_rows(self) -> Iterator[slice]:
        """Cut the rows so that what a layer gives for them and the background fits a cache."""
        size = max(NUMBERS_AT_ONCE // (self.split.width * len(self.background)), 1)
        for start in range(0, len(self.x), size):
            yield slice(start, start + size)

    def parts(self, player: int) -> tuple[np.ndarray, np.ndarray]:
        """Compute what a player's columns add to the first layer: of the rows, the background."""
        columns = self.players[player]
        return tuple(  # type: ignore[return-value]
            on_host(self.split.product(x[:, columns], columns)).numpy()
            for x in (self.x, self.background)
        )

    def outputs(self, members: np.ndarray, rows: slice = WHOLE) -> Tensor:
        """Compute what the network gives (n, b, k) where the members' values are the rows'.

        Where all are members, and the `whole` of a row is theirs, there is one row (n, 1, k) for
        the background's many.
        """
        if members.all() and self.whole:
            return on_host(self.split.network(self.x[rows])).unsqueeze(1)
        own = [column for one, within in zip(self.players, members) if within for column in one]
        other = [column for one, within in zip(self.players, members) if not within
                 for column in one] + self.fixed  # fmt: skip
        made = [
            (block.columns, values[block.number(members)][rows])
            for block, values in zip(self.blocks, self.made)
        ]
        mix = self._mix if self.split.first is None else self._add
        x = mix(self.x[rows], own, other, made)
        n, b = len(self.x[rows]), len(self.background)
        output = self.split.rest(x)
        return on_host(output).reshape(n, b, output.shape[-1])

    def _add(
        self, x: Tensor, own: list[int], other: list[int], made: list[tuple[list[int], Tensor]]
    ) -> Tensor:
        """Add up what each part of the columns makes of the first layer: (n * b, h)."""
        split, first = self.split, self.split.first
        assert first is not None
        behind = split.product(self.background[:, other], other)
        bias = first.bias
        if bias is not None:
            behind = behind + (bias if bias.ndim == 1 else bias.unsqueeze(1))
        begun = split.product(x[:, own], own).unsqueeze(-2) + behind.unsqueeze(-3)
        for columns, values in made:
            weight = first.weight[..., columns].mT
            begun = begun + values @ (weight if weight.ndim == 2 else weight.unsqueeze(1))
        return begun.flatten(-3, -2)

    def _mix(
        self, x: Tensor, own: list[int], other: list[int], made: list[tuple[list[int], Tensor]]
    ) -> Tensor:
        """Write the mixed rows out: (n * b, p)."""
        n, b = len(x), len(self.background)
        mixed = self.background.repeat(n, *[1] * (x.ndim - 1))
        mixed[:, own] = x[:, own].repeat_interleave(b, 0)
        for columns, values in made:
            mixed[:, columns] = values.reshape(n * b, len(columns))
        return mixed
