import numpy as np
import torch

from nnfit.core.compare import track as tracks
from nnfit.core.compare.track import Track


def took(track, values):
    for before, after in zip(values, values[1:]):
        if not track.goes_on():
            break
        track.took(torch.tensor(before**2), torch.tensor([before]), torch.tensor([after]))


def test_it_ends_after_its_epochs():
    track = Track(2)
    took(track, [4.0, 3.0, 2.0, 1.0])
    assert track.losses == [16, 9]
    assert track.stopped == "epochs"
    assert track.params.tolist() == [2]


def test_it_ends_where_nothing_changes():
    track = Track(100)
    took(track, [2.0, 1.0, *[1 + 1e-7] * 10])
    assert track.stopped == "settled"
    assert len(track.losses) == 2 + tracks.PEACE - 1


def test_it_ends_where_a_number_is_not_finite():
    track = Track(100)
    took(track, [2.0, 1e30, float("inf"), 5.0])
    assert track.stopped == "diverged"


def test_the_path_has_every_epoch_of_few_and_the_ends_of_many():
    track = Track(3)
    took(track, [4.0, 3.0, 2.0, 1.0])
    epochs, path = track.path()
    assert epochs.tolist() == [0, 1, 2, 3]
    assert path[:, 0].tolist() == [4, 3, 2, 1]
    many = Track(5000)
    took(many, np.linspace(5, 1, 5001).tolist())
    epochs, path = many.path()
    assert epochs[[0, 1, -1]].tolist() == [0, 1, 5000]
    assert len(epochs) <= tracks.MOST + 1
    np.testing.assert_allclose(path[:, 0], 5 - 4 * epochs / 5000, rtol=1e-6)
