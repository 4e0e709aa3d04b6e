"""nnfit: from linear models to neural networks on PyTorch.

`nnfit.core` fits models; `nnfit.rlm` runs R's `lm()` beside them (needs the extra `nnfit[r]`).
"""

__version__ = "0.1.0"
