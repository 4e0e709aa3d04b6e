"""Regressor: numbers from numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array

from .base import Estimator
from .described import described


@described(Estimator)
class Regressor(RegressorMixin, Estimator):  # type: ignore[misc]
    """Predicts numbers: a linear model or a network, as an estimator of scikit-learn.

    Parameters
    ----------
    **shared

    Attributes
    ----------
    **shared

    Notes
    -----
    Columns of classes are encoded beforehand, as scikit-learn has it (`OneHotEncoder`), embedded
    (`embed`) or coded by a `formula`. Sparse matrices are not taken. `class_weights` is for a
    `Classifier`.

    A row of weight 2 is that row twice, in standardising too, where all weights are whole numbers.

    Examples
    --------
    >>> from nnfit import Regressor
    >>> Regressor().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0]).predict([[3.0]]).round(6)
    array([3.])
    """

    _of_classes = False

    def _outcome(self, y: Any) -> tuple[NDArray[Any], dict[str, Any]]:
        values = check_array(y, ensure_2d=False, input_name="y", dtype="numeric")
        values = values.astype(np.float64, copy=False)
        self._one_column = values.ndim == 1
        return values, {}

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Predict the outcome.

        Returns
        -------
        array (n,), or (n, d) where y had two dimensions
            Of a loss with several levels a column for each.
        """
        found = self._predicted(X, "response")
        return found[:, 0] if self._one_column and found.shape[1] == 1 else found

    @property
    def coef_(self) -> NDArray[Any]:
        """Slopes of a linear model, in the data's units: (p,), or (d, p) of several outcomes.

        Zero for a column that takes no part.
        """
        slopes = self._linear()[:, 1:]
        return slopes[0] if self._one_column and len(slopes) == 1 else slopes

    @property
    def intercept_(self) -> float | NDArray[Any]:
        """Intercept of a linear model: a number, or (d,) of several outcomes."""
        intercepts = self._linear()[:, 0]
        one = self._one_column and len(intercepts) == 1
        return float(intercepts[0]) if one else intercepts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
