import pickle

import numpy as np
import pytest

import nnfit
from nnfit.core import Choice, NNFitError, predict, tune
from nnfit.core.tuned.found import Search


def test_a_search_says_what_it_has_found(rng):
    x = rng.normal(size=(30, 2))
    found = tune(x, x[:, 0], penalty=Choice(0.01, 1.0), folds=2, hidden_units=2, epochs=5, seed=1)
    assert found.best == found["candidates"][found["chosen"]]
    assert found.best_score == found["mean"][found["chosen"]]
    assert repr(found).startswith("<Search: 2 candidates, chosen penalty=")
    assert "(loss " in repr(found) and repr(pickle.loads(pickle.dumps(found))) == repr(found)
    with pytest.raises(NNFitError, match='type Search. It has one: give its `."fit".`'):
        predict(found, x)
    assert np.isfinite(predict(found["fit"], x)).all()
    assert nnfit.tune is tune


def test_what_is_no_search_is_shown_as_a_dict():
    assert repr(Search(a=1)) == "{'a': 1}"
