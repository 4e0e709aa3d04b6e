import numpy as np
import pytest

from nnfit.core import fit, predict
from nnfit.core.explained.forward import frozen
from nnfit.core.explained.mixed import Block, Mixed
from nnfit.core.model.predictions import Reopened, link_from


def mixed_of(made, x, background, players, blocks=()):
    reopened = Reopened(made, "link", None)
    mixed = Mixed(frozen(reopened.network), reopened, x, background, players, list(blocks))

    def link(output):
        flat = output.reshape(-1, output.shape[-1])
        return link_from(flat, reopened.spec, reopened.scaling).reshape(output.shape)

    return mixed, link


@pytest.mark.parametrize(
    "options",
    [{}, {"hidden_units": [4]}, {"hidden_units": 3, "members": 2}, {"hidden_units": [3],
     "skip": True}],
)  # fmt: skip
def test_rows_are_mixed_by_players(rng, options):
    x = rng.standard_normal((30, 4))
    product = np.c_[x, x[:, 0] * x[:, 1]]
    made = fit(product, x[:, 0] + x[:, 3], epochs=3, seed=1, dtype="float64", **options)
    own, other = x[:3], x[10:15]
    pairs = [(a, b) for a in own for b in other]
    values = np.array([
        [(b[0] * b[1]), (a[0] * b[1]), (b[0] * a[1]), (a[0] * a[1])] for a, b in pairs
    ]).T.reshape(4, 3, 5, 1)  # fmt: skip
    block = Block([0, 1], [4], values)
    mixed, link = mixed_of(made, product[:3], product[10:15], [[0], [1], [3]], [block])
    assert mixed.fixed == [2]
    for members in ([0, 0, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1]):
        within = np.array(members, dtype=bool)
        rows = np.array([np.where([*within[:2], False, within[2]], a, b) for a, b in pairs])
        rows = np.c_[rows, rows[:, 0] * rows[:, 1]]
        found = link(mixed.outputs(within))
        assert found.shape == (3, 5, 1)
        np.testing.assert_allclose(found.ravel(), predict(made, rows).ravel(), atol=1e-12)


def test_a_row_is_computed_once_where_all_are_members(rng):
    x = rng.standard_normal((30, 2))
    made = fit(x, x[:, 0], seed=1)
    mixed, link = mixed_of(made, x[:3], x[5:9], [[0], [1]])
    found = link(mixed.outputs(np.ones(2, dtype=bool)))
    assert found.shape == (3, 1, 1)
    np.testing.assert_allclose(found[:, 0], predict(made, x[:3]), atol=1e-12)


def test_rows_are_cut_into_parts(rng, monkeypatch):
    x = rng.standard_normal((30, 2))
    mixed, _ = mixed_of(fit(x, x[:, 0], seed=1), x, x[:4], [[0], [1]])
    assert list(mixed.parts_of_rows()) == [slice(0, 65536)]
    monkeypatch.setattr("nnfit.core.explained.mixed.NUMBERS_AT_ONCE", 60)
    assert list(mixed.parts_of_rows()) == [slice(0, 15), slice(15, 30)]
