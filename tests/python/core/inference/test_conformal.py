import numpy as np
import pytest

from nnfit.core import NNFitError, fit, predict, predict_conformal, predict_sets
from nnfit.core.data.powers import Powers
from nnfit.core.inference import intervals
from nnfit.core.model.predictions import Reopened, member_responses


@pytest.fixture(scope="module")
def tuned():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((60, 2))
    y = x[:, 0] + 0.5 * rng.standard_normal(60)
    return x, y, fit(x, y, hidden_units=4, seed=1)


def by_hand(made, x, new, y, level):
    """CV+ row by row, from the fit's plain data."""
    scaling, p = made.scaling, made.parameters

    def members(rows):
        z = (Powers.of_fit(scaling)(rows) - scaling["x_center"]) / scaling["x_scale"]
        z = z / np.sqrt(1 + (z / 3) ** 2)
        hidden = z @ p["0.weight"].transpose(0, 2, 1) + p["0.bias"][:, None]
        hidden = hidden / (1 + np.exp(-hidden))
        link = hidden @ p["2.weight"].transpose(0, 2, 1) + p["2.bias"][:, None]
        return link[..., 0] * scaling["output_scale"] + scaling["output_center"]

    seen, unseen = members(x), members(new)
    lower, upper = [], []
    for i, pair in enumerate(made.held_out["member"]):
        size = abs(y[i] - seen[pair, i].mean())
        lower.append(unseen[pair].mean(0) - size)
        upper.append(unseen[pair].mean(0) + size)
    rank = int(np.ceil(level * (len(x) + 1))) - 1
    return np.sort(lower, axis=0)[::-1][rank], np.sort(upper, axis=0)[rank]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_conformal_limits_are_those_by_hand(tuned, level):
    x, y, made = tuned
    new = np.array([[0.0, 0.0], [2.0, -1.0], [30.0, 5.0]])
    limits = predict_conformal(made, new, level=level)
    lower, upper = by_hand(made, x, new, y, level)
    np.testing.assert_allclose(limits["lwr"][:, 0], lower, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(limits["upr"][:, 0], upper, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(limits["fit"], predict(made, new))


def test_new_outcomes_fall_between_conformal_limits():
    """Of heavy-tailed outcomes too, whose spread a normal law does not say."""
    rng = np.random.default_rng(4)
    hits = []
    for seed in range(8):
        x = rng.standard_normal((1060, 2))
        y = x[:, 0] + rng.standard_t(2, 1060)
        made = fit(x[:60], y[:60], hidden_units=4, seed=seed)
        limits = predict_conformal(made, x[60:], level=0.8)
        hits.append(np.mean((limits["lwr"][:, 0] <= y[60:]) & (y[60:] <= limits["upr"][:, 0])))
    assert 0.75 < np.mean(hits) < 0.88


def test_no_member_has_seen_the_rows_that_it_is_judged_by(tuned):
    x, y, made = tuned
    member = made.held_out["member"]
    assert member.shape == (60, 2)
    assert (member[:, 0] < 5).all()
    assert (member[:, 1] >= 5).all()
    assert np.bincount(member.ravel()).tolist() == [12] * 10
    assert made.held_out["residual"].std() > np.std(y - made.fitted[:, 0])


def test_the_prediction_is_within_its_limits_at_every_level(tuned):
    x, _, made = tuned
    for level in (0.02, 0.1, 0.3):
        limits = predict_conformal(made, x, level=level)
        assert (limits["lwr"] <= limits["fit"]).all()
        assert (limits["fit"] <= limits["upr"]).all()


def test_a_level_that_the_rows_can_not_tell_has_infinite_limits(tuned):
    limits = predict_conformal(tuned[2], [[0.0, 0.0]], level=0.99)
    assert limits["lwr"][0, 0] == -np.inf
    assert limits["upr"][0, 0] == np.inf


def test_conformal_limits_with_offset_weights_and_several_outcomes(rng):
    x = rng.standard_normal((50, 2))
    y = np.column_stack([x[:, 0], x[:, 1] * 5]) + 0.3 * rng.standard_normal((50, 2))
    weights = np.where(np.arange(50) < 40, 1.0, 0.0)
    offset = np.tile([[1.0, 2.0]], (50, 1))
    options = {"hidden_units": 4, "seed": 1}
    made = fit(x, y + offset, weights=weights, offset=offset, **options)
    assert made.held_out["residual"].shape == (40, 2)
    limits = predict_conformal(made, x, offset=offset)
    moved = predict_conformal(made, x, offset=offset + 7)
    np.testing.assert_allclose(moved["lwr"], limits["lwr"] + 7, rtol=1e-5)
    assert (limits["lwr"] < limits["fit"]).all()
    assert (limits["fit"] < limits["upr"]).all()


DRAWN = {
    "poisson_nll": lambda rng, mean: rng.poisson(mean) * 1.0,
    "gamma_nll": lambda rng, mean: rng.gamma(4.0, mean / 4),
    "negative_binomial_nll": lambda rng, mean: rng.poisson(rng.gamma(1.0, mean)) * 1.0,
    "gaussian_nll": lambda rng, mean: mean * (1 + 0.5 * rng.standard_normal(mean.shape)),
}


@pytest.mark.parametrize("loss", DRAWN)
def test_limits_are_as_far_apart_as_outcomes_scatter(loss):
    """Coverage in each quarter of x; of one width for all rows it was 1.00 to 0.81."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 4, (3400, 1))
    y = DRAWN[loss](rng, np.exp(x))
    made = fit(x[:400], y[:400], loss=loss, hidden_units=8, seed=1)
    limits = predict_conformal(made, x[400:], level=0.9)
    inside = (limits["lwr"] <= y[400:]) & (y[400:] <= limits["upr"])
    quarter = np.floor(x[400:, 0]).astype(int)
    covered = [inside[quarter == one].mean() for one in range(4)]
    width = [(limits["upr"] - limits["lwr"])[quarter == one].mean() for one in range(4)]
    assert min(covered) > 0.8 and max(covered) < 0.97  # 400 rows tell each to some 0.04
    assert width[3] > 3 * width[0]


def test_misses_count_in_standard_deviations_by_hand(rng):
    """With weights, an offset and several outcomes."""
    x = rng.standard_normal((60, 2))
    offset = rng.standard_normal(60)
    y = rng.poisson(np.exp(1 + x + 0.5 * offset[:, None])) * 1.0
    weights = np.where(np.arange(60) < 50, 1.0, 0.0)
    options = {"loss": "poisson_nll", "hidden_units": 4, "seed": 1}
    made = fit(x, y, weights=weights, offset=0.5 * offset, **options)
    member, missed = made.held_out["member"], made.held_out["residual"]
    np.testing.assert_allclose(made.held_out["spread"], np.sqrt(y[:50] - missed))
    reopened = Reopened(made, "response", None)
    new, added = x[:3], np.array([[0.0], [1.0], [-2.0]])
    each = member_responses(
        reopened.network, reopened.spec, reopened.scaling, new, np.repeat(added, 2, axis=1)
    )
    unseen = (each[member[:, 0]] + each[member[:, 1]]) / 2 if member.shape[1] == 2 else each[member]
    away = (np.abs(missed) / made.held_out["spread"])[:, None] * np.sqrt(unseen)
    rank = int(np.ceil(0.8 * 51)) - 1
    limits = predict_conformal(made, new, level=0.8, offset=added[:, 0])
    np.testing.assert_allclose(limits["upr"], np.sort(unseen + away, axis=0)[rank])
    lower = np.sort(unseen - away, axis=0)[::-1][rank]
    np.testing.assert_allclose(limits["lwr"], np.maximum(0, np.minimum(lower, limits["fit"])))


def test_a_fit_of_an_early_version_has_limits_of_one_width(rng):
    x = rng.standard_normal((60, 1))
    made = fit(x, rng.poisson(5, 60), loss="poisson_nll", hidden_units=4, seed=1)
    held_out = {key: made.held_out[key] for key in ("member", "residual")}
    limits = predict_conformal({**made, "held_out": held_out}, x, level=0.9)
    assert np.isfinite(limits["upr"]).all()
    assert (limits["upr"] != predict_conformal(made, x, level=0.9)["upr"]).any()


def test_a_constant_variance_leaves_no_spread(tuned):
    assert set(tuned[2].held_out) == {"member", "residual"}


def test_where_no_mean_can_be_there_is_no_limit(rng):
    x = rng.uniform(0, 1, (80, 1))
    y = rng.poisson(5 + 20 * x[:, 0]) * 1.0
    loss = ("poisson_nll", {"link": "identity"})
    made = fit(x, y, loss=loss, hidden_units=4, seed=1)
    made["parameters"]["2.bias"][:] -= 1000
    limits = predict_conformal(made, x)
    assert (limits["upr"] == np.inf).all()
    assert not np.isnan(limits["lwr"]).any()


def test_conformal_limits_end_where_outcomes_do(rng):
    x = rng.standard_normal((60, 2))
    y = rng.poisson(np.exp(x[:, 0])).astype(float)
    made = fit(x, y, loss="poisson_nll", hidden_units=4, seed=1)
    limits = predict_conformal(made, x, level=0.9)
    assert limits["lwr"].min() == 0
    assert (limits["upr"] > limits["fit"]).all()
    with_sign = fit(x, y - 1, hidden_units=4, seed=1)
    assert predict_conformal(with_sign, x)["lwr"].min() < -1


def test_chunks_give_the_same_conformal_limits(tuned, monkeypatch):
    x, _, made = tuned
    whole = predict_conformal(made, x)
    monkeypatch.setattr(intervals, "VALUES_AT_ONCE", 130)
    np.testing.assert_array_equal(predict_conformal(made, x)["upr"], whole["upr"])


def test_what_has_no_rows_held_out_is_refused(tuned):
    x, y, made = tuned
    with pytest.raises(NNFitError, match="has no rows held out"):
        predict_conformal(fit(x, y), x)
    classes = fit(x, np.where(y > 0, "a", "b"), hidden_units=4, seed=1)
    with pytest.raises(NNFitError, match="Use `predict_sets"):
        predict_conformal(classes, x)
    with pytest.raises(NNFitError, match="Use `predict_conformal"):
        predict_sets(made, x)
    for none in (
        fit(x, y > 0, seed=1),
        fit(x, np.where(y > 0, "a", "b"), hidden_units=4, loss="multi_margin", seed=1),
    ):
        with pytest.raises(NNFitError, match="has no rows held out"):
            predict_sets(none, x)
    shares = fit(x, 1 / (1 + np.exp(-y)), hidden_units=4, loss="bce_with_logits", seed=1)
    assert shares.tuning["temperature"] is not None
    with pytest.raises(NNFitError, match="has no rows held out"):
        predict_conformal(shares, x)
    with pytest.raises(NNFitError, match="level"):
        predict_conformal(made, x, level=1)


def test_conformal_limits_of_rows_beyond_float32(tuned):
    limits = predict_conformal(tuned[2], [[1e300, 0.0], [1e30, 0.0]])
    assert np.isfinite(limits["fit"]).all()
    np.testing.assert_allclose(limits["upr"][0], limits["upr"][1], rtol=1e-5)


# -- sets of classes --


def classes_of(rng, n, number=3):
    x = rng.standard_normal((n, 2))
    noisy = x[:, 0] + 0.7 * rng.standard_normal(n)
    return x, np.array(list("abc"))[np.digitize(noisy, [-0.5, 0.5] if number == 3 else [0.0])]


@pytest.fixture(scope="module", params=[2, 3])
def labelled(request):
    x, y = classes_of(np.random.default_rng(3), 90, request.param)
    return x, y, fit(x, y, hidden_units=4, seed=1)


def member_probabilities(made, x):
    scaling, p = made.scaling, made.parameters
    z = (Powers.of_fit(scaling)(x) - scaling["x_center"]) / scaling["x_scale"]
    z = z / np.sqrt(1 + (z / 3) ** 2)
    hidden = z @ p["0.weight"].transpose(0, 2, 1) + p["0.bias"][:, None]
    hidden = hidden / (1 + np.exp(-hidden))
    link = hidden @ p["2.weight"].transpose(0, 2, 1) + p["2.bias"][:, None]
    if link.shape[2] == 1:
        link = np.concatenate([0 * link, link], axis=2)
    raised = np.exp(link - link.max(2, keepdims=True))
    return raised / raised.sum(2, keepdims=True)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_sets_are_those_by_hand(labelled, level):
    x, y, made = labelled
    codes = np.unique(y, return_inverse=True)[1]
    seen, new = member_probabilities(made, x), np.array([[0.0, 0.0], [2.0, -1.0], [-0.6, 0.3]])
    unseen = member_probabilities(made, new)
    count = np.zeros(unseen.shape[1:])
    for i, pair in enumerate(made.held_out["member"]):
        own = 1 - seen[pair, i].mean(0)[codes[i]]
        np.testing.assert_allclose(made.held_out["residual"][i, 0], own, rtol=1e-4, atol=1e-6)
        count += own < 1 - unseen[pair].mean(0)
    inside = count < level * (len(x) + 1)
    point = np.atleast_2d(predict(made, new))
    top = point.argmax(1) if point.shape[1] > 1 else (point[:, 0] > 0.5).astype(int)
    inside[np.arange(3), top] = True
    np.testing.assert_array_equal(predict_sets(made, new, level=level), inside)


def test_sets_hold_the_class_of_new_rows():
    rng = np.random.default_rng(4)
    hits, sizes = [], []
    for seed in range(6):
        x, y = classes_of(rng, 1080)
        made = fit(x[:80], y[:80], hidden_units=4, seed=seed)
        inside = predict_sets(made, x[80:], level=0.9)
        codes = np.unique(y, return_inverse=True)[1][80:]
        hits.append(inside[np.arange(1000), codes].mean())
        sizes.append(inside.sum(1).mean())
    assert 0.86 < np.mean(hits) < 0.95
    assert 1 < np.mean(sizes) < 2.5


def test_sets_grow_with_the_level_and_are_never_empty(labelled):
    x, _, made = labelled
    levels = [predict_sets(made, x, level=level) for level in (0.1, 0.7, 0.99)]
    assert levels[0].any(1).all()
    assert (levels[0] <= levels[1]).all() and (levels[1] <= levels[2]).all()
    assert predict_sets(made, x, level=0.999).all()  # which 90 rows can not tell


def test_chunks_give_the_same_sets(labelled, monkeypatch):
    x, _, made = labelled
    whole = predict_sets(made, x, level=0.8)
    monkeypatch.setattr(intervals, "VALUES_AT_ONCE", 130)
    np.testing.assert_array_equal(predict_sets(made, x, level=0.8), whole)


def test_sets_with_an_offset(rng):
    x, y = classes_of(rng, 80, 2)
    offset = rng.standard_normal(80)
    made = fit(x, y, offset=offset, hidden_units=4, seed=1)
    sets = predict_sets(made, x, offset=offset + 30, level=0.8)
    assert sets[:, 1].all()
    assert not sets[:, 0].any()
