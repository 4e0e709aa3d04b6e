"""Fits of every kind, side by side in one graph: an export of each would take a second."""

import numpy as np
import pytest
import torch
from exported_rows import LINE, OFFSET, OUTCOMES, X
from torch import nn

from nnfit.core import fit, predict
from nnfit.core.exported.exporter import to_graph
from nnfit.core.exported.scorer import Scorer, gives_classes
from nnfit.core.exported.tried import run
from nnfit.core.model import network as networks
from nnfit.core.model.fit import FitView
from nnfit.core.model.predictions import of_classes
from nnfit.core.options.families import families

NET = {"hidden_units": [5], "epochs": 20}
FAMILIES = {family.name: family for family in families()}


def _own_loss(given, y):
    return nn.functional.cross_entropy(given, y)


# a line where nothing else is said; a penalty, as classes could be told apart
CASES = {name: {"loss": name, "penalty": 0.01} for name in FAMILIES} | {
    "probit": {"loss": ["bce_with_logits", {"link": "probit"}], "penalty": 0.01},
    "cauchit": {"loss": ["bce_with_logits", {"link": "cauchit"}], "penalty": 0.01},
    "cloglog": {"loss": ["bce_with_logits", {"link": "cloglog"}], "penalty": 0.01},
    "inverse": {"loss": ["gamma_nll", {"link": "inverse"}], "x": 1},
    "mean": {"loss": ["gamma_nll", {"link": "identity"}], "x": 1},
    "root": {"loss": ["poisson_nll", {"link": "sqrt"}], "x": 1},
    "1/mu^2": {"loss": ["inverse_gaussian_nll", {"link": "1/mu^2"}], "x": 1},
    "levels": {"loss": ["quantile", {"level": [0.9, 0.1, 0.5]}]},
    "levels of two": {"loss": ["expectile", {"level": [0.9, 0.1]}], "y": "two", **NET},
    "nll net": {"loss": "nll", **NET},
    "bce net": {"loss": "bce", **NET},
    "cox net": {"loss": "cox", **NET},
    "variance net": {"loss": "gaussian_nll", "y": "two", **NET},
    "norms": {"norm": ["batch_norm", "layer_norm"], "hidden_units": [6, 5], "epochs": 10},
    "branches": {
        "residual": True, "skip": True, "dropout": 0.3, "hidden_units": [5, 5], "epochs": 10
    },
    "members": {"members": 5, "norm": "batch_norm", **NET},
    "members in double": {"members": 2, "norm": "layer_norm", "dtype": "float64", **NET},
    "members behind a sigmoid": {"members": 2, "loss": "bce", "skip": True, **NET},
    "chosen penalty": {"hidden_units": [6]},
    "chosen penalty of classes": {"hidden_units": [6], "y": "class"},
    "in double": {"activation": "gelu", "dtype": "float64", "bias": False, **NET},
    "as it is": {"scale": False, **NET},
    "own loss": {"loss": lambda given, y: (given - y).abs().mean(), "y": "two", **NET},
    "own loss of classes": {"loss": _own_loss, "y": "class", **NET},
}  # fmt: skip


def outcome_of(case):
    loss = case.get("loss", "mse")
    named = loss if isinstance(loss, str) or callable(loss) else loss[0]
    given = case["y"] if "y" in case else FAMILIES[named].outcome
    return np.column_stack([LINE, OFFSET]) if given == "two" else OUTCOMES[given]


def fitted(case):
    rows = X[:, : case.get("x", 4)]
    options = {name: value for name, value in case.items() if name not in ("x", "y")}
    return fit(rows, outcome_of(case), seed=1, **options)


def scorer_of(made):
    view = FitView(made)
    network = networks.rebuild(view.spec, view.parameters)
    linear = view.spec.linear and len(network) == 1
    inside = torch.float64 if linear else view.spec.torch_dtype
    return Scorer(network, view.spec, view.scaling, torch.float64, inside).eval()


class Together(nn.Module):
    def __init__(self, scorers, columns):
        super().__init__()
        self.scorers, self.columns = nn.ModuleList(scorers), columns

    def forward(self, x):
        return torch.cat([one(x.narrow(1, 0, n)) for one, n in zip(self.scorers, self.columns)], 1)


@pytest.fixture(scope="module")
def graph():
    """Export all fits, and say which columns of the output are whose."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    fits = {name: fitted(case) for name, case in CASES.items()}
    scorers = [scorer_of(made) for made in fits.values()]
    columns = [made.options["n_features"] for made in fits.values()]
    module = Together(scorers, columns).eval()
    made = to_graph(module, (torch.from_numpy(X[:13]),), ["x"], "y")
    with torch.no_grad():
        widths = [one(torch.from_numpy(X[:2, :n])).shape[1] for one, n in zip(scorers, columns)]
    ends = np.cumsum(widths)
    return fits, made, {name: slice(end - w, end) for name, end, w in zip(fits, ends, widths)}


@pytest.fixture(scope="module")
def scored(graph):
    import onnxruntime

    return run(onnxruntime, graph[1], {"x": X})


@pytest.mark.parametrize("name", CASES)
def test_it_predicts_as_predict_does(name, graph, scored):
    made = graph[0][name]
    wanted = predict(made, X[:, : made.options["n_features"]])
    if gives_classes(FitView(made).spec) and wanted.shape[1] == 1:
        wanted = of_classes(wanted)
    in_float32 = made.options["dtype"] == "float32"
    close = 1e-5 if in_float32 else 1e-12
    found = scored[:, graph[2][name]]
    np.testing.assert_allclose(found, wanted, close, close * np.abs(wanted).max())
    assert np.ptp(found, axis=0).min() > 0  # rows are told apart


def test_a_row_with_something_missing_is_nan_whatever_the_fit(graph):
    import onnxruntime

    x = X[:4].copy()
    x[0, 0], x[1, 3], x[2, 0] = np.nan, np.nan, np.inf
    found = run(onnxruntime, graph[1], {"x": x})
    of_four = [graph[0][name].options["n_features"] == 4 for name in CASES]
    for name, four in zip(CASES, of_four):
        part = np.isnan(found[:, graph[2][name]])
        assert part[0].all() and part[2].all() and not part[3].any(), name
        assert part[1].all() == four, name


def test_the_standard_s_own_reader_gives_the_same(graph, scored):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    onnx.checker.check_model(graph[1], full_check=True)
    found = reference.ReferenceEvaluator(graph[1]).run(None, {"x": X})[0]
    size = np.abs(scored).max(axis=0)
    assert (np.abs(found - scored).max(axis=0) <= 1e-5 * size).all()


def test_the_graph_has_nothing_of_the_machine_that_made_it(graph):
    text = graph[1].SerializeToString()
    for word in (b"site-packages", b"nnfit", b".py", b"aten"):
        assert word not in text, word
    assert not {node.op_type for node in graph[1].graph.node} & {"CastLike"}
    assert [one.domain for one in graph[1].opset_import] == [""]
    sizes = [
        one.type.tensor_type.shape.dim for one in (*graph[1].graph.input, *graph[1].graph.output)
    ]
    assert [one[0].dim_param for one in sizes] == ["rows", "rows"]
