import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs matplotlib")

from nnfit import core
from nnfit.core import NNFitError
from nnfit.pictures.rows import rows_of


def test_the_rows_of_the_fit_with_those_held_out(network, rows):
    found = rows_of(network, "observed", None, rows[1])
    np.testing.assert_array_equal(found.predicted, network["fitted"])
    held_out = np.sort(network["validation_rows"])
    np.testing.assert_array_equal(np.flatnonzero(found.held_out), held_out)


def test_other_rows(network, rows):
    x, y = rows
    found = rows_of(network, "observed", x[:5], y[:5])
    np.testing.assert_allclose(found.predicted, core.predict(network, x[:5]))
    assert not found.held_out.any()


def test_classes_have_a_probability_each(rows, labels):
    made = core.fit(rows[0], labels == "high", penalty=0.01)
    found = rows_of(made, "residuals", None, labels == "high")
    np.testing.assert_allclose(found.predicted.sum(axis=1), 1)
    assert found.levels == ("False", "True")


def test_what_has_no_such_picture_is_refused(rows, labels, network):
    x, y = rows
    several = core.fit(x, labels, penalty=0.1)
    with pytest.raises(NNFitError, match='`which` "curve" is of numbers, or of two classes'):
        rows_of(several, "curve", x, labels)
    two = core.fit(np.hstack([x, x**2]), y)
    with pytest.raises(NNFitError, match='`x` has 2 columns, and "curve" is of a single one'):
        rows_of(two, "curve", np.hstack([x, x**2]), y)
    times = core.fit(x, core.surv(np.arange(60) % 2 > 0, y + 3))
    with pytest.raises(NNFitError, match="no picture of censored times"):
        rows_of(times, "observed", x, y)
