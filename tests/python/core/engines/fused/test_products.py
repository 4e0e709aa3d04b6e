import pytest
import torch

from nnfit.core.engines.fused import products
from nnfit.core.engines.fused.products import product, product_into, unit_by_unit
from nnfit.core.ground import linear


@pytest.mark.parametrize("units", [1, 5])
@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("apart", [(False, False), (False, True), (True, False), (True, True)])
def test_products_of_replicas_are_the_same_however_their_rows_lie(units, columns, apart):
    x, weight = torch.randn(2, 7, columns).double(), torch.randn(2, columns, units).double()
    bias, out = torch.randn(2, units).double(), torch.zeros(2, 7, units).double()
    x, out = (unit_by_unit(a) if its else a for a, its in zip((x, out), apart))
    product(x, weight, out)()
    torch.testing.assert_close(out, x @ weight)
    product(x, weight, out, bias)()
    torch.testing.assert_close(out, x @ weight + bias.unsqueeze(-2))


@pytest.mark.parametrize("rows, units, columns", [(3, 2, 2), (90, 2, 5), (90, 5, 2), (90, 5, 5)])
@pytest.mark.parametrize("replicas", [(), (4,)])
def test_products_go_to_places_that_do_not_lie_side_by_side(
    monkeypatch, replicas, rows, units, columns
):
    monkeypatch.setattr(products, "TURNED", 500)
    grad, x = torch.randn(*replicas, rows, units), torch.randn(*replicas, rows, columns)
    grad, x = grad.double(), x.double()
    every = torch.zeros(*replicas, units * columns + 3).double()
    place = every[..., 1:-2].view(*replicas, units, columns)
    product_into(grad.mT, x, place)()
    torch.testing.assert_close(place, grad.mT @ x)
    assert not every[..., 0].any() and not every[..., -2:].any()


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch has no oneDNN here")
@pytest.mark.parametrize("units, columns", [(12, 9), (9, 12)])
def test_large_products_are_the_same_by_another_library(monkeypatch, units, columns):
    monkeypatch.setattr(linear, "onednn_is_quicker", lambda: True)
    monkeypatch.setattr(linear, "LARGE", 1)
    x, weight, bias = torch.randn(40, columns), torch.randn(units, columns), torch.randn(units)
    out, place, back = torch.empty(40, units), torch.empty(units, columns), torch.empty(40, columns)
    for op in (
        product(x, weight.mT, out, bias),
        product_into(out.mT, x, place),
        product(out, weight, back),
    ):
        assert getattr(op, "func", None) not in (torch.mm, torch.addmm)
        op()
    torch.testing.assert_close(out, x @ weight.mT + bias)
    torch.testing.assert_close(place, out.mT @ x)
    torch.testing.assert_close(back, out @ weight)
