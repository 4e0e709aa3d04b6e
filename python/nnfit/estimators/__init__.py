"""Estimators of scikit-learn: `Regressor` and `Classifier`. Needs the extra `nnfit[sklearn]`.

They take what scikit-learn's own take, and go where these go: pipelines, searches over grids,
cross-validation. What training gave is in `fit_`, an nnfit `Fit`, for all other functions here.
"""

from ..optional import needed

validation = needed("sklearn.utils.validation", "scikit-learn", "sklearn", "An estimator")
if not hasattr(validation, "validate_data"):
    raise ImportError(
        'An estimator needs scikit-learn 1.6 or later. Run: pip install -U "nnfit[sklearn]".'
    )

from .base import Estimator as Estimator  # noqa: E402
from .classifier import Classifier as Classifier  # noqa: E402
from .regressor import Regressor as Regressor  # noqa: E402

# for `check_estimator(estimator, expected_failed_checks=...)`, of what is named here: all others
# pass every check
EXPECTED_FAILED_CHECKS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "in float32 a network is the same up to its rounding; and classes that a line divides, as "
        "those of this check, have no best model without a penalty: rounding decides how far it is "
        "trained"
    )
}

__all__ = ["EXPECTED_FAILED_CHECKS", "Classifier", "Estimator", "Regressor"]
