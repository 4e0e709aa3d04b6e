"""Models and training loops: `fit()` and `predict()` on arrays. Needs torch and NumPy, never R."""

from .api import fit as fit
from .api import predict as predict
from .curves import activation_curves as activation_curves
from .errors import NNFitError as NNFitError

__all__ = ["NNFitError", "activation_curves", "fit", "predict"]
