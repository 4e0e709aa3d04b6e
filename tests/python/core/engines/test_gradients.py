import pytest
import torch

from nnfit.core.engines.penalty import Penalty


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("penalised", [False, True])
def test_chunks_add_up_to_the_gradient_of_all_rows(weighted, penalised, setting, cut, gradients):
    found = []
    for streamed in (False, True):
        network, batch = setting(weighted)
        penalty = Penalty(0.1, [network[0].weight]) if penalised else None
        both = gradients(network, batch, penalty, streamed)
        loss = both.forward(cut(batch) if streamed else batch)
        objective = both.backward(loss)
        assert (objective > loss) == penalised
        parts = [loss.detach().double(), objective.detach().double()]
        found.append([*parts, *(p.grad for p in network.parameters())])
    for whole, chunks in zip(*found):
        torch.testing.assert_close(chunks, whole)


def test_a_gradient_of_before_is_forgotten(setting, gradients):
    network, batch = setting(False)
    one = gradients(network, batch)
    one.backward(one.forward(batch))
    first = network[0].weight.grad.clone()
    one.backward(one.forward(batch))
    torch.testing.assert_close(network[0].weight.grad, first)
