import numpy as np
import torch

from nnfit.core.repeats.resampling import deal, replica_seeds, resample


def test_seeds_follow_from_the_fits_own():
    seeds = replica_seeds(7, 50)
    assert len(set(seeds)) == 50
    assert all(0 <= seed < 2**31 - 1 for seed in seeds)
    assert replica_seeds(7, 3) == seeds[:3]
    assert replica_seeds(8, 3) != seeds[:3]
    assert replica_seeds(-7, 3) != seeds[:3]


def test_without_a_seed_torchs_generator_goes_on():
    torch.manual_seed(1)
    first, second = replica_seeds(None, 2), replica_seeds(None, 2)
    torch.manual_seed(1)
    assert replica_seeds(None, 2) == first != second


def test_rows_are_drawn_with_replacement():
    counts = resample(3, 1000)
    assert counts.sum() == 1000
    assert 0.60 < (counts > 0).mean() < 0.66  # 1 - 1/e
    np.testing.assert_array_equal(counts, resample(3, 1000))


def test_folds_are_of_equal_size_and_dealt_at_random():
    fold = deal(3, 23, 5)
    assert sorted(np.bincount(fold)) == [4, 4, 5, 5, 5]
    np.testing.assert_array_equal(fold, deal(3, 23, 5))
    assert (fold != deal(4, 23, 5)).any()
