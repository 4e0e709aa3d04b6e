import numpy as np
import pytest

from nnfit.core import diagnose, fit

X = np.arange(20.0)[:, None]


def test_what_was_found_comes_first():
    y = X[:, 0] + np.sin(X[:, 0])
    found = diagnose(fit(X, y, hidden_units=2, epochs=1, seed=1), X, y)
    first, head, *rows = lines = repr(found).splitlines()
    assert "checks of a fit, on the rows of the fit: " in first
    assert head.split() == ["check", "layer", "value", "limit", "verdict"]
    verdicts = [row.split()[-1] for row in rows[:4]]
    assert verdicts == sorted(verdicts, key=["useless", "look", "unknown", "ok"].index)
    assert any(line.startswith("linear: A linear model has less loss") for line in lines)
    assert lines[-1] == "Keys: checks, layers, own_rows. As a data frame: to_frame()"


def test_where_all_is_well():
    y = X[:, 0] + np.sin(X[:, 0])
    found = diagnose(fit(X, y), X[:10], y[:10])
    said = repr(found).splitlines()[0]
    assert said.endswith("on other rows than those of the fit: none found anything")


def test_checks_are_a_data_frame():
    pytest.importorskip("pandas")
    found = diagnose(fit(X, X[:, 0] % 3), X, X[:, 0] % 3)
    frame = found.to_frame()
    assert list(frame.columns) == ["check", "layer", "value", "limit", "verdict", "says"]
    assert frame["check"].tolist() == found["checks"]["check"]
