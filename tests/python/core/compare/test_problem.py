import numpy as np
import torch
from thermometer import rows

START = torch.tensor([1.0, 0.0], dtype=torch.float64)


def test_the_first_loss_is_the_documents():
    _, problem = rows().seen(False)
    assert abs(float(problem.value(START)) - 1763.8846) < 1e-4


def test_the_hessian_is_what_autograd_finds_twice():
    for family, link in (("gaussian", "identity"), ("Gamma", "log")):
        made = rows(y=np.arange(1.0, 12), family=family, link=link)
        _, problem = made.seen(0.01)
        found = torch.autograd.functional.hessian(problem.value, START)
        torch.testing.assert_close(problem.hessian(START), found)


def test_another_precision_has_the_same_rows():
    _, problem = rows().seen(True)
    single = problem.to(torch.float32)
    assert single.x.dtype == single.y.dtype == single.outputs(START.float()).dtype == torch.float32
    torch.testing.assert_close(single.x.double(), problem.x, rtol=1e-6, atol=1e-6)


def test_weights_and_offset_count():
    weights, offset = np.arange(1.0, 12), np.linspace(0, 1, 11)
    made = rows(weights=weights, offset=offset)
    _, problem = made.seen(False)
    residuals = made.y - made.x[:, 0] - offset
    expected = np.average(residuals**2, weights=weights)
    assert abs(float(problem.value(START)) - expected) < 1e-9 * expected
