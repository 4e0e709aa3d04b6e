import numpy as np
import pytest
import torch
from thermometer import CELSIUS, rows

from nnfit.core.compare import certified
from nnfit.core.compare.asked import Asked
from nnfit.core.compare.certified import Seen
from nnfit.core.compare.methods import method_of, run

COUNTS = np.round(abs(CELSIUS))


def newton(made, scale):
    """Find the coefficients at which the loss is least."""
    design, problem = made.seen(scale)
    at = torch.zeros(2, dtype=torch.float64)
    for _ in range(50):
        step = torch.linalg.solve(
            problem.hessian(at), torch.from_numpy(certified.gradient_at(problem, at.numpy()))
        )
        at = at - step
    return design.back @ at.numpy()


def test_the_raw_thermometer_is_stable_below_the_known_rate():
    method = method_of("sgd")
    for scale, limit in ((False, 0.00034), (0.1, 0.033)):
        seen = Seen.of(rows(), scale)
        assert seen.limit(method.stepping) == pytest.approx(limit, rel=0.003)
    asked = Asked("sgd", scale=False)
    assert certified.stable_rate(asked, Seen.of(rows(), False), 100) == 0.0003


def test_a_rate_is_the_users_or_the_methods_or_half_of_what_is_stable():
    seen = Seen.of(rows(), 0.1)
    assert certified.rate_of(Asked("sgd", learn_rate=3), method_of("sgd"), seen) == 3
    assert certified.rate_of(Asked("adam"), method_of("adam"), seen) == 0.1
    assert certified.rate_of(Asked("sgd"), method_of("sgd"), seen) == 0.016


def test_the_certificate_of_the_document_is_exact():
    asked = Asked("sgd", learn_rate=0.01, scale=0.1)
    seen = Seen.of(rows(), 0.1)
    said = certified.certify(rows(), asked, seen, 0.01, np.array([5.3671, -17.3012]), 5000)
    assert said["needed"] == 8134
    assert said["condition"] == pytest.approx(357, rel=1e-3)
    start = torch.from_numpy(seen.start)
    for epochs, there in ((8134, True), (8133, False)):
        track = run(method_of("sgd"), seen.problem, start, 0.01, epochs)
        gaps = abs(seen.design.back @ track.params.numpy() - rows().target)
        assert bool((gaps <= rows().allowed).all()) is there


def test_gradients_begin_with_the_intercept():
    seen = Seen.of(rows(), False)
    said = certified.certify(rows(), Asked("sgd", scale=False), seen, 1e-4, seen.start, 1)
    assert said["first_gradient"].tolist() == pytest.approx([82.6000, 4517.2964], rel=1e-7)
    assert said["gradient_norm"] == pytest.approx(np.hypot(82.6000, 4517.2964), rel=1e-7)


@pytest.mark.parametrize("method", ["sgd", "numeric"])
def test_the_cure_cures(method):
    asked = Asked(method, scale=False, learn_rate=1.0)
    made = rows()
    said = certified.cure(made, asked)
    seen = Seen.of(made, True)
    start = torch.from_numpy(seen.start)
    track = run(method_of(method), seen.problem, start, said["learn_rate"], int(said["epochs"]))
    gaps = abs(seen.design.back @ track.params.numpy() - made.target)
    assert (gaps <= made.allowed).all()


def test_adam_has_a_rate_that_was_tried():
    made = rows()
    said = certified.cure(made, Asked("adam"))
    seen = Seen.of(made, True)
    start = torch.from_numpy(seen.start)
    track = run(method_of("adam"), seen.problem, start, said["learn_rate"], 5000)
    gaps = abs(seen.design.back @ track.params.numpy() - made.target)
    assert (gaps <= made.allowed).all()
    many = rows(x=np.tile(made.x[:, 0], 1000), y=np.tile(made.y, 1000))
    assert certified.cure(many, Asked("adam"))["learn_rate"] is None


def test_of_a_loss_that_is_no_square_the_epochs_count_from_where_it_is():
    made = rows(y=COUNTS, family="poisson", link="log", target=[1, 1])
    made = rows(y=COUNTS, family="poisson", link="log", target=newton(made, True))
    asked = Asked("sgd")
    seen = Seen.of(made, True)
    rate = certified.rate_of(asked, method_of("sgd"), seen)
    start = torch.from_numpy(seen.start)
    track = run(method_of("sgd"), seen.problem, start, rate, 60)
    said = certified.certify(made, asked, seen, rate, track.params.numpy(), 60)
    more = run(method_of("sgd"), seen.problem, start, rate, int(1.1 * said["needed"]))
    gaps = abs(seen.design.back @ more.params.numpy() - made.target)
    assert 60 < said["needed"] < 1000
    assert (gaps <= made.allowed).all()


def test_a_rate_is_tried_where_the_loss_is_no_square():
    made = rows(y=COUNTS, family="poisson", link="log", target=[1, 1])
    made = rows(y=COUNTS, family="poisson", link="log", target=newton(made, True))
    seen = Seen.of(made, False)
    asked = Asked("sgd", scale=False, learn_rate=1)
    rate = certified.stable_rate(asked, seen, 100)
    track = run(method_of("sgd"), seen.problem, torch.from_numpy(seen.start), rate, 100)
    assert rate > 0
    assert max(track.losses) == track.losses[0]
    assert certified.is_lower(track.losses, track.losses[-1])
    assert not certified.is_lower([1.0, 3.0], 0.5)
    assert not certified.is_lower([1.0], float("nan"))


def test_where_no_rate_of_adams_arrives_lbfgs_is_tried():
    x = np.linspace(0, 1, 11)[:, None] ** [1, 2, 3, 4, 5]
    design = np.column_stack([np.ones(11), x])
    target = np.linalg.lstsq(design, CELSIUS, rcond=None)[0]
    said = certified.cure(rows(x=x, target=target), Asked("adam"))
    assert said["learn_rate"] is None
    assert said["by_lbfgs"] is True
    never = rows(x=x, target=target + 1)
    assert certified.cure(never, Asked("adam"))["by_lbfgs"] is False


def test_the_way_is_that_from_the_start_where_it_is_known():
    seen = Seen.of(rows(), True)
    end = seen.design.forth(rows().target)
    said = certified.certify(rows(), Asked("sgd"), seen, 0.5, end, 3)
    assert said["way"] == pytest.approx(abs(seen.start - end).max())
    assert (said["distance"], said["stable"]) == (0, True)
    assert certified.certify(rows(), Asked("sgd"), seen, 0.5, end, 3, False)["way"] == 0
