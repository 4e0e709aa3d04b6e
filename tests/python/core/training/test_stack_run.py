import math

import numpy as np
import torch

from nnfit.core.training.stack_run import Endings, Losses


def values(*numbers):
    return np.array(numbers, dtype=float)


def test_a_replica_that_diverges_keeps_what_it_had():
    value = torch.tensor([[1.0], [2.0]])
    endings = Endings(value, math.inf)
    endings.look(1, values(1, 1))
    value += 1
    endings.look(2, values(math.nan, 1))
    value += 1
    endings.look(3, values(math.nan, 1))
    endings.finish()
    assert endings.kept.tolist() == [[2.0], [4.0]]
    assert endings.stopped == ["diverged", "epochs"]
    assert endings.rows.tolist() == [2, 3]


def test_each_replica_stops_early_by_itself():
    value = torch.tensor([[0.0], [0.0]])
    endings = Endings(value, 2)
    for epoch, losses in enumerate([(3, 9), (1, 8), (2, 7), (2, 6), (0, 5)], start=1):
        value.fill_(epoch)
        endings.look(epoch, values(9, 9), values(*losses))
    endings.finish()
    assert endings.kept.tolist() == [[2.0], [5.0]]
    assert endings.stopped == ["early", "epochs"]
    assert endings.best_epoch.tolist() == [2, 5]
    assert endings.rows.tolist() == [4, 5]


def test_the_training_loss_decides_where_there_is_no_validation():
    endings = Endings(torch.zeros(1, 1), 1)
    endings.look(1, values(1))
    endings.look(2, values(2))
    assert endings.stopped == ["early"]
    assert not endings.active.any()


def test_losses_in_the_users_units():
    losses = Losses(3, values(1, 10), validated=True)
    losses.add(values(1, 2), values(3, 4))
    losses.add(values(5, 6), values(7, 8))
    assert losses.last() == (32.5, 43.5)
    history = losses.of(1, 2)
    np.testing.assert_array_equal(history["train_loss"], [20, 60])
    np.testing.assert_array_equal(history["valid_loss"], [40, 80])
    assert Losses(3, values(1), validated=False).of(0, 0)["valid_loss"] is None
