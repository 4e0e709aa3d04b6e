import numpy as np

from nnfit.core.repeats.penalty_path import deal_evenly, penalties


def test_folds_are_even_and_so_are_their_classes():
    y = np.repeat([0, 1], [40, 10])
    fold = deal_evenly(y, 1)
    assert np.bincount(fold).tolist() == [10] * 5
    assert np.bincount(fold[y == 1]).tolist() == [2] * 5
    assert np.bincount(deal_evenly(np.arange(23.0)[:, None], 1)).tolist() == [5, 5, 5, 4, 4]
    assert (deal_evenly(y, 1) != deal_evenly(y, 2)).any()


def test_the_penalties_begin_lower_where_there_are_more_rows():
    assert penalties(20)[0] == 0.03
    assert penalties(100)[0] == 0.003
    assert penalties(2000)[0] == 3e-4
    assert penalties(20_000)[0] == 1e-4
    assert all(penalties(n)[-1] == 3.0 for n in (20, 2000))
