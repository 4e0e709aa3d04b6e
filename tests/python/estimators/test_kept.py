import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from sklearn.base import clone

import nnfit
from nnfit import core
from nnfit.core import NNFitError
from nnfit.core.saved import saved
from nnfit.estimators import Classifier, Regressor

NETWORK = {"hidden_units": [3], "epochs": 10, "penalty": 0.01, "seed": 1}


@pytest.mark.parametrize("of", [str, bool, float, int, object])
def test_labels_come_back_as_they_were(frame, numbers, tmp_path, of):
    y = np.where(numbers > 1, "1", "").astype(object) if of is object else (numbers > 1).astype(of)
    path = tmp_path / "kept.safetensors"
    made = Classifier(**NETWORK).fit(frame, y)
    made.save(path)
    read = Classifier.load(path)
    assert read.get_params() == made.get_params()
    assert read.classes_.dtype == made.classes_.dtype
    np.testing.assert_array_equal(read.predict(frame), made.predict(frame))
    np.testing.assert_array_equal(read.predict_proba(frame), made.predict_proba(frame))
    np.testing.assert_array_equal(read.feature_names_in_, ["a", "b"])
    np.testing.assert_array_equal(
        core.predict(nnfit.load(path), frame), core.predict(made.fit_, frame)
    )


def test_the_shape_of_the_outcome_comes_back(frame, numbers, tmp_path):
    for y in (numbers, numbers[:, None], np.column_stack([numbers, numbers])):
        made = Regressor().fit(frame.to_numpy(), y)
        made.save(tmp_path / "kept.safetensors")
        read = Regressor.load(tmp_path / "kept.safetensors")
        np.testing.assert_array_equal(
            read.predict(frame.to_numpy()), made.predict(frame.to_numpy())
        )
        assert not hasattr(read, "feature_names_in_")


def test_a_formula_comes_back(frame, numbers, tmp_path):
    pytest.importorskip("formulaic", reason="needs formulaic")
    made = Regressor(formula="a + np.exp(b)").fit(frame, numbers)
    made.save(tmp_path / "kept.safetensors")
    read = Regressor.load(tmp_path / "kept.safetensors")
    np.testing.assert_array_equal(read.predict(frame), made.predict(frame))


def test_code_of_the_users_own_is_in_no_file(frame, numbers, tmp_path):
    made = Regressor(callback=lambda state: None, class_weights=None).fit(frame, numbers)
    made.save(tmp_path / "kept.safetensors")
    assert Regressor.load(tmp_path / "kept.safetensors").callback is None


def test_an_estimator_of_a_fit_that_none_made(frame, numbers, labels, tmp_path):
    core.save(core.fit(frame, numbers, **NETWORK), tmp_path / "a.safetensors")
    read = Regressor.load(tmp_path / "a.safetensors")
    assert read.predict(frame).shape == (60,)
    again = clone(read).fit(frame, numbers)
    np.testing.assert_allclose(again.predict(frame), read.predict(frame), rtol=1e-6)
    core.save(core.fit(frame, labels, **NETWORK), tmp_path / "b.safetensors")
    read = Classifier.load(tmp_path / "b.safetensors")
    assert list(read.classes_) == ["high", "low", "middle"]
    assert read.score(frame, labels) >= 0


def test_a_fit_of_another_outcome_is_refused(frame, numbers, labels, tmp_path):
    path = tmp_path / "kept.safetensors"
    Classifier(penalty=1).fit(frame, labels).save(path)
    with pytest.raises(NNFitError, match="`path` has a fit of classes, which is no Regressor"):
        Regressor.load(path)
    Regressor().fit(frame, numbers).save(path)
    with pytest.raises(NNFitError, match="`path` has a fit of numbers, which is no Classifier"):
        Classifier.load(path)
    times = core.surv(np.arange(60) % 2 > 0, np.exp(numbers))
    core.save(core.fit(frame, times), path)
    with pytest.raises(NNFitError, match="`path` has a fit of times"):
        Regressor.load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"nope": 1}},
        {"parameters": []},
        {"labels": ["a", "b", "c"]},
        {"kind": "V"},
        {"features": "2"},
        {"names": ["a"]},
        {"further": 1},
    ],
)
def test_what_a_stranger_wrote_is_refused(frame, labels, tmp_path, change):
    from nnfit.estimators.kept import kept

    path = tmp_path / "kept.safetensors"
    fit = kept(Classifier(penalty=1).fit(frame, labels))
    fit.beside["estimator"].update(change)
    saved.save(fit, path)
    with pytest.raises(NNFitError, match="`path`"):
        Classifier.load(path)


def test_a_formula_or_classes_of_a_fit_that_none_made(frame, numbers, tmp_path):
    pytest.importorskip("formulaic", reason="needs formulaic")
    data = frame.assign(y=numbers, g=np.where(frame["b"] > 0, "up", "down"))
    path = tmp_path / "kept.safetensors"
    core.save(nnfit.fit_formula("y ~ a + C(g)", data), path)
    read = Regressor.load(path)
    np.testing.assert_array_equal(read.predict(data), core.predict(nnfit.load(path), data)[:, 0])
    with pytest.raises(NNFitError, match="`X` lacks columns that the formula names: `g`"):
        read.predict(data[["a"]])
    rows = data[["a", "g"]]
    core.save(core.fit(rows, numbers, embed="g", **NETWORK), path)
    read = Regressor.load(path)
    np.testing.assert_array_equal(read.predict(rows), core.predict(nnfit.load(path), rows)[:, 0])
