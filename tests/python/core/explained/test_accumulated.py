"""Local effects of known surfaces, added up."""

import numpy as np

from nnfit.core.explained.accumulated import accumulate, accumulate_two, nodes_of


def test_one_variable():
    counts = np.array([1.0, 2, 1])
    assert nodes_of(counts).tolist() == [0.5, 1.5, 1.5, 0.5]
    found = accumulate(np.array([[1.0], [2], [3]]), nodes_of(counts))
    # 0, 1, 3, 6 less their mean by the nodes
    assert np.allclose(found[:, 0], np.array([0, 1, 3, 6]) - 9 / 4)


def test_two_variables_are_left_with_what_they_do_together():
    at, beside = np.linspace(0, 1, 5), np.linspace(0, 2, 4)
    surface = np.add.outer(at**2, np.sin(beside)) + np.outer(at, beside)
    steps = np.diff(np.diff(surface, axis=0), axis=1)
    counts = np.ones((4, 3))
    found = accumulate_two(steps[..., None], counts)[..., 0]
    truth = np.outer(at - at.mean(), beside - beside.mean())
    assert np.allclose(found, truth)


def test_empty_cells_have_the_steps_of_the_nearest():
    steps = np.outer([1.0, 2, 3], [1.0, 1])
    counts = np.ones((3, 2))
    counts[2, 1] = 0
    holes = steps.copy()
    holes[2, 1] = np.nan
    filled = steps.copy()
    filled[2, 1] = steps[2, 0]
    found = accumulate_two(holes[..., None], counts)
    assert np.allclose(found, accumulate_two(filled[..., None], counts))


def test_several_columns_are_added_up_side_by_side(rng):
    steps, counts = rng.standard_normal((3, 2, 4, 5)), rng.uniform(size=(3, 2))
    whole = accumulate_two(steps, counts)
    assert whole.shape == (4, 3, 4, 5)
    assert np.allclose(whole[:, :, 1, 2], accumulate_two(steps[:, :, 1, 2], counts))
