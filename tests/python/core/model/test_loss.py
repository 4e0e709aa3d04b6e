import pytest
import torch

from nnfit.core.model import loss as losses
from nnfit.core.model.loss import Loss
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked

LOSSES = catalog.names("loss")
SCALED = [
    "mse",
    "l1",
    ("huber", {"delta": 3.0}),
    "huber",
    ("smooth_l1", {"beta": 3.0}),
    "smooth_l1",
]


def loss_of(loss, y_scale=1.0, weighted=False, **options):
    spec = Asked.of({"loss": loss, "dtype": "float64", **options}).resolved(3, 2)
    return Loss(spec, y_scale, weighted)


def batch_for(name, rows=6):
    """Make outputs and targets that a loss takes."""
    outcome = catalog.lookup("loss", name).outcome
    output = torch.randn(rows, 3, dtype=torch.float64)
    if outcome == "class":
        return output, torch.arange(rows) % 3
    output = output.sigmoid() if name == "bce" else output
    target = torch.rand(rows, 3, dtype=torch.float64)
    return output, target.round() if outcome in ("binary", "count") else target


@pytest.mark.parametrize("loss", SCALED, ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_loss_in_scaled_units_times_its_factor_is_the_users(loss, reduction):
    s = 7.0
    output, target = torch.randn(2, 20, 2, dtype=torch.float64) * 5
    plain = loss_of(loss, reduction=reduction)
    scaled = loss_of(loss, y_scale=s, reduction=reduction)
    assert plain.factor == 1.0
    expected = plain(output, target).item()
    assert scaled(output / s, target / s).item() * scaled.factor == pytest.approx(expected)


def test_every_numeric_loss_says_how_it_scales():
    numeric = {e.name for e in catalog.entries() if e.kind == "loss" and e.outcome == "numeric"}
    assert set(losses.SCALE_RULES) == numeric
    assert Asked.of({"loss": "mse"}).resolved(1, 1).scales_outcome
    assert not Asked.of({"loss": "poisson_nll"}).resolved(1, 1).scales_outcome


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_without_weights_a_loss_is_torchs_bit_for_bit(name, reduction):
    output, target = batch_for(name)
    plain = getattr(torch.nn, catalog.lookup("loss", name).torch)(reduction=reduction)
    assert loss_of(name, reduction=reduction)(output, target) == plain(output, target)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_count_rows(name, reduction):
    output, target = batch_for(name)
    counts = torch.tensor([1, 3, 2, 1, 4, 2])
    repeated = loss_of(name, reduction=reduction)(
        output.repeat_interleave(counts, 0), target.repeat_interleave(counts, 0)
    )
    weighted = loss_of(name, weighted=True, reduction=reduction)(output, target, counts.double())
    assert weighted.item() == pytest.approx(repeated.item())


def test_responses_are_probabilities_where_there_are_any():
    link = torch.randn(5, 3, dtype=torch.float64)
    assert torch.allclose(losses.RESPONSES["softmax"](link).sum(1), torch.ones(5).double())
    # nll's network ends in log_softmax: the softmax of logarithms gives the probabilities back
    assert torch.allclose(losses.RESPONSES["softmax"](link.log_softmax(1)), link.softmax(1))
