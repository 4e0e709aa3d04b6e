import inspect

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from nnfit.core import NNFitError
from nnfit.core.options.checks import check
from nnfit.core.options.rows import option_rows
from nnfit.estimators import Classifier, Regressor
from nnfit.estimators.parameters import APART, OF_CALL, OWN, Parameters

SIGNATURE = inspect.signature(Parameters.__init__).parameters


def test_the_parameters_are_the_options_in_the_order_of_the_table():
    wanted = [
        row.name for row in option_rows().values()
        if (row.part == "training" or row.name in OF_CALL) and row.name not in APART
    ]  # fmt: skip
    assert list(SIGNATURE)[1:] == [*wanted, *OWN]
    assert {row.name for row in option_rows().values() if row.part == "call"} <= {*OF_CALL, *APART}


@pytest.mark.parametrize("name", [name for name in SIGNATURE if name not in ("self", *OWN)])
def test_the_defaults_are_those_of_the_table(name):
    row, default = option_rows()[name], SIGNATURE[name].default
    if row.type in ("data", "progress"):
        assert default is None
    elif row.null:
        assert check(name, default) == check(name, None)
    else:
        assert check(name, default) == check(name, row.default)


def test_each_is_documented():
    for estimator in (Regressor, Classifier):
        for name in SIGNATURE:
            assert name == "self" or name in estimator.__doc__, name
        assert "**options" not in estimator.__doc__
        assert "levels : list of str" not in estimator.__doc__


def test_a_seed_has_two_names_and_takes_one(frame, numbers):
    network = {"hidden_units": 3, "epochs": 5, "penalty": 0}
    by_seed = Regressor(**network, seed=3).fit(frame, numbers).predict(frame)
    by_state = Regressor(**network, random_state=3).fit(frame, numbers).predict(frame)
    np.testing.assert_array_equal(by_seed, by_state)
    state = np.random.RandomState(1)  # noqa: NPY002
    drawn = [Regressor(**network, random_state=state).fit(frame, numbers) for _ in range(2)]
    assert drawn[0].fit_.options["seed"] != drawn[1].fit_.options["seed"]
    both = Regressor(**network, seed=1, random_state=3).fit(frame, numbers).predict(frame)
    np.testing.assert_array_equal(both, by_state)


def test_options_of_other_packages_are_told():
    with pytest.raises(NNFitError, match='`class_weight` is not an option. Did you mean "class_w'):
        Classifier(class_weight="balanced")
    with pytest.raises(NNFitError, match='Did you mean "penalty"'):
        Regressor(4, alpha=0.1)
    with pytest.raises(NNFitError, match='Did you mean "learn_rate"'):
        Regressor(learning_rate=0.1)
    with pytest.raises(NNFitError, match="`levels` is no parameter of an estimator"):
        Classifier(levels=["a"])
    with pytest.raises(TypeError, match="positional"):
        Regressor(1, 2)
