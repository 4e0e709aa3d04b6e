import pickle

import numpy as np
import pytest

import nnfit
from nnfit import core
from nnfit.core import Choice, NNFitError, predict, tune
from nnfit.core.tuned.found import Search


def test_a_search_says_what_it_has_found(rng):
    x = rng.normal(size=(30, 2))
    found = tune(x, x[:, 0], penalty=Choice(0.01, 1.0), folds=2, hidden_units=2, epochs=5, seed=1)
    assert found.best == found["candidates"][found["chosen"]]
    assert found.best_score == found["mean"][found["chosen"]]
    assert repr(found).startswith("<Search: 2 candidates, chosen penalty=")
    assert "(loss " in repr(found) and repr(pickle.loads(pickle.dumps(found))) == repr(found)
    assert found.fit is found["fit"] and np.isfinite(predict(found.fit, x)).all()
    assert nnfit.tune is tune


TAKE_A_FIT = {
    "predict": lambda fit, x: core.predict(fit, x),
    "effects": lambda fit, x: core.effects(fit, x, 0),
    "importance": lambda fit, x: core.importance(fit, x, x[:, 0]),
    "shapley": lambda fit, x: core.shapley(fit, x, x),
    "diagnose": lambda fit, x: core.diagnose(fit, x, x[:, 0]),
    "save": lambda fit, x: core.save(fit, "a.safetensors"),
    "export": lambda fit, x: core.export(fit, "a.onnx"),
    "module": lambda fit, x: core.module(fit),
    "coefficients": lambda fit, x: core.coefficients(fit),
    "predict_interval": lambda fit, x: core.predict_interval(fit, x),
    "predict_conformal": lambda fit, x: core.predict_conformal(fit, x),
    "predict_sets": lambda fit, x: core.predict_sets(fit, x),
    "predict_jackknife": lambda fit, x: core.predict_jackknife(fit, x),
    "predict_survival": lambda fit, x: core.predict_survival(fit, x),
    "start": lambda fit, x: core.fit(x, x[:, 0], hidden_units=2, start=fit),
}


@pytest.mark.parametrize("name", TAKE_A_FIT)
def test_where_a_fit_is_wanted_the_search_says_which(name, rng):
    x = rng.normal(size=(30, 2))
    found = tune(x, x[:, 0], penalty=Choice(0.01), folds=2, hidden_units=2, epochs=2, seed=1)
    with pytest.raises(NNFitError, match='type Search. It has one: give its `."fit".`'):
        TAKE_A_FIT[name](found, x)
    interrupted = Search({name: value for name, value in found.items() if name != "fit"})
    assert not hasattr(interrupted, "fit")
    with pytest.raises(NNFitError, match="interrupted before that: fit all rows by its `best`"):
        TAKE_A_FIT[name](interrupted, x)


def test_what_is_no_search_is_shown_as_a_dict():
    assert repr(Search(a=1)) == "{'a': 1}"
