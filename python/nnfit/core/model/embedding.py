"""Embedded columns: each level's own vector of numbers, which the network learns.

In rows a level is its position, from 0. What has the position after the last is not among the
levels: it gets the mean of the vectors of those levels that training has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..options.embed import Embedded
from ..options.resolved import Resolved

NAME = "embed"  # of the module in a network


class Embedding(nn.Embedding):
    """The vectors of a column's levels.

    They start as torch draws them, but divided by the root of their size: so all of a vector
    varies as one standardised column does, however long it is.
    """

    def reset_parameters(self) -> None:
        """Draw initial values."""
        super().reset_parameters()
        with torch.no_grad():
            self.weight.mul_(self.embedding_dim**-0.5)


class MemberEmbedding(nn.Module):
    """The vectors of each of M members.

    Attributes
    ----------
    weight : Tensor (M, levels, size)
    """

    def __init__(
        self,
        members: int,
        levels: int,
        size: int,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(members, levels, size, device=device, dtype=dtype))

    def extra_repr(self) -> str:
        """Say its sizes as nn.Embedding does."""
        members, levels, size = self.weight.shape
        return f"members={members}, {levels}, {size}"


class Embeddings(nn.Module):
    """Rows (n, p) in which some columns are positions; these become vectors, behind the others.

    Gives (n, inputs); of several members (M, n, inputs).

    Parameters
    ----------
    embedded : sequence of Embedded
    n_features : int
        Columns of the rows.
    members : int, default 1
    device, dtype
        As torch takes them.

    Attributes
    ----------
    seen : list of Tensor (*lead, levels) of bool, or None
        Which levels rows to train on have; None: all. The others are answered as those that are no
        levels, where a network is not in training.
    """

    def __init__(
        self,
        embedded: Sequence[Embedded],
        n_features: int,
        members: int = 1,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self.columns = [one.column for one in embedded]
        self.others = [column for column in range(n_features) if column not in self.columns]
        self.seen: list[Tensor] | None = None
        for place, one in enumerate(embedded):
            sizes = len(one.levels), one.size
            table = (
                Embedding(*sizes, device=device, dtype=dtype)
                if members == 1
                else MemberEmbedding(members, *sizes, device=device, dtype=dtype)
            )
            self.add_module(str(place), table)

    @property
    def tables(self) -> list[Tensor]:
        """The vectors of each embedded column: (levels, size), of members (M, levels, size)."""
        return list(self.parameters())

    def forward(self, x: Tensor) -> Tensor:
        """Put vectors in the place of positions."""
        return self.of_tables(x, self.tables)

    def of_tables(self, x: Tensor, tables: Sequence[Tensor]) -> Tensor:
        """Do so with other vectors: (*lead, levels, size), of rows (n, p) or (*lead, n, p)."""
        lead = tables[0].shape[:-2]
        rows = x[..., self.others]
        parts = [rows.expand(*lead, *rows.shape) if lead and rows.ndim == 2 else rows]
        for place, (column, table) in enumerate(zip(self.columns, tables)):
            if not self.training:
                seen = None if self.seen is None else self.seen[place].to(table.device)
                table = with_mean(table, seen)
            codes = x[..., column].long()
            parts.append(_picked(table, codes))
        return torch.cat(parts, -1)

    def notice(self, rows: Iterable[Tensor | np.ndarray]) -> None:
        """Look at the rows (n, p) to train on: which levels they have."""
        self.seen = [
            torch.zeros(table.shape[-2], dtype=torch.bool, device=table.device)
            for table in self.tables
        ]
        for part in rows:
            for column, seen in zip(self.columns, self.seen):
                codes = part[:, column]
                present = codes.unique() if isinstance(codes, Tensor) else np.unique(codes)
                seen[torch.as_tensor(present, device=seen.device).long()] = True

    @torch.no_grad()
    def settle(self) -> None:
        """Give the levels that training has not seen the mean of the others for good."""
        if self.seen is not None:
            for table, seen in zip(self.tables, self.seen):
                table.copy_(with_mean(table, seen)[..., :-1, :])


def _picked(table: Tensor, codes: Tensor) -> Tensor:
    """Give the vectors (*lead, n, size) at positions (n,) or (*lead, n)."""
    if table.ndim == 2:
        return nn.functional.embedding(codes, table)
    if codes.ndim == 1:
        return table[..., codes, :]
    return table.gather(-2, codes.unsqueeze(-1).expand(*codes.shape, table.shape[-1]))


def with_mean(table: Tensor, seen: Tensor | None = None) -> Tensor:
    """Put the mean of the levels that were seen behind all, and in the place of the others.

    Parameters
    ----------
    table : Tensor (*lead, levels, size)
    seen : Tensor (*lead, levels) of bool, optional

    Returns
    -------
    Tensor (*lead, levels + 1, size)
    """
    if seen is None:
        return torch.cat([table, table.mean(-2, keepdim=True)], -2)
    known = seen.unsqueeze(-1)
    mean = torch.where(known, table, 0.0).sum(-2, keepdim=True) / known.sum(-2, keepdim=True)
    return torch.cat([torch.where(known, table, mean), mean], -2)


def embeddings_for(spec: Resolved, device: torch.device | str) -> Embeddings | None:
    """Make a network's embedded columns, with initial values; None: it has none."""
    if not spec.embedded:
        return None
    sizes = spec.embedded, spec.n_features, spec.members
    return Embeddings(*sizes, device=device, dtype=spec.torch_dtype)


def embeddings_of(network: nn.Module) -> Embeddings | None:
    """Give a network's embedded columns; None: it has none."""
    first = next(network.children(), None)
    return first if isinstance(first, Embeddings) else None


def seen_by(rows: np.ndarray, weights: np.ndarray | None, embedded: Embedded) -> Tensor:
    """Tell which levels (R, levels) the rows (n, p) of R replicas have; `weights` (R, n) counts."""
    codes = rows[:, embedded.column].astype(np.int64)
    counts = np.ones((1, len(codes))) if weights is None else weights
    each = [np.bincount(codes, one > 0, minlength=len(embedded.levels)) > 0 for one in counts]
    return torch.from_numpy(np.stack(each))
