import pytest
import torch

from nnfit.core.ground import linear as ground
from nnfit.core.ground.linear import LARGE, NARROW, linear, onednn_is_quicker, onednn_pays

needs_onednn = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="torch has no oneDNN here"
)


@pytest.fixture
def quicker(monkeypatch):
    monkeypatch.setattr(ground, "onednn_is_quicker", lambda: True)


@pytest.mark.parametrize(
    ("maker", "capability", "expected"),
    [
        (("AuthenticAMD", 26), "AVX512", True),
        (("AuthenticAMD", 25), "AVX512", False),
        (("GenuineIntel", 26), "AVX512", False),
        (("AuthenticAMD", 26), "AVX2", False),
    ],
)
@needs_onednn
def test_it_is_quicker_where_another_maker_s_library_holds_back(
    monkeypatch, maker, capability, expected
):
    monkeypatch.setattr(ground, "maker_and_family", lambda: maker)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    onednn_is_quicker.cache_clear()
    assert onednn_is_quicker() is expected
    onednn_is_quicker.cache_clear()


def test_small_narrow_and_other_numbers_stay_with_blas(quicker):
    side = round(LARGE ** (1 / 3))
    assert onednn_pays(torch.ones(side, side), side)
    assert not onednn_pays(torch.ones(side - 1, side), side)
    assert not onednn_pays(torch.ones(side, side).double(), side)
    assert not onednn_pays(torch.ones(2, side, side), side)
    assert not onednn_pays(torch.ones(LARGE, NARROW - 1), NARROW)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@needs_onednn
def test_it_computes_the_same_product(quicker, monkeypatch, bias, turned):
    monkeypatch.setattr(ground, "LARGE", 1)
    x = torch.randn(9, 20).mT if turned else torch.randn(20, 9)
    layer = torch.nn.Linear(9, 8, bias=bias)
    with torch.no_grad():
        torch.testing.assert_close(linear(x, layer.weight, layer.bias), layer(x))
