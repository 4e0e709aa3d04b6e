import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from nnfit.core import NNFitError
from nnfit.estimators import Regressor

SMALL = {"hidden_units": 4, "epochs": 60, "penalty": 0.01}


CHECKED = [
    {},
    {"scale": False},
    {"penalty": 0.1, "mixture": 0.5},
    {**SMALL, "dtype": "float64", "seed": 1},
]


@pytest.mark.filterwarnings("ignore")  # what the checks provoke
@pytest.mark.parametrize("options", CHECKED, ids=str)
def test_scikit_learn_checks_it(options):
    found = check_estimator(Regressor(**options), on_skip=None)
    assert sum(one["status"] == "passed" for one in found) > 40


def test_a_linear_one_is_least_squares(frame, numbers):
    ours, theirs = Regressor().fit(frame, numbers), LinearRegression().fit(frame, numbers)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, rel=1e-9)
    assert ours.score(frame, numbers) == pytest.approx(theirs.score(frame, numbers), rel=1e-9)


def test_weights_are_those_of_least_squares(frame, numbers, rng):
    weights = rng.integers(0, 4, 60)
    ours = Regressor().fit(frame, numbers, sample_weight=weights)
    theirs = LinearRegression().fit(frame, numbers, sample_weight=weights)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8)


def test_several_outcomes_keep_their_dimensions(frame, numbers):
    both = np.column_stack([numbers, -numbers])
    made = Regressor().fit(frame, both)
    assert made.predict(frame).shape == (60, 2)
    assert made.coef_.shape == (2, 2)
    np.testing.assert_allclose(made.coef_[0], -made.coef_[1], rtol=1e-8)
    assert Regressor().fit(frame, numbers[:, None]).predict(frame).shape == (60, 1)
    assert Regressor().fit(frame, numbers[:, None]).coef_.shape == (1, 2)


def test_levels_of_a_loss_are_columns(frame, numbers):
    made = Regressor(loss=("quantile", {"level": [0.1, 0.9]})).fit(frame, numbers)
    low, high = made.predict(frame).T
    assert (low <= high).all()


def test_a_column_that_takes_no_part_has_no_slope(frame, numbers):
    made = Regressor().fit(frame.assign(c=1.0, d=2 * frame["a"]), numbers)
    np.testing.assert_array_equal(made.coef_[2:], 0)
    predicted = frame.to_numpy() @ made.coef_[:2] + made.intercept_
    np.testing.assert_allclose(predicted, Regressor().fit(frame, numbers).predict(frame))


def test_a_network_has_no_coefficients(frame, numbers):
    made = Regressor(**SMALL).fit(frame, numbers)
    assert not hasattr(made, "coef_")
    assert not hasattr(made, "intercept_")
    assert made.n_iter_ == len(made.loss_curve_) == 60


def test_it_goes_where_scikit_learns_go(frame, numbers):
    search = GridSearchCV(
        make_pipeline(StandardScaler(), Regressor(epochs=40, penalty=0.01, seed=1)),
        {"regressor__hidden_units": [(), (3,), [2, 2]], "regressor__activation": [None]},
        cv=3,
    ).fit(frame, numbers)
    assert search.best_params_["regressor__hidden_units"] == ()
    assert cross_val_score(Regressor(), frame, numbers, cv=4).min() > 0.9


def test_what_is_wrong_is_named(frame, numbers):
    with pytest.raises(NNFitError, match="`y` is needed"):
        Regressor().fit(frame, None)
    with pytest.raises(NNFitError, match="`hidden_units` must be"):
        Regressor(hidden_units=-1).fit(frame, numbers)
    with pytest.raises(NNFitError, match="class_weights"):
        Regressor(class_weights="balanced").fit(frame, numbers)
    with pytest.raises(NNFitError, match='`hiden` is not an option. Did you mean "hidden_units"'):
        Regressor(hiden=1)
