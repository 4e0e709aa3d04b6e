import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.repeats import tuning, unseen

OPTIONS = {"hidden_units": 4, "seed": 1}


@pytest.fixture
def seen_by(monkeypatch):
    """Give the path of the last fit, and what it was made into before it was tempered."""
    found = {}

    def note(path, trained, spec):
        found.update(path=path, trained=trained, spec=spec)
        return unseen.tempered(path, trained, spec)

    monkeypatch.setattr(tuning, "tempered", note)
    return found


@pytest.fixture
def data(rng):
    x = rng.standard_normal((60, 2))
    return x, x[:, 0] + rng.standard_normal(60)


def test_each_row_is_unseen_by_one_member_of_each_deal(data, seen_by):
    weights = np.where(np.arange(60) % 3 > 0, 1.0, 0.0)
    made = fit(*data, weights=weights, **OPTIONS)
    path = seen_by["path"]
    member = unseen.unseeing(path)
    assert member.shape == (40, 2)
    for row, pair in zip(np.flatnonzero(weights), member):
        for deal, which in enumerate(pair):
            assert which // 5 == deal
            assert row in path.replicas[which].valid_rows
            assert row not in path.replicas[which].rows
    np.testing.assert_array_equal(made.held_out["member"], member)


@pytest.mark.parametrize("skip", [False, True])
def test_a_temperature_divides_what_adds_up_to_the_output_alone(data, seen_by, skip):
    x, y = data
    made = fit(x, np.where(y > 0, "a", "b"), skip=skip, **OPTIONS)
    before, degrees = seen_by["trained"].parameters, made.tuning["temperature"]
    for name, value in made.parameters.items():
        divided = before[name] / (degrees if name.startswith(("2.", "skip")) else 1)
        np.testing.assert_array_equal(value, divided)


@pytest.mark.parametrize("classes", [2, 3])
def test_rows_are_missed_by_more_than_members_miss_their_own(data, classes):
    x, y = data
    labels = np.array(list("abc"))[np.digitize(y, [-0.7, 0.7] if classes == 3 else [0.0])]
    made = fit(x, labels, loss="cross_entropy", **OPTIONS)
    codes = np.unique(labels, return_inverse=True)[1]
    own = made.fitted[np.arange(60), codes]
    assert made.held_out["residual"].shape == (60, 1)
    assert made.held_out["residual"].mean() > (1 - own).mean()
    assert 0.5 <= made.tuning["temperature"] <= 2


def test_shares_have_no_rows_held_out(data):
    x, y = data
    shares = fit(x, 1 / (1 + np.exp(-y)), loss="bce_with_logits", **OPTIONS)
    assert shares.tuning["temperature"] is not None
    assert shares.held_out is None
