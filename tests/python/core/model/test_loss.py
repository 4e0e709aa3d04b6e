import numpy as np
import pytest
import torch

from nnfit.core.data.scaling import decode, from_spreads
from nnfit.core.model import loss as losses
from nnfit.core.model.loss import Loss
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked
from nnfit.core.options.families import families, family
from support import outcome_for, output_for, through

LOSSES = catalog.names("loss")
SCALED = [
    "mse",
    "l1",
    ("huber", {"delta": 3.0}),
    "huber",
    ("smooth_l1", {"beta": 3.0}),
    "smooth_l1",
    "gamma_nll",
    "gaussian_nll",
    ("gaussian_nll", {"full": True}),
]


def loss_of(loss, y_scale=1.0, weighted=False, **options):
    spec = Asked.of({"loss": loss, "dtype": "float64", **options}).resolved(3, 2)
    return Loss(spec, y_scale, weighted)


def batch_for(name, rows=6):
    """Draw outputs and targets that a loss takes: three outcomes, or three classes."""
    row = family(name)
    return through(row, output_for(row, rows, 3)), outcome_for(row, rows, 3)


@pytest.mark.parametrize("loss", SCALED, ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_loss_in_scaled_units_times_its_factor_is_the_users(loss, reduction, weighted):
    s, plain = 7.0, loss_of(loss, reduction=reduction, weighted=weighted)
    heads = plain.family.heads
    output = torch.randn(20, 2 * len(heads), dtype=torch.float64)
    target = 5 * torch.rand(20, 2, dtype=torch.float64) + 0.1
    spread = np.zeros(2), np.full(2, s)
    scale = from_spreads(spread, spread, output.shape[1], heads)
    scaled = loss_of(loss, y_scale=s, reduction=reduction, weighted=weighted)
    weights = torch.rand(20, dtype=torch.float64) if weighted else None
    expected = plain(torch.from_numpy(decode(output.numpy(), scale)), target, weights).item()
    assert scale.y_scale == pytest.approx(s)
    assert plain.factor == 1.0
    ours = scaled(output, target / s, weights).item() * scaled.factor
    assert ours == pytest.approx(expected)


def resolved(loss, **options):
    return Asked.of({"loss": loss, **options}).resolved(3, 2)


def test_an_outcome_is_scaled_where_the_loss_and_the_model_can_undo_it():
    for name, with_bias, without in (
        ("mse", True, True),
        ("huber", True, True),
        ("gaussian_nll", True, False),
        ("gamma_nll", True, False),
        ("poisson_nll", False, False),
        ("cross_entropy", False, False),
    ):
        assert resolved(name).scales_outcome == with_bias
        assert resolved(name, bias=False).scales_outcome == without


def test_an_outcome_with_bounds_is_not_shifted():
    assert resolved("mse").centres_outcome
    assert not resolved("gamma_nll").centres_outcome
    assert not resolved("mse", bias=False).centres_outcome


@pytest.mark.parametrize("name", [row.name for row in families() if row.torch])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_without_weights_a_loss_is_torchs_bit_for_bit(name, reduction):
    output, target = batch_for(name)
    plain = getattr(torch.nn, catalog.lookup("loss", name).torch)(reduction=reduction)
    assert loss_of(name, reduction=reduction)(output, target) == plain(output, target)


@pytest.mark.parametrize("name", [row.name for row in families() if not (row.torch or row.joint)])
def test_our_losses_are_summed_and_averaged_over_rows_and_outcomes(name):
    output, target = batch_for(name)
    total = loss_of(name, reduction="sum")(output, target)
    each = [loss_of(name)(o[None], t[None]) for o, t in zip(output, target)]
    assert total.item() == pytest.approx(len(target[0:1].flatten()) * sum(each).item())
    mean = loss_of(name)(output, target)
    assert mean.item() == pytest.approx(total.item() / target.numel())


# of ties with Efron's correction rows of weight two are not two rows, as in coxph()
@pytest.mark.parametrize("name", [name for name in LOSSES if not family(name).joint])
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
