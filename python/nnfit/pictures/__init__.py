"""Pictures of fits by matplotlib. Needs the extra `nnfit[plot]`."""

from .picture import plot as plot

__all__ = ["plot"]
