from itertools import permutations

import numpy as np
import pytest

from nnfit.core.explained.coalitions import all_of, along


def by_definition(players, value):
    """Average what each adds to those before it, over all orders."""
    found, orders = np.zeros(players), list(permutations(range(players)))
    for order in orders:
        before = set()
        for player in order:
            found[player] += value(before | {player}) - value(before)
            before = before | {player}
    return found / len(orders)


def value(members):
    return float(len(members) ** 2 + 3 * (0 in members) - (members >= {1, 2}))


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_all_coalitions_give_the_values_of_all_orders(players):
    coalitions = all_of(players)
    worth = np.array([value(set(np.flatnonzero(one))) for one in coalitions.members])
    assert len(coalitions.members) == 2**players
    np.testing.assert_allclose(
        coalitions.weights[0] @ worth, by_definition(players, value), atol=1e-12
    )


def test_all_orders_give_them_too():
    orders = np.array(list(permutations(range(3))))
    coalitions = along(orders)
    worth = np.array([value(set(np.flatnonzero(one))) for one in coalitions.members])
    np.testing.assert_allclose(
        (coalitions.weights @ worth).mean(0), by_definition(3, value), atol=1e-12
    )


def test_each_order_is_run_through_there_and_back():
    coalitions = along(np.array([[2, 0, 1]]))
    seen = {tuple(np.flatnonzero(one)) for one in coalitions.members}
    assert seen == {(), (2,), (0, 2), (0, 1, 2), (1,), (0, 1)}
    assert len(coalitions.members) == len(seen)
    # what all have added up to is what all are worth together
    total = coalitions.weights[0].sum(axis=0)
    sizes = coalitions.members.sum(axis=1)
    np.testing.assert_allclose(total, (sizes == 3) * 1.0 - (sizes == 0), atol=1e-12)
