import logging
import sys
import warnings

import pytest
import torch
from torch import nn

from nnfit.core import NNFitError
from nnfit.core.exported import exporter
from nnfit.core.exported.exporter import check_packages, reason_of, rows_to_trace, to_graph


@pytest.mark.parametrize("package", exporter.PACKAGES)
def test_a_package_that_is_missing_is_named_with_what_to_run(package, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "2.6.0")
    monkeypatch.setattr(exporter, "PACKAGES", (package,))
    monkeypatch.setitem(sys.modules, package, None)
    said = (
        rf'the package {package}, with .* does not load: .*{package}.*pip install "nnfit\[onnx\]"'
    )
    with pytest.raises(NNFitError, match=said):
        check_packages()


def test_an_early_torch_is_refused(monkeypatch):
    monkeypatch.setattr(torch, "__version__", "2.5.1+cpu")
    with pytest.raises(
        NNFitError, match=r"from version 2\.6 on, and this is 2\.5\.1.* Update torch"
    ):
        check_packages()


def test_rows_are_not_taken_for_another_size():
    module = nn.Sequential(nn.Linear(5, 6), nn.Linear(6, 7))
    assert rows_to_trace(module, (8, 5)) == 9
    assert rows_to_trace(nn.ReLU(), (3,)) == 5


def test_the_innermost_reason_is_told_in_a_line():
    inner = ValueError("\n  it branches\nfile 3")
    outer = RuntimeError("a page of advice")
    outer.__cause__ = inner
    assert reason_of(outer) == "ValueError: it branches"
    assert reason_of(ValueError()) == "ValueError: it gives no reason"
    assert len(reason_of(ValueError("x" * 1000))) == 300


def test_nothing_is_said_and_all_is_as_it_was(capfd):
    pytest.importorskip("onnxscript")
    module, x = nn.Linear(2, 1).eval(), torch.zeros(5, 2)
    before = logging.root.manager.disable, torch.get_rng_state(), list(warnings.filters)
    graph = to_graph(module, (x,), ["x"], "y")
    assert [one.name for one in graph.graph.input] == ["x"]
    assert [one.name for one in graph.graph.output] == ["y"]
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])
    assert warnings.filters == before[2]
