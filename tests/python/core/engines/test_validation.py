import pytest

from nnfit.core.engines.validation import ChunkValidation, Validation
from nnfit.core.model.loss import Loss


@pytest.mark.parametrize("weighted", [False, True])
def test_the_validation_loss_is_that_of_all_rows_at_once(spec, weighted, setting, cut, share_of):
    network, batch = setting(weighted)
    loss = Loss(spec, 1.0, weighted)
    streamed = ChunkValidation(network, loss, cut(batch), share_of(batch))()
    assert streamed == pytest.approx(Validation(network, loss, batch)(), rel=1e-12)
    assert network.training
