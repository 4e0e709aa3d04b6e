"""What a call that trains is: by that a checkpoint knows its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn

from ..data.table import Table
from ..options.asked import Asked
from ..options.rows import option_names


def call_of(
    function: str, asked: Asked, rows: Table | None, model: nn.Module | None
) -> dict[str, Any]:
    """Describe a call by the user's names: function, options, data.

    Parameters
    ----------
    function : str
    asked : Asked
        The seed aside: of two calls without one it may differ.
    rows : Table or None
        In memory.
    model : nn.Module or None
        The user's own, untrained.
    """
    options = {name: getattr(asked, name) for name in option_names("training")}
    options.pop("seed")
    columns = {} if rows is None else rows._asdict()
    names = {"the columns": asked.feature_names, "the outcomes": asked.outcome_names}
    return {
        "the function": function,
        **columns,
        **names,
        **options,
        "model": None if model is None else [str(model), model.state_dict(), list(_codes(model))],
    }


def _codes(model: nn.Module) -> Iterator[Any]:
    """Give what the modules do that are not torch's."""
    for part in model.modules():
        if not type(part).__module__.startswith("torch."):
            yield from (one for one in vars(type(part)).values() if hasattr(one, "__code__"))
