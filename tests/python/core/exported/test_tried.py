import sys

import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, NNFitWarning, fit
from nnfit.core.exported import tried
from nnfit.core.model.fit import FitView
from nnfit.core.model.predictions import Reopened

X = np.random.default_rng(2).normal(size=(50, 2)) * [1, 1e-3] + [2000, 0]


def test_rows_are_like_those_of_the_fit():
    made = FitView(fit(np.column_stack([X, np.ones(50)]), X[:, 0], seed=1))
    rows = tried.rows_like(made.spec, made.scaling, (3,), 7)
    assert rows.shape == (7, 3) and np.isfinite(rows).all()
    np.testing.assert_allclose(rows[:, 0], 2000, atol=4)
    np.testing.assert_allclose(rows[:, 1], 0, atol=4e-3)
    assert len(np.unique(rows[:, 0])) == 7
    plain = tried.rows_like(made.spec, None, (2, 2), 3)
    assert plain.shape == (3, 2, 2) and np.abs(plain).max() <= 1


def test_rows_of_straightened_columns_are_near_their_middle():
    x = np.exp(X[:, :1] - 2000)
    made = FitView(fit(x, x[:, 0], hidden_units=[4], seed=1))
    assert made.scaling.powers is not None
    rows = tried.rows_like(made.spec, made.scaling, (1,), 20)
    assert rows.min() >= x.min() and rows.max() <= 3 * np.median(x)


class Graph:
    """Stands for one of ONNX."""


def checked(monkeypatch, answer):
    made = Reopened(fit(X, X[:, 0], seed=1), "response", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", object())
    monkeypatch.setattr(tried, "run", answer(made))
    tried.check_graph(Graph(), made, (2,), torch.float64, torch.float64)


def test_a_graph_has_to_predict_as_the_fit(monkeypatch):
    checked(monkeypatch, lambda made: lambda _, graph, given: made.predict(given["x"]))
    with pytest.raises(NNFitError, match="^`fit` predicts otherwise as torch exports it: by 0.01"):
        checked(monkeypatch, lambda made: lambda _, graph, given: made.predict(given["x"]) + 0.01)
    with pytest.raises(NNFitError, match="^`fit` predicts otherwise"):
        checked(monkeypatch, lambda made: lambda _, graph, given: made.predict(given["x"]) * np.nan)
    with pytest.raises(NNFitError, match=r"^`fit` gives predictions of shape \(7, 1\)"):
        checked(monkeypatch, lambda made: lambda _, graph, given: np.zeros((7, 2)))

    def fails(_, graph, given):
        raise RuntimeError("no such operator\nand more")

    with pytest.raises(NNFitError, match="^`fit` is exported by torch, but onnxruntime can not"):
        checked(monkeypatch, lambda made: fails)


@pytest.mark.parametrize("rate", [1e15, 1e30])
def test_a_fit_that_diverged_is_refused(rate, monkeypatch):
    with np.errstate(all="ignore"):
        made = fit(X, X[:, 0], hidden_units=[4], optimizer="sgd", learn_rate=rate, epochs=9, seed=1)
    assert made.stopped == "diverged"
    reopened = Reopened(made, "response", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", object())
    monkeypatch.setattr(tried, "run", lambda *given: np.full((7, 1), np.nan))
    with pytest.raises(NNFitError, match="^`fit` predicts .*smaller `learn_rate`"):
        tried.check_graph(Graph(), reopened, (2,), torch.float64, torch.float32)


def fault(kind, cured=False):
    return {"kind": kind, "layer": 1, "units": 4, "dead": 4, "redrawn": 0, "cured": cured}


def test_a_fit_that_is_of_no_use_is_told():
    with pytest.warns(NNFitWarning, match="^`fit` diverged: "):
        tried.warn_of_useless({"stopped": "diverged"})
    with pytest.warns(
        NNFitWarning, match='^`fit` learned nothing: the kind of its fault is "dead"'
    ):
        tried.warn_of_useless({"stopped": "epochs", "fault": fault("dead")})


@pytest.mark.parametrize(
    "said", [{}, {"fault": None}, {"fault": fault("dead", True)}, {"fault": fault("separated")}]
)
def test_of_others_nothing_is_told(said, recwarn):
    tried.warn_of_useless({"stopped": "converged", **said})
    assert not recwarn


def test_without_onnxruntime_nothing_is_tried(monkeypatch):
    made = Reopened(fit(X, X[:, 0], seed=1), "response", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    tried.check_graph(Graph(), made, (2,), torch.float64, torch.float64)
