import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.exported import operators
from nnfit.core.exported.exporter import to_graph
from nnfit.core.exported.tried import run
from nnfit.core.options import catalog
from nnfit.core.options.catalog import Named

X = torch.cat([torch.linspace(-40, 40, 401), torch.tensor([0.0, -0.0, 1e-9, -1e-9, 3e-5])])
X = X.double().reshape(-1, 2)

ARGUED = [  # numbers that float32 does not have
    nn.ELU(0.3), nn.CELU(0.3), nn.LeakyReLU(0.1), nn.Softplus(0.3, 1.1), nn.Threshold(0.1, 0.3),
    nn.Hardtanh(-0.1, 0.7), nn.Hardshrink(0.1), nn.Softshrink(0.1), nn.RReLU(0.1, 0.3),
    nn.GELU("tanh"), nn.PReLU(2, 0.1), nn.LayerNorm(2, 1e-3), nn.BatchNorm1d(2, 1e-3),
]  # fmt: skip
SUMS = [
    lambda x: x * 0.1 + 0.7 - x / 0.3,
    lambda x: (0.1 - x) * (x > 0.1) + (x <= -0.3) + 0.7 / (x + 0.05),
    lambda x: x + 1e-9,
    lambda x: torch.where(x > 0, x, 0.1) + torch.where(x > 0, 0.1, x),
    lambda x: torch.clamp(x, -0.1) + torch.clamp(x, max=0.1),
    lambda x: torch.hypot(x, x * 0 + 0.1) + torch.atan(x),
    lambda x: torch.erf(x) + torch.special.erfc(x),
    lambda x: torch.expm1(x / 8) + torch.log1p(x.abs()),
    lambda x: torch.atan2(x + 0.3, x - 1),
]


class Side(nn.Module):
    """Functions side by side, each a few columns of the output."""

    def __init__(self, parts):
        super().__init__()
        self.layers = nn.ModuleList(part for part in parts if isinstance(part, nn.Module))
        self.parts = parts

    def forward(self, x):
        return torch.cat([part(x.clone()) for part in self.parts], 1)


@pytest.fixture(scope="module")
def every_part():
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    names = [entry.name for entry in catalog.entries() if entry.kind == "activation"]
    assert len(names) > 25
    parts = [catalog.build("activation", Named(name, {})) for name in names]
    return [*names, *map(str, ARGUED), *range(len(SUMS))], [*parts, *ARGUED, *SUMS]


@pytest.mark.parametrize(("dtype", "close"), [("float32", 3e-6), ("float64", 1e-13)])
def test_every_activation_and_sum_comes_out_as_in_torch(every_part, dtype, close):
    import onnxruntime

    names, parts = every_part
    kind = getattr(torch, dtype)
    module = Side(parts).to(kind).eval()
    x = X.to(kind)
    graph = to_graph(module, (x,), ["x"], "y")
    with torch.no_grad():
        wanted = [part(x.clone()).numpy() for part in parts]
    found = np.split(run(onnxruntime, graph, {"x": x.numpy()}), len(parts), 1)
    assert sum(one.shape[1] for one in wanted) == len(names) * 2
    for name, mine, theirs in zip(names, found, wanted):
        np.testing.assert_allclose(mine, theirs, close, close, err_msg=str(name))


def test_numbers_are_exact_as_sums_of_float32():
    like = torch.zeros(1, dtype=torch.float64)
    for number in (0.1, np.pi, -1e-9, 1 / 3, 1e30):
        assert float(operators.exact(number, like)) == number
    assert operators.exact(0.5, like) == 0.5  # a number, as it was
    assert operators.exact(0.1, like.float()) == 0.1
    assert operators.exact(1e300, like) == 1e300  # beyond float32


def test_what_is_written_out_has_torch_s_digits():
    x = torch.linspace(-26, 26, 20001, dtype=torch.float64)
    for ours, torchs in (
        (operators.erfc, torch.special.erfc),
        (operators.expm1, torch.expm1),
        (lambda x: operators.log1p(x.abs()), lambda x: torch.log1p(x.abs())),
        (lambda x: operators.log1p(x / 1e9), lambda x: torch.log1p(x / 1e9)),
        (lambda x: operators.expm1(x / 1e9), lambda x: torch.expm1(x / 1e9)),
    ):
        np.testing.assert_allclose(ours(x).numpy(), torchs(x).numpy(), 1e-13)
    for y in (-2.0, -0.3, 0.0, 1e-9, 5.0):
        points = x, torch.full_like(x, y)
        np.testing.assert_allclose(operators.atan2(*points), torch.atan2(*points), 1e-13)
        np.testing.assert_allclose(operators.hypot(*points), torch.hypot(*points), 1e-15)
        np.testing.assert_allclose(
            operators.atan2(*points[::-1]), torch.atan2(*points[::-1]), 1e-13, 1e-300
        )


def test_ends_of_numbers_are_kept():
    inf = torch.tensor([torch.inf, -torch.inf, 1e300, -1e300], dtype=torch.float64)
    np.testing.assert_array_equal(operators.expm1(inf), torch.expm1(inf))
    np.testing.assert_array_equal(operators.log1p(inf[::2]), torch.log1p(inf[::2]))
    np.testing.assert_array_equal(operators.erfc(inf), torch.special.erfc(inf))
    large = torch.tensor([1e300, 0.0], dtype=torch.float64)
    np.testing.assert_allclose(operators.hypot(large, large), torch.hypot(large, large), 1e-15)


def test_a_norm_of_large_numbers_is_torch_s_in_float64():
    x = torch.tensor([[1e25, -3e25, 2e24], [1e-3, 2e-3, -1e-3]])
    wanted = torch.nn.functional.layer_norm(x.double(), (3,))
    np.testing.assert_allclose(operators.layer_norm(x, (3,)).numpy(), wanted, 1e-6)
