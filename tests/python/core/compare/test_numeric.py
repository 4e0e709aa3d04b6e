import torch
from thermometer import rows

from nnfit.core.compare import analytic, numeric
from nnfit.core.compare.track import Track

START = torch.tensor([1.0, 0.0], dtype=torch.float64)


def test_the_naive_step_is_the_documents():
    # The intercept's difference is taken where the slope has gone already.
    _, problem = rows().seen(False)
    track = Track(1)
    numeric.descend(problem, START, 1e-2, track)
    assert abs(float(track.params[0]) + 44.1730) < 5e-5
    assert abs(float(track.params[1]) - 45.9732) < 5e-5
    # in single precision a loss of 5.8 million is held to a half, 0.025 of b: printed is 46.0250
    single = Track(1)
    numeric.descend(problem.to(torch.float32), START.float(), 1e-2, single)
    assert abs(float(single.params[0]) + 44.1730) < 5e-4
    assert abs(float(single.params[1]) - 46.0250) < 0.06


def test_it_ends_where_only_noise_is_left():
    _, problem = rows().seen(True)
    track = Track(5000)
    numeric.descend(problem, START, 0.5, track)
    assert track.stopped == "settled"
    assert len(track.losses) < 100
    exact = analytic.gradient(problem, track.params)
    assert float(exact.abs().max()) < 1e-12


def test_a_difference_of_a_parabola_is_exact_however_wide():
    _, problem = rows().seen(0.1)
    exact = analytic.gradient(problem, START)
    for which in range(2):
        for delta in (0.1, 10.0):
            found = numeric.difference(problem, START, which, delta)
            torch.testing.assert_close(found, exact[which], rtol=1e-10, atol=1e-10)


def test_of_a_curved_loss_the_difference_is_narrow_enough():
    made = rows(y=rows().y + 5, family="poisson", link="log")
    _, problem = made.seen(True)
    at = torch.tensor([0.3, 1.0], dtype=torch.float64)
    exact = analytic.gradient(problem, at)
    delta = numeric.width(problem)
    assert delta < 1e-4
    for which in range(2):
        found = numeric.difference(problem, at, which, delta)
        torch.testing.assert_close(found, exact[which], rtol=1e-8, atol=1e-8)
