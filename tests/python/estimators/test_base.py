import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from torch import nn

import nnfit
from nnfit import core
from nnfit.core import NNFitError
from nnfit.estimators import Classifier, Regressor
from support import imported


def test_the_fit_is_there_for_all_others(frame, numbers):
    made = Regressor().fit(frame, numbers)
    assert isinstance(made.fit_, nnfit.Fit)
    np.testing.assert_array_equal(core.predict(made.fit_, frame)[:, 0], made.predict(frame))
    assert core.coefficients(made.fit_).term == ("(Intercept)", "a", "b")


def test_columns_go_by_name(frame, numbers):
    made = Regressor().fit(frame, numbers)
    assert list(made.feature_names_in_) == ["a", "b"]
    with pytest.raises(ValueError, match="feature names"):
        made.predict(frame[["b", "a"]])
    with pytest.raises(ValueError, match="feature names"):
        made.predict(frame.rename(columns={"a": "z"}))


def test_before_a_fit_there_is_nothing(frame):
    for what in ("predict", "save"):
        with pytest.raises(NotFittedError):
            getattr(Regressor(), what)(frame)
    assert not hasattr(Regressor(), "loss_curve_")


def test_sparse_rows_are_refused(frame, numbers):
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError, match="[Ss]parse"):
        Regressor().fit(sparse.csr_array(frame.to_numpy()), numbers)


def test_early_stopping_by_rows_held_out(frame, numbers):
    made = Regressor(8, epochs=400, validation=0.25, stop_iter=5, learn_rate=0.05, seed=1)
    made.fit(frame, numbers)
    assert made.fit_.stopped == "early" and made.n_iter_ < 400
    assert len(made.fit_.validation_rows) == 15


def test_a_module_of_ones_own(frame, numbers):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    made = clone(Regressor(model=model, epochs=5, seed=1)).fit(frame, numbers)
    assert made.predict(frame).shape == (60,)


def test_a_clone_and_a_pickle_predict_the_same(frame, labels):
    made = Classifier(3, epochs=20, penalty=0.01, seed=1).fit(frame, labels)
    again = clone(made).fit(frame, labels)
    np.testing.assert_array_equal(again.predict_proba(frame), made.predict_proba(frame))
    read = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(read.predict_proba(frame), made.predict_proba(frame))


def test_a_printed_estimator_is_short(frame, numbers):
    made = Regressor(hidden_units=(8, 4), seed=1)
    assert repr(made) == "Regressor(hidden_units=(8, 4), seed=1)"


def test_a_formula_makes_the_columns(frame, numbers):
    pytest.importorskip("formulaic", reason="needs formulaic")
    data = frame.assign(g=np.where(frame["b"] > 0, "up", "down"))
    made = Regressor(formula="a + b:C(g)").fit(data, numbers)
    assert made.fit_.options["feature_names"] == ["a", "b:C(g)[down]", "b:C(g)[up]"]
    assert clone(made).fit(data, numbers).coef_.shape == (3,)
    np.testing.assert_array_equal(made.predict(data.iloc[:3]), made.predict(data)[:3])
    with pytest.raises(NNFitError, match="`formula` has an outcome"):
        Regressor(formula="y ~ a").fit(data.assign(y=1.0), numbers)
    with pytest.raises(NNFitError, match="levels of `C\\(g\\)` that the fit has not seen"):
        made.predict(data.assign(g="sideways"))
    flat = Regressor(formula="0 + a").fit(data, numbers)
    assert flat.intercept_ == 0


def test_it_draws(frame, numbers):
    imported("matplotlib.pyplot")
    import matplotlib

    matplotlib.use("Agg")
    made = Regressor().fit(frame, numbers)
    assert made.plot().get_title() == "Loss by epoch"
    assert made.plot("observed", y=numbers).get_title() == "Predicted against observed"
    assert made.plot("residuals", frame, numbers).get_ylabel() == "residual"
    from matplotlib import pyplot

    pyplot.close("all")


def test_errors_name_arguments_as_scikit_learn_does(frame, numbers):
    with pytest.raises(NNFitError, match="`sample_weight`"):
        Regressor().fit(frame, numbers, sample_weight=np.full(60, -1.0))
    data = frame.assign(g=np.where(frame["b"] > 0, "up", None))
    with pytest.raises(NNFitError, match="`X`"):
        Regressor(hidden_units=2, embed="g").fit(data, numbers)


def test_held_out_rows_go_through_the_formula(frame, numbers):
    pytest.importorskip("formulaic", reason="needs formulaic")
    held_out = (frame.iloc[:10], numbers[:10])
    made = Regressor(2, epochs=4, formula="np.exp(a)", validation=held_out).fit(frame, numbers)
    assert np.isfinite(made.fit_.history["valid_loss"]).all()


def test_an_estimator_in_the_place_of_its_fit_is_told(frame, numbers, tmp_path):
    made = Regressor().fit(frame, numbers)
    calls = [
        lambda one: core.predict(one, frame), lambda one: core.effects(one, frame, "a"),
        lambda one: core.importance(one, frame, numbers),
        lambda one: core.shapley(one, frame, frame), lambda one: core.diagnose(one, frame, numbers),
        lambda one: nnfit.save(one, tmp_path / "a.safetensors"), nnfit.plot,
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(NNFitError, match="of type Regressor. It has one: give its `fit_`"):
            call(made)
    with pytest.raises(NNFitError, match="Train it first"):
        core.predict(Regressor(), frame)
    with pytest.raises(NNFitError, match="`start` must be .* give its `fit_`"):
        core.fit(frame, numbers, start=made)
    search = GridSearchCV(Regressor(), {"penalty": [0.1]}, cv=2).fit(frame, numbers)
    with pytest.raises(NNFitError, match="give its `best_estimator_.fit_`"):
        core.predict(search, frame)


def test_names_on_one_side_alone_are_told_once_in_scikit_learns_words(frame, numbers):
    by_name, by_place = (Regressor().fit(x, numbers) for x in (frame, frame.to_numpy()))
    with pytest.warns(UserWarning) as told:
        found = by_name.predict(frame.to_numpy())
    (one,) = told
    assert "X does not have valid feature names" in str(one.message)
    np.testing.assert_array_equal(found, by_name.predict(frame))
    with pytest.warns(UserWarning) as told:
        found = by_place.predict(frame)
    (one,) = told
    assert "X has feature names, but Regressor was fitted without" in str(one.message)
    np.testing.assert_array_equal(found, by_place.predict(frame.to_numpy()))
