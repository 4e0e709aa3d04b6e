"""What the columns that a fit predicts are called."""

from __future__ import annotations

from ..options.resolved import Resolved


def output_names(spec: Resolved, number: int) -> tuple[str, ...]:
    """Name so many columns: of the response, or all of the link.

    By the classes (one column is that of the second), or by the outcomes, y1, y2 where they have no
    names; of a loss with several heads each outcome's name with that of the head.
    """
    if spec.levels:
        return spec.levels if len(spec.levels) == number else spec.levels[-1:]
    names = spec.outcome_names or tuple(f"y{k + 1}" for k in range(spec.n_outcomes))
    if len(spec.heads) > 1 and number == spec.n_outputs:
        return tuple(f"{name}.{head}" for head in spec.heads for name in names)
    return tuple(names)
