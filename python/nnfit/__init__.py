"""nnfit: from linear models to neural networks on PyTorch.

`nnfit.core` fits models; `nnfit.rlm` runs R's `lm()` beside them (needs the extra `nnfit[r]`).
`nnfit.save()` and `nnfit.load()` keep a fit in a file, which R reads and writes too;
`nnfit.export()` writes it as ONNX, for others. `nnfit.diagnose()` says what may be wrong with it,
`nnfit.effects()` what it has learnt, `nnfit.importance()` and `nnfit.shapley()` what it goes by.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# whose import takes a second or two: put off
OF_CORE = ("diagnose", "effects", "export", "importance", "load", "save", "shapley")


def __getattr__(name: str) -> Any:
    """Give what of the core is at hand here: `OF_CORE`."""
    if name in OF_CORE:
        from . import core

        return getattr(core, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
