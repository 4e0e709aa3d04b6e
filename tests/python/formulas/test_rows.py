import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

from nnfit.core import NNFitError
from nnfit.formulas.rows import prepare


def test_what_goes_with_the_rows_is_kept_with_them(frame):
    data = frame.assign(x=frame["x"].where(frame.index > 4))
    rows = prepare("y ~ x", data, "drop")
    assert len(rows.made.x) == 55
    np.testing.assert_array_equal(rows.weights("z"), frame["z"][5:])
    np.testing.assert_array_equal(rows.folds(np.arange(60)), np.arange(5, 60))
    np.testing.assert_array_equal(rows.weights(data["z"]), frame["z"][5:])
    assert rows.folds(3) == 3 and rows.folds(None) is None and rows.weights(None) is None


def test_held_out_data_become_columns_and_an_outcome(frame):
    rows = prepare("y ~ x + g", frame[:40], "raise")
    x, y = rows.held_out(frame[40:])
    assert x.shape == (20, 3)
    np.testing.assert_array_equal(y, frame["y"][40:])
    assert rows.held_out(0.25) == 0.25 and rows.held_out(None) is None


def test_no_intercept_is_no_bias(frame):
    rows = prepare("y ~ 0 + x", frame, "raise")
    assert rows.options({"epochs": 3}) == {"epochs": 3, "bias": False}
    assert rows.options({"bias": False}) == {"bias": False}
    with pytest.raises(NNFitError, match="`bias` does not go with a formula without an intercept"):
        rows.options({"bias": True})
    assert prepare("y ~ x", frame, "raise").options({"bias": True}) == {"bias": True}
