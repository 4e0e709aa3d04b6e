import pytest
import torch

from nnfit.core.data.table import Batch
from nnfit.core.engines.fused.own_loss import own_loss
from nnfit.core.model.user_loss import UserLoss
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import FUNCTION, Named
from nnfit.core.options.own import OwnFunction


def loss_of(function, by_row, weighted):
    spec = Asked.of({"loss": "mse", "dtype": "float64"}).resolved(1, 2)
    named = Named("own", {FUNCTION: OwnFunction(function, by_row=by_row)})
    spec = spec.__class__(**{**vars(spec), "loss": named})
    return UserLoss(spec, None, weighted, unit=2.0)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_loss_and_gradient_are_autograds(bare, weighted):
    with torch.inference_mode(bare):  # as training is, and the tensors of its batches
        torch.manual_seed(1)
        output, y = (torch.randn(6, 2, dtype=torch.float64) for _ in range(2))
        weights = torch.rand(6, dtype=torch.float64) if weighted else None
        grad, place = torch.zeros_like(output), torch.zeros((), dtype=torch.float64)
        loss = loss_of(lambda p, t: (p - t).abs().pow(1.5), True, weighted)
        batch = Batch(output, y, weights)
        forward, backward = own_loss(loss, batch, output, grad, place)
        output.add_(1)  # what is there when it is called counts
        for op in forward + backward:
            op()
    output, y, weights = (one if one is None else one.clone() for one in (output, y, weights))
    free = output.requires_grad_()
    each = (free - y).abs().pow(1.5).mean(1)
    expected = (each.mean() if weights is None else (each * weights).sum() / weights.sum()) / 2
    expected.backward()
    torch.testing.assert_close(place.clone(), expected.detach())
    torch.testing.assert_close(grad.clone(), free.grad)
