import numpy as np

from nnfit.core.engines.settling import Settling


def test_steps_are_at_an_end_where_small_ones_shrink_no_more():
    steps = Settling(np.zeros((2, 1)), settled=0.1, patience=2)
    assert [steps.is_still(size) for size in (5.0, 6, 7, 8)] == [False] * 4  # still long
    assert [steps.is_still(size) for size in (0.01, 0.02, 0.01, 0.005)] == [
        False, False, True, False
    ]  # fmt: skip
    assert not steps.converged()


def test_another_goes_on_from_what_one_was():
    one, other = (Settling(np.zeros((2, 1)), 0.1, 2) for _ in range(2))
    for size in (0.01, 0.02):
        one.is_still(size)
    one.place, one.done = np.ones((2, 1)), True
    other.load(one.state())
    assert other.converged()
    assert (other.place == 1).all()
    assert other.is_still(0.02)
