"""Models and training loops: on arrays and on files. Needs torch and NumPy, never R."""

from .api import fit as fit
from .api import predict as predict
from .ground.errors import NNFitError as NNFitError
from .inference.intervals import predict_interval as predict_interval
from .model.curves import activation_curves as activation_curves
from .parquet_fit import fit_design as fit_design
from .parquet_fit import fit_parquet as fit_parquet
from .parquet_fit import scan_parquet as scan_parquet
from .parquet_predict import predict_parquet as predict_parquet
from .repeats.cross_validation import cross_validate as cross_validate

__all__ = [
    "NNFitError",
    "activation_curves",
    "cross_validate",
    "fit",
    "fit_design",
    "fit_parquet",
    "predict",
    "predict_interval",
    "predict_parquet",
    "scan_parquet",
]
