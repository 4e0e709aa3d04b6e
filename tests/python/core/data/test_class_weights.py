import numpy as np
import pytest

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict
from nnfit.core.data.class_weights import by_class, weighed, without
from nnfit.core.options.asked import Asked

OPTIONS = {"hidden_units": 4, "epochs": 30, "seed": 1}


@pytest.fixture
def three(rng):
    x = rng.standard_normal((90, 2))
    return x, np.array(list("abc"))[np.digitize(x[:, 0], [-0.2, 1.0])]


@pytest.fixture
def two(rng):
    x = rng.standard_normal((90, 2))
    return x, np.where(x[:, 0] + rng.standard_normal(90) > 1, "yes", "no")


def test_they_are_those_of_torchs_losses(three, two):
    """Against the weights that the losses themselves take, by which no column is scaled."""
    options = {**OPTIONS, "scale": False}
    numbers = {"a": 5.0, "b": 1.0, "c": 0.5}
    ours = fit(*three, class_weights=numbers, **options)
    torchs = fit(*three, loss=("cross_entropy", {"weight": numbers}), **options)
    np.testing.assert_allclose(ours.fitted, torchs.fitted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(ours.history["train_loss"], torchs.history["train_loss"], rtol=1e-5)
    assert ours.options["class_weights"] == [5.0, 1.0, 0.5]
    ours = fit(*two, class_weights={"yes": 3, "no": 1}, reduction="sum", **options)
    torchs = fit(*two, loss=("bce_with_logits", {"pos_weight": [3.0]}), reduction="sum", **options)
    np.testing.assert_allclose(ours.fitted, torchs.fitted, rtol=1e-4)


@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_they_multiply_the_weights_of_rows(three, engine):
    x, y = three
    weights = np.linspace(0.5, 2, 90)
    numbers = {"a": 5.0, "b": 1.0, "c": 0.5}
    each = np.array([numbers[label] for label in y])
    ours = fit(x, y, weights=weights, class_weights=numbers, engine=engine, **OPTIONS)
    rows = fit(x, y, weights=weights * each, engine=engine, **OPTIONS)
    np.testing.assert_array_equal(ours.fitted, rows.fitted)


def test_balanced_classes_count_the_same(two):
    """The numbers are scikit-learn's: n / (k n_j)."""
    x, y = two
    made = fit(x, y, class_weights="balanced")
    counts = np.array([(y == "no").sum(), (y == "yes").sum()])
    np.testing.assert_allclose(made.options["class_weights"], 90 / (2 * counts))
    each = by_class(made.options["class_weights"], (y == "yes").astype(int))
    assert np.average(made.fitted[:, 0], weights=each) == pytest.approx(0.5)  # the score is 0
    weights = np.where(y == "yes", 4.0, 1.0)
    sums = np.bincount((y == "yes").astype(int), weights)
    found = fit(x, y, weights=weights, class_weights="balanced").options["class_weights"]
    np.testing.assert_allclose(found, sums.sum() / (2 * sums))


def test_a_level_without_rows_counts_once():
    asked = Asked.of({"class_weights": "balanced"}).with_outcome(("a", "b", "c"))
    made, weights = weighed(asked, np.array([0, 0, 0, 2]), None)
    assert made.class_weights == [4 / 9, 1.0, 4 / 3]
    np.testing.assert_array_equal(weights, by_class(made.class_weights, np.array([0, 0, 0, 2])))


def test_rows_held_out_count_by_them_too(two):
    x, y = two
    numbers = {"yes": 5.0, "no": 1.0}
    made = fit(
        x[:60],
        y[:60],
        validation=(x[60:], y[60:]),
        class_weights=numbers,
        **OPTIONS,
        stop_iter=1000,
    )
    p = predict(made, x[60:])[:, 0]
    own = np.where(y[60:] == "yes", p, 1 - p)
    each = np.where(y[60:] == "yes", 5.0, 1.0)
    expected = -(each * np.log(own)).sum() / each.sum()
    assert made.history["valid_loss"][made.best_epoch - 1] == pytest.approx(expected, rel=1e-4)


def test_untuned_networks_and_folds_take_them(two):
    x, y = two
    plain, heavy = (fit(x, y, hidden_units=4, seed=1, **more) for more in
                    ({}, {"class_weights": {"yes": 9, "no": 1}}))  # fmt: skip
    assert heavy.tuning is not None
    assert heavy.fitted.mean() > plain.fitted.mean() + 0.2
    made = cross_validate(x, y, folds=3, class_weights="balanced", **OPTIONS)
    assert len(made["options"]["class_weights"]) == 2


def test_a_class_may_count_nothing(three):
    x, y = three
    made = fit(x, y, class_weights={"a": 1, "b": 1, "c": 0}, **OPTIONS, learn_rate=0.1)
    assert made.fitted[:, 2].mean() < 0.2


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"a": 1, "b": 1}, "lacks `c`"),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, "has the unknown `d`"),
        ([1, 2, 3], "without the names"),
        ("even", "must be"),
        ({"a": -1, "b": 1, "c": 1}, "must be"),
        ({"a": 0, "b": 0, "c": 0}, "not all 0"),
        (3, "without the names"),
    ],
)
def test_refusals(three, value, says):
    with pytest.raises(NNFitError, match=says) as caught:
        fit(*three, class_weights=value, **OPTIONS)
    assert caught.value.argument == "class_weights"


def test_numbers_have_no_classes_and_files_have_none(three, tmp_path):
    x, y = three
    with pytest.raises(NNFitError, match="needs an outcome of classes"):
        fit(x, x[:, 0], class_weights="balanced")
    with pytest.raises(NNFitError, match="no row that counts"):
        fit(x, y, class_weights={"a": 1, "b": 0, "c": 0}, weights=(y != "a").astype(float))
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"x": x[:, 0], "y": y}), tmp_path / "a.parquet")
    with pytest.raises(NNFitError, match="in memory") as caught:
        fit_parquet(tmp_path / "a.parquet", "y", ["x"], class_weights="balanced")
    assert caught.value.argument == "class_weights"


def test_metrics_are_of_the_rows_own_weights():
    y = np.array([0, 1, 1, 2])
    assert without(None, y, None) is None
    assert without([2.0, 3.0, 1.0], y, np.array([2.0, 3.0, 3.0, 1.0])) is None
    own = np.array([1.0, 2.0, 4.0, 0.0])
    assert without([2.0, 3.0, 1.0], y, own * [2, 3, 3, 1]).tolist() == own.tolist()
    assert without([0.0, 3.0, 1.0], y, own * [0, 3, 3, 1]).tolist() == [0, 2, 4, 0]
    assert without(None, y, own) is own


def test_what_is_measured_in_training_has_no_weights_of_classes(three):
    x, y = three
    weights = np.arange(len(y)) % 3 + 1.0
    options = {**OPTIONS, "metrics": ["accuracy"], "class_weights": {"a": 9, "b": 1, "c": 1}}
    made = fit(x, y, weights=weights, validation=(x[:20], y[:20]), **options)
    before = fit(x, y, weights=weights, **{**options, "epochs": options["epochs"] - 1})
    right = np.asarray(predict(before, x)).argmax(axis=1) == np.unique(y, return_inverse=True)[1]
    assert made["history"]["train_accuracy"][-1] == pytest.approx(
        np.average(right, weights=weights)
    )
    assert made["history"]["valid_accuracy"][-1] == pytest.approx(right[:20].mean())
