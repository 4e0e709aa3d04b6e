import pytest
import torch

from nnfit.core import NNFitError
from nnfit.core.data.table import Batch
from nnfit.core.engines.chunks import ChunkShare, check_additive
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked

X = torch.ones(6, 1)
WEIGHTS = torch.tensor([1.0, 2.0, 3.0, 0.5, 0.5, 1.0])


def test_shares_of_a_mean_add_up_to_one():
    parts = [Batch(X[:4], X[:4], WEIGHTS[:4]), Batch(X[4:], X[4:], WEIGHTS[4:])]
    assert sum(float(ChunkShare(8.0)(part)) for part in parts) == pytest.approx(1.0)
    assert sum(ChunkShare(6.0)(part._replace(weights=None)) for part in parts) == pytest.approx(1.0)


def test_a_sum_is_taken_as_it_is():
    assert ChunkShare(None)(Batch(X, X, WEIGHTS)) == 1.0


def test_a_mean_that_the_classes_weigh_is_not_one_of_chunks():
    def loss(reduction):
        options = {"loss": ("cross_entropy", {"weight": [1.0, 2.0]}), "reduction": reduction}
        return Loss(Asked.of(options).resolved(1, 2))

    check_additive(loss("sum"))
    with pytest.raises(NNFitError, match="`loss` has weights for classes"):
        check_additive(loss("mean"))
