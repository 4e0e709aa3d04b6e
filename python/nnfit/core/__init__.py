"""Models and training loops: on arrays and on files. Needs torch and NumPy, never R."""

from .api import fit as fit
from .api import predict as predict
from .data.censored import surv as surv
from .diagnosis.diagnose import diagnose as diagnose
from .elsewhere import job as job
from .explained.effects import effects as effects
from .explained.importance import importance as importance
from .explained.shapley import shapley as shapley
from .exported.exported import export as export
from .exported.live import module as module
from .files import fit_design as fit_design
from .files import fit_parquet as fit_parquet
from .files import predict_parquet as predict_parquet
from .files import scan_parquet as scan_parquet
from .ground.errors import NNFitError as NNFitError
from .ground.errors import NNFitWarning as NNFitWarning
from .inference.coefficients import coefficients as coefficients
from .inference.conformal import predict_conformal as predict_conformal
from .inference.conformal import predict_sets as predict_sets
from .inference.intervals import predict_interval as predict_interval
from .inference.jackknife import predict_jackknife as predict_jackknife
from .inference.survival import predict_survival as predict_survival
from .model.curves import activation_curves as activation_curves
from .model.fit import Fit as Fit
from .repeats.cross_validation import cross_validate as cross_validate
from .saved.saved import load as load
from .saved.saved import save as save
from .search import tune as tune
from .tuned.space import Choice as Choice
from .tuned.space import Range as Range

__all__ = [
    "Choice",
    "Fit",
    "NNFitError",
    "NNFitWarning",
    "Range",
    "activation_curves",
    "coefficients",
    "cross_validate",
    "diagnose",
    "effects",
    "export",
    "fit",
    "fit_design",
    "fit_parquet",
    "importance",
    "job",
    "load",
    "module",
    "predict",
    "predict_conformal",
    "predict_interval",
    "predict_jackknife",
    "predict_parquet",
    "predict_sets",
    "predict_survival",
    "save",
    "scan_parquet",
    "shapley",
    "surv",
    "tune",
]
