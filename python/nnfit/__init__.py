"""nnfit: from linear models to neural networks on PyTorch.

`fit()` trains a linear model or a network, `predict()` predicts; `fit_formula()` does it by a
formula on a data frame. `Regressor` and `Classifier` are estimators of scikit-learn. `save()` and
`load()` keep a fit in a file, which R reads and writes too; `export()` writes it as ONNX, for
others. `tune()` searches for good options, `tune_formula()` for those of a fit by a formula.
`diagnose()` says what may be wrong with a fit, `effects()` what it has learnt, `importance()` and
`shapley()` what it goes by; `plot()` draws it.
`nnfit.core` has all else; `nnfit.rlm` runs R's `lm()` beside a fit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what is given below when it is asked for
    from .core import Choice as Choice
    from .core import Fit as Fit
    from .core import NNFitError as NNFitError
    from .core import NNFitWarning as NNFitWarning
    from .core import Range as Range
    from .core import diagnose as diagnose
    from .core import effects as effects
    from .core import export as export
    from .core import fit as fit
    from .core import importance as importance
    from .core import job as job
    from .core import load as load
    from .core import predict as predict
    from .core import save as save
    from .core import shapley as shapley
    from .core import tune as tune
    from .estimators import Classifier as Classifier
    from .estimators import Regressor as Regressor
    from .formulas import fit_formula as fit_formula
    from .formulas import tune_formula as tune_formula
    from .pictures import plot as plot

__version__ = "0.1.0"

# whose import takes a second or two: put off
OF_CORE = (
    "Choice", "Range", "diagnose", "effects", "export", "importance", "job", "load", "save",
    "shapley", "tune",
)  # fmt: skip

# these too, and what extras bring: by the module that each is in
ELSEWHERE = {
    **dict.fromkeys(("Fit", "NNFitError", "NNFitWarning", "fit", "predict"), "core"),
    **dict.fromkeys(("Classifier", "Regressor"), "estimators"),
    **dict.fromkeys(("fit_formula", "tune_formula"), "formulas"),
    "plot": "pictures",
}
PUBLIC = (*OF_CORE, *ELSEWHERE)
MODULES = ("core", "estimators", "formulas", "pictures", "rlm", "tensors")


def __dir__() -> list[str]:
    return sorted({*PUBLIC, *MODULES, *(name for name in globals() if name.startswith("__"))})


if not TYPE_CHECKING:  # else every name would be one, of any type

    def __getattr__(name: str) -> Any:
        """Give what is at hand here, `PUBLIC` and `MODULES`, when it is first asked for."""
        if name in MODULES:
            return import_module(f".{name}", __name__)
        if name in PUBLIC:
            found = getattr(import_module(f".{ELSEWHERE.get(name, 'core')}", __name__), name)
            globals()[name] = found
            return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
