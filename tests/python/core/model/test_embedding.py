import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.model.embedding import (
    Embeddings,
    MemberEmbedding,
    embeddings_of,
    seen_by,
    with_mean,
)
from nnfit.core.model.network import build
from nnfit.core.options.asked import Asked
from nnfit.core.options.embed import Embedded

TWO = Embedded("a", 1, ("p", "q", "r"), 2), Embedded("b", 3, ("u", "v"), 1)
X = torch.tensor([[0.5, 0, -1.0, 1], [1.5, 2, 2.0, 0]])


def embeds(members=1):
    return Embeddings(TWO, 4, members)


def test_vectors_follow_the_other_columns():
    module = embeds()
    a, b = module.tables
    expected = torch.stack(
        [
            torch.cat([torch.tensor([0.5, -1.0]), a[0], b[1]]),
            torch.cat([torch.tensor([1.5, 2.0]), a[2], b[0]]),
        ]
    )
    assert torch.equal(module(X), expected)
    assert torch.equal(module.eval()(X), expected)


def test_it_is_a_linear_map_of_dummy_columns():
    module = embeds()
    dummies = nn.functional.one_hot(X[:, 1].long(), 3).float()
    assert torch.equal(module(X)[:, 2:4], dummies @ module.tables[0])


def test_a_level_that_is_new_has_the_mean_of_those_that_were_seen():
    module = embeds().eval()
    a = module.tables[0].detach()
    new = torch.tensor([[0.0, 3, 0, 0]])
    torch.testing.assert_close(module(new)[0, 2:4], a.mean(0))
    module.notice([X])  # which has the first and the third
    torch.testing.assert_close(module(new)[0, 2:4], a[[0, 2]].mean(0))
    unseen = torch.tensor([[0.0, 1, 0, 0]])
    torch.testing.assert_close(module(unseen)[0, 2:4], a[[0, 2]].mean(0))
    assert torch.equal(module.train()(unseen)[0, 2:4], a[1])


def test_settled_vectors_need_not_know_what_was_seen():
    module = embeds().eval()
    module.notice([X.numpy()])
    rows = torch.tensor([[0.0, level, 0, 1] for level in range(4)])
    before = module(rows)
    module.settle()
    module.seen = None
    torch.testing.assert_close(module(rows), before)
    kept = copy.deepcopy(module.tables)
    module.settle()
    assert all(map(torch.equal, module.tables, kept))


def test_means_of_several_replicas_are_their_own():
    table, seen = torch.randn(2, 3, 4), torch.tensor([[True, True, False], [True] * 3])
    both = with_mean(table, seen)
    for replica in range(2):
        torch.testing.assert_close(both[replica], with_mean(table[replica], seen[replica]))
    assert torch.equal(with_mean(table)[:, :3], table)
    torch.testing.assert_close(with_mean(table)[:, 3], table.mean(1))


def test_which_levels_replicas_see():
    x, weights = np.array([[0.0], [2], [2]]), np.array([[1.0, 0, 0], [0, 2, 0]])
    one = Embedded("a", 0, ("p", "q", "r"), 2)
    assert seen_by(x, weights, one).tolist() == [[True, False, False], [False, False, True]]
    assert seen_by(x, None, one).tolist() == [[True, False, True]]


@pytest.mark.parametrize("shape", [(2, 4), (3, 2, 4)])
def test_members_have_their_own_vectors(shape):
    module = embeds(3)
    assert isinstance(next(module.children()), MemberEmbedding)
    with torch.no_grad():
        for table in module.tables:
            table.normal_()
    given = module(X.expand(shape))
    assert given.shape == (3, 2, 5)
    for member in range(3):
        alone = embeds()
        for own, table in zip(alone.tables, module.tables):
            own.data = table[member]
        assert torch.equal(given[member], alone(X))


def test_initial_values_are_torchs_in_parts_of_the_root_of_the_size():
    one = Embedded("a", 0, tuple("abcdefgh"), 4)
    torch.manual_seed(3)
    ours = Embeddings([one], 1).tables[0]
    torch.manual_seed(3)
    torchs = nn.Embedding(8, 4).weight
    assert torch.equal(ours, torchs / 2)


def test_a_network_has_them_before_its_layers():
    spec = Asked.of({"hidden_units": 3, "loss": "mse", "embed": [one.plain() for one in TWO]})
    network = build(spec.resolved(4, 1))
    assert [name for name, _ in network.named_children()] == ["embed", "0", "1", "2"]
    assert [tuple(p.shape) for p in network.parameters()] == [
        (3, 2), (2, 1), (3, 5), (3,), (1, 3), (1,)
    ]  # fmt: skip
    assert embeddings_of(network) is network.embed
    assert embeddings_of(nn.Sequential(nn.Linear(1, 1))) is None
    assert "Embedding(3, 2)" in repr(network)
    members = build(Asked.of({
        "hidden_units": 3, "loss": "mse", "embed": [one.plain() for one in TWO], "members": 2
    }).resolved(4, 1))  # fmt: skip
    assert "members=2, 3, 2" in repr(members)
