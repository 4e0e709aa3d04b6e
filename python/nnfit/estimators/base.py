"""What both estimators do: read rows as scikit-learn does, fit, predict, draw, save and load."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from ..core.api import fit, predict
from ..core.data.frames import frame_of, named
from ..core.data.reading import Counts
from ..core.formula.formula import Formula
from ..core.ground.errors import NNFitError
from ..core.ground.renamed import renamed
from ..core.model.fit import Fit, FitView
from ..core.model.folding import linear_coefficients
from ..core.options.asked import Asked
from ..core.options.documented import documented
from ..core.saved.saved import save
from .kept import estimator_of, kept
from .parameters import APART, Parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Self = TypeVar("Self", bound="Estimator")
THEIRS = {"x": "X", "weights": "sample_weight"}  # arguments, by the names that the core has


@documented(Asked, but=APART)
class Estimator(Parameters):
    """What `Regressor` and `Classifier` have in common.

    A subclass says what `y` becomes (`_outcome()`) and what a prediction is.

    Parameters
    ----------
    **options
        As `nnfit.fit()` has them.
    validation : float, default 0
        The part of the rows to hold out, drawn at random; with `stop_iter` training stops early.
        Or a pair of held-out data.
    bootstrap, restarts, model, callback, progress, processes
        As `nnfit.fit()` takes them.
    random_state : int or RandomState, optional
        `seed` by the name that scikit-learn looks for: its ensembles and searches set it. Where it
        is given, `seed` does not count.
    formula : str, optional
        The right side of a formula, such as "wt + C(cyl)", by which columns are made of X, a data
        frame. See `nnfit.fit_formula()`.

    Attributes
    ----------
    fit_ : Fit
        What training gave, for `nnfit.diagnose()` and all others.
    coef_, intercept_ : array
        Of a linear model alone, in the data's units.
    n_iter_ : int
        Epochs that training took.
    loss_curve_ : array (n_iter_,)
    n_features_in_, feature_names_in_
        As scikit-learn has them.
    """

    _of_classes: bool
    fit_: Fit
    n_features_in_: int

    def fit(self: Self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Train.

        Parameters
        ----------
        X : array or data frame (n, p)
            Numbers; of a data frame columns of classes too, where `embed` or `formula` say so.
        y : array (n,), in a `Regressor` also (n, d)
        sample_weight : array (n,), optional
            Not negative. A row of weight zero takes no part; where all are whole numbers, one of
            weight 2 is that row twice.

        Returns
        -------
        The estimator itself.
        """
        rows = self._rows(X, y)
        outcome, asked = self._outcome(y)
        weights = None if sample_weight is None else Counts(sample_weight)
        given = {**self._options(), **asked, "weights": weights}
        with renamed(THEIRS):
            if self.formula is None:
                self.fit_ = fit(rows, outcome, **given)
            else:
                from ..formulas.fitted import fit_by

                self.fit_ = fit_by(self.formula, rows, outcome, **given)
        return self

    def _outcome(self, y: Any) -> tuple[NDArray[Any], dict[str, Any]]:
        """Read y: what the core takes of it, and the options that this settles."""
        raise NotImplementedError

    def _rows(self, X: Any, y: Any = "no_validation") -> Any:  # noqa: N803
        """Check rows as scikit-learn does: to fit, where there is a y, or to predict for."""
        reset = not isinstance(y, str)
        if reset and y is None:
            name = type(self).__name__  # and then scikit-learn's own words
            raise NNFitError(
                "y", f"is needed: {name} requires y to be passed, but the target y is None."
            )
        if self.formula is not None or self.embed is not None or (not reset and self._by_names()):
            return self._rows_of_frame(X, reset)
        checked = validate_data(self, X, reset=reset, dtype=(np.float64, np.float32))
        if not hasattr(self, "feature_names_in_"):
            return checked
        frame = frame_of(X, "X")
        bare = frame is None or frame.names is None
        return named(checked, self.feature_names_in_) if bare else X  # of which it has warned

    def _by_names(self) -> bool:
        """Tell whether a fit, perhaps one of R's, takes columns that are no numbers."""
        return Formula.of(self.fit_) is not None or bool(FitView(self.fit_).spec.embedded)

    def _rows_of_frame(self, X: Any, reset: bool) -> Any:  # noqa: N803
        """Take a frame as it is: its columns of classes are read by their labels."""
        frame = frame_of(X, "X")
        if frame is None or frame.names is None:
            raise NNFitError(
                "X", "must be a data frame where columns are named by `formula` or `embed`.",
                "Give one of pandas or polars.",
            )  # fmt: skip
        if reset or hasattr(self, "feature_names_in_"):  # else R made the fit, by a formula
            validate_data(self, X, reset=reset, skip_check_array=True)
        return X

    def _predicted(self, X: Any, type: str) -> NDArray[Any]:  # noqa: N803
        """Predict (n, k)."""
        check_is_fitted(self)
        with renamed(THEIRS):
            return predict(self.fit_, self._rows(X), type=type, model=self.model)

    @property
    def n_iter_(self) -> int:
        """Epochs that training took."""
        return len(self.loss_curve_)

    @property
    def loss_curve_(self) -> NDArray[Any]:
        """The loss of each epoch on the rows to train on, before its first update."""
        check_is_fitted(self)
        losses = self.fit_.history["train_loss"]
        assert losses is not None
        return losses

    def _linear(self) -> NDArray[Any]:
        """Give the coefficients of a linear model (outputs, 1 + features), the intercept first."""
        check_is_fitted(self)
        if not FitView(self.fit_).spec.linear:
            raise AttributeError("A network has no coef_ and no intercept_: see fit_.parameters.")
        return np.nan_to_num(linear_coefficients(self.fit_), nan=0.0)

    def plot(
        self,
        which: str = "loss",
        X: Any = None,  # noqa: N803
        y: Any = None,
        *,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw a picture of the fit, of rows that it was fitted to or of others.

        Parameters
        ----------
        which, ax
            See `nnfit.plot()`.
        X, y
            Rows and their outcome, for "observed", "residuals" and "curve".
        """
        from ..pictures.picture import plot

        check_is_fitted(self)
        return plot(self.fit_, which, x=X, y=y, ax=ax)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fit with what the estimator knows beside it.

        Parameters
        ----------
        path : str or path
            `load()` of the class reads it; `nnfit.load()` and R's `nn_load()` read the fit in it.
        """
        check_is_fitted(self)
        save(kept(self), path)

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str]) -> Self:
        """Read an estimator that `save()` wrote; or make one of a fit that R or Python saved.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        A fitted estimator of this class.
        """
        made: Self = estimator_of(cls, path)
        return made
