from functools import partial

import numpy as np
import pytest
import torch
from thermometer import least_squares, rows

from nnfit.core.compare import optimizers
from nnfit.core.compare.track import Track

START = torch.tensor([1.0, 0.0], dtype=torch.float64)
TENTHS = least_squares(0.1 * rows().x, rows().y)[::-1]


def test_the_single_step_is_the_documents():
    _, problem = rows().seen(0.1)
    track = Track(1)
    optimizers.descend(problem.to(torch.float32), START.float(), 1e-5, track)
    assert track.params.tolist() == pytest.approx([1.0008, 1.0640e-04], rel=5e-5)


def test_5000_epochs_end_where_the_documents_do():
    _, problem = rows().seen(0.1)
    track = Track(5000)
    optimizers.descend(problem.to(torch.float32), START.float(), 1e-2, track)
    assert track.params.tolist() == pytest.approx([5.3671, -17.3012], abs=1e-4)
    printed = {500: 7.860118, 1000: 3.828538, 2500: 2.933134, 5000: 2.927648}
    for epoch, loss in printed.items():
        assert track.losses[epoch - 1] == pytest.approx(loss, abs=5e-5)


def test_the_others_arrive():
    _, problem = rows().seen(0.1)
    track = Track(2000)
    optimizers.descend(problem, START, 0.5, track, make=optimizers.adam)
    np.testing.assert_allclose(track.params, TENTHS, rtol=1e-7)
    track = Track(40)
    optimizers.search(problem, START, 1, track)
    np.testing.assert_allclose(track.params, TENTHS, rtol=1e-7)


def test_lbfgs_searches_nearer_where_there_is_no_loss():
    # the outcome's mean falls to near 0, so that the first step is to means below
    made = rows(y=np.linspace(20, 0.5, 11), family="poisson", link="identity")
    design, problem = made.seen(True)
    start = torch.from_numpy(made.start(design=design.x))
    for rate in (1, 1000):
        track = Track(200)
        optimizers.search(problem, start, rate, track)
        slope = problem.x.T @ (problem.weights * problem.loss.slope(
            problem.outputs(track.params), problem.y))  # fmt: skip
        assert torch.isfinite(torch.tensor(track.losses)).all()
        assert float(slope.abs().max()) < 1e-7


def test_lbfgs_ends_where_it_begins_without_a_loss():
    made = rows(y=np.full(11, 3.0), family="poisson", link="identity")
    _, problem = made.seen(True)
    track = Track(200)
    optimizers.search(problem, torch.tensor([0.0, -5.0], dtype=torch.float64), 1, track)
    assert (track.stopped, len(track.losses)) == ("diverged", 1)


def test_momentum_is_torchs():
    _, problem = rows().seen(0.1)
    track = Track(3)
    descend = partial(optimizers.descend, make=optimizers.sgd)
    descend(problem, START, 1e-2, track, momentum=0.9)
    at, speed = START.clone(), torch.zeros(2, dtype=torch.float64)
    for _ in range(3):
        slope = problem.x.T @ (problem.weights * 2 * (problem.outputs(at) - problem.y))
        speed = 0.9 * speed + slope
        at = at - 1e-2 * speed
    torch.testing.assert_close(track.params, at)
