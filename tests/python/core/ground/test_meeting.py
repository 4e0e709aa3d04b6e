import pytest

from nnfit.core.ground.meeting import name_of_this_start
from support import InMemory, as_threads


def test_all_agree_on_a_name_that_no_earlier_start_has_had():
    board, names = InMemory(), set()
    for _ in range(3):
        found = as_threads(4, lambda one: name_of_this_start(board, one.rank, one.size, 60))
        assert len(set(found)) == 1
        names.add(found[0])
    assert len(names) == 3


def test_the_first_does_not_wait_for_ever():
    with pytest.raises(TimeoutError, match="process 1 of 3 has not come"):
        name_of_this_start(InMemory(), 0, 3, 0.0)
    assert name_of_this_start(InMemory(), 0, 1, 0.0)
