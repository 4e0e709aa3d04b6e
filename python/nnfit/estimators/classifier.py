"""Classifier: labels from numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from ..core.ground.errors import NNFitError, listed
from ..core.model.fit import FitView
from ..core.options.checks import check
from ..core.options.families import family
from .base import Estimator
from .described import described

Method = TypeVar("Method", bound=Callable[..., Any])


def _gives_probabilities(classifier: Classifier) -> bool:
    """Tell whether the loss, if it is a known one, leads to probabilities."""
    fitted = getattr(classifier, "fit_", None)
    if fitted is not None:
        return bool(FitView(fitted).spec.family.probabilities)
    try:
        loss = check("loss", classifier.loss)
    except NNFitError:  # which is told when it is fitted
        return True
    if loss is None or family(loss.name).probabilities or family(loss.name).own:
        return True
    raise AttributeError(f'The loss "{loss.name}" gives scores, which are no probabilities.')


def _where_it_gives_probabilities(method: Method) -> Method:
    """As `available_if()`, which would lose the types."""
    made: Method = available_if(_gives_probabilities)(method)
    return made


@described(Estimator)
class Classifier(ClassifierMixin, Estimator):  # type: ignore[misc]
    """Predicts labels: a linear model or a network, as an estimator of scikit-learn.

    Parameters
    ----------
    **shared

    Attributes
    ----------
    classes_ : array (classes,)
        The labels, in their order.
    **shared

    Notes
    -----
    Columns of classes are encoded beforehand, as scikit-learn has it (`OneHotEncoder`), embedded
    (`embed`) or coded by a `formula`. Sparse matrices are not taken.

    A row of weight 2 is that row twice, in standardising too, where all weights are whole numbers.
    But classes that a line divides have no best model without a `penalty`: rounding decides how
    far it is trained, which scikit-learn's `check_estimator()` notices; see
    `nnfit.estimators.EXPECTED_FAILED_CHECKS`.

    Examples
    --------
    >>> from nnfit import Classifier
    >>> x, y = [[1.0], [2.0], [3.0], [4.0]], ["low", "high", "low", "high"]
    >>> Classifier(penalty=0.1).fit(x, y).predict([[9.0]])
    array(['high'], dtype='<U4')
    """

    _of_classes = True

    classes_: NDArray[Any]

    def _outcome(self, y: Any) -> tuple[NDArray[Any], dict[str, Any]]:
        check_classification_targets(y)
        labels = column_or_1d(y, warn=True)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise NNFitError(
                "y", f"holds one class, {self.classes_.tolist()[0]!r}.", "Two are to be told apart."
            )
        names = [str(label) for label in self.classes_.tolist()]
        if len(set(names)) < len(names):
            raise NNFitError("y", "has labels that are written alike.", "Give strings.")
        weights = self.class_weights
        if isinstance(weights, Mapping):
            weights = {str(label): weight for label, weight in weights.items()}
        asked = {"levels": names, "class_weights": weights, "validation": self._held_out()}
        return codes, asked

    def _held_out(self) -> Any:
        """Give held-out data with the positions of their labels, as those to train on have them."""
        given = self.validation
        if not isinstance(given, (tuple, list)) or len(given) != 2 or np.ndim(given[1]) != 1:
            return given
        labels = column_or_1d(given[1])
        unknown = sorted(set(labels.tolist()) - set(self.classes_.tolist()), key=str)
        if unknown:
            raise NNFitError(
                "validation", f"has labels that y has not: {listed(unknown, quote='')}."
            )
        return given[0], np.searchsorted(self.classes_, labels)

    def decision_function(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Give the scores before the link.

        Returns
        -------
        array (n,) of two classes, where 0 divides them: log-odds by default; (n, classes) of more
        """
        link = self._predicted(X, "link")
        return link[:, 0] if link.shape[1] == 1 else link

    @_where_it_gives_probabilities
    def predict_proba(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Give the probability of each class: (n, classes), in the order of `classes_`."""
        found = self._predicted(X, "response")
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Predict the most probable label: (n,), of the type that y had."""
        chances = _gives_probabilities(self)  # half of which is a score of 0 by some links alone
        found = self._predicted(X, "response" if chances else "link")
        one, half = found.shape[1] == 1, 0.5 if chances else 0.0
        codes = (found[:, 0] > half).astype(int) if one else found.argmax(axis=1)
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    @property
    def coef_(self) -> NDArray[Any]:
        """Slopes of a linear model, in the data's units: (1, p) of two classes, else (classes, p).

        Zero for a column that takes no part.
        """
        return self._linear()[:, 1:]

    @property
    def intercept_(self) -> NDArray[Any]:
        """Intercepts of a linear model: (1,) of two classes, else (classes,)."""
        return self._linear()[:, 0]
