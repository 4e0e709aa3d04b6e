import numpy as np
import pytest

from nnfit.core import cross_validate, fit

X = np.arange(10.0).reshape(-1, 1)
TWO = np.repeat(["a", "b"], 5)


def kind(made):
    return made.fault and made.fault["kind"]


@pytest.mark.parametrize("loss", ["bce_with_logits", "bce"])
def test_two_classes_with_a_border_between(loss):
    made = fit(X, TWO, loss=loss)
    assert kind(made) == "separated"
    assert made.fault["redrawn"] == 0
    assert repr(made).endswith("separated classes: its coefficients are where training ended>")
    assert kind(fit(X, (TWO == "b") * 1.0, loss=loss)) == "separated"


@pytest.mark.parametrize("loss", ["cross_entropy", "nll"])
def test_three_classes(loss):
    x = np.arange(12.0)
    x = np.stack([x, x**2], axis=1)
    assert kind(fit(x, np.repeat(list("abc"), 4), loss=loss)) == "separated"
    assert kind(fit(x, np.array(list("aabaabcbcbcc")), loss=loss)) is None
    # The first class alone is apart: the likelihood has no maximum either.
    assert kind(fit(x, np.array(list("aaaabbbcbccc")), loss=loss)) == "nearly_separated"


def test_a_border_on_which_both_classes_are():
    x = np.array([0, 1, 2, 3, 4, 4, 5, 6, 7, 8.0]).reshape(-1, 1)
    assert kind(fit(x, TWO)) == "nearly_separated"
    # A descent of a few steps says nothing about it.
    assert kind(fit(x, TWO, optimizer="sgd", epochs=3)) is None


def test_one_of_several_outcomes():
    y = np.stack([TWO == "b", np.tile([True, False], 5)], axis=1) * 1.0
    assert kind(fit(X, y, loss="bce_with_logits")) == "separated"
    assert kind(fit(X, y[:, 1:], loss="bce_with_logits")) is None


def test_rows_of_no_weight_do_not_count():
    y = TWO.copy()
    y[0] = "b"
    assert kind(fit(X, y)) is None
    weights = np.ones(10)
    weights[0] = 0
    assert kind(fit(X, y, weights=weights)) == "separated"


def test_an_offset_is_part_of_the_sides():
    # What the offset alone would say of the last row, the slope has to outweigh.
    offset = np.zeros(10)
    offset[9] = -30
    assert kind(fit(X, TWO, offset=offset, optimizer="sgd", epochs=1)) is None
    assert kind(fit(X, TWO, offset=offset)) == "separated"


def test_shares_are_on_no_side():
    assert kind(fit(X, np.linspace(0.1, 0.9, 10), loss="bce_with_logits")) is None
    ends = np.where(TWO == "b", 1, 0.2)
    assert kind(fit(X, ends, loss="bce_with_logits")) is None


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": 0.01},
        {"hidden_units": 2, "seed": 1},
        {"loss": "soft_margin"},
        {"validation": 0.4, "stop_iter": 1, "optimizer": "sgd", "learn_rate": 50.0, "seed": 1},
    ],
    ids=str,
)
def test_what_bounds_the_coefficients_or_has_none_is_not_told_of(options):
    assert kind(fit(X, TWO, **options)) is None


def test_classes_that_overlap_have_a_maximum():
    assert kind(fit(X, np.array(list("aabaabbabb")))) is None


def test_replicates_and_folds_with_separated_classes_have_learned_something():
    made = fit(X, TWO, bootstrap=3, seed=1)
    assert kind(made) == "separated"
    assert made.replicates["dead"] == 0
    assert not any(cross_validate(X, TWO, folds=2, seed=1)["dead"])


def test_files_are_looked_at_to_their_end(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from nnfit.core import fit_parquet

    for name, y, expected in [
        ("apart", TWO, "separated"),
        ("mixed", np.where(np.arange(10) == 9, "a", TWO), None),
    ]:
        path = tmp_path / f"{name}.parquet"
        parquet.write_table(pa.table({"x": X[:, 0], "y": y}), path, row_group_size=2)
        made = fit_parquet(path, "y", ["x"], batch_size=2, epochs=300, optimizer="adam", seed=1)
        assert kind(made) == expected


def test_it_is_seen_from_every_start_where_training_takes_it_for_converged():
    x = np.array([0, 1, 2, 3, 4, 4, 5, 6, 7, 8.0]).reshape(-1, 1)
    for seed in range(30):
        assert kind(fit(x, TWO, seed=seed)) == "nearly_separated"
        weighted = fit(x, TWO, seed=seed, weights=np.arange(1.0, 11))
        assert kind(weighted) == "nearly_separated"


def test_a_far_row_on_its_side_is_no_separation(rng):
    x = rng.standard_normal((60, 2))
    x[0] = 40
    for seed in range(20):
        y = rng.random(60) < 1 / (1 + np.exp(-x @ [2, 1]))
        made = fit(x, np.where(y, "b", "a"), seed=seed)
        assert made.fitted.max() > 0.999999
        assert kind(made) is None


@pytest.mark.parametrize("link", ["probit", "cauchit", "cloglog"])
def test_under_other_links_of_probabilities(link):
    x = np.arange(10.0)[:, None]
    loss = ("bce_with_logits", {"link": link})
    assert fit(x, x[:, 0] > 4.5, loss=loss)["fault"]["kind"] == "separated"
    assert "fault" not in fit(x, np.arange(10) % 3 == 0, loss=loss)
