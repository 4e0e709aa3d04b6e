import numpy as np
import pytest

from nnfit.core.ground.pieces import by_first, deal, from_first, put_together
from nnfit.core.ground.processes import ALONE
from support import as_threads


def test_every_piece_is_dealt_once_and_loads_are_even():
    draw = np.random.default_rng(1)
    for size in (1, 2, 3, 7):
        costs = draw.exponential(size=40)
        shares = deal(costs, size)
        assert sorted(sum(shares, [])) == list(range(40))
        assert all(share == sorted(share) for share in shares)
        loads = [costs[share].sum() for share in shares]
        assert max(loads) - min(loads) <= costs.max()


def test_equal_pieces_go_round_and_few_leave_some_without():
    assert deal([1.0] * 5, 2) == [[0, 2, 4], [1, 3]]
    assert deal([1.0] * 2, 4) == [[0], [1], [], []]
    assert deal([0.0] * 4, 2) == [[0, 2], [1, 3]]
    assert deal([], 2) == [[], []]


def test_one_that_costs_as_much_as_the_others_together_is_alone():
    assert deal([1.0, 1.0, 4.0, 1.0], 2) == [[2], [0, 1, 3]]


def test_what_all_have_is_put_into_order():
    def work(processes):
        mine = {place: place**2 for place in deal([1.0] * 5, 3)[processes.rank]}
        return list(put_together(processes, mine).items())

    expected = [(place, place**2) for place in range(5)]
    assert as_threads(3, work) == [expected] * 3
    assert list(put_together(ALONE, {1: "b", 0: "a"})) == [0, 1]


def test_the_first_works_for_all():
    worked = []

    def work(processes):
        def once():
            worked.append(processes.rank)
            return processes.rank + 0.5

        return by_first(processes, once), from_first(processes, processes.rank)

    assert as_threads(3, work) == [(0.5, 0)] * 3
    assert worked == [0]
    assert by_first(ALONE, lambda: None) is None


def test_where_the_first_is_interrupted_all_are():
    def work(processes):
        def stopped():
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            by_first(processes, stopped)
        return processes.rank

    assert as_threads(2, work) == [0, 1]
