import numpy as np
import pytest

from nnfit.core import Choice, NNFitError, cross_validate, fit, fit_parquet, predict, tune
from nnfit.core.data.class_weights import balanced_by, by_class, weighed
from nnfit.core.data.given import read
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


def test_a_share_held_out_does_not_move_the_balance(two):
    """Classes count alike among the rows that are trained on, as in a fit to these alone."""
    x, y = two
    weights = np.where(np.arange(90) % 4 == 0, 0.0, np.arange(90) % 3 + 1.0)
    options = {**OPTIONS, "class_weights": "balanced", "dtype": "float64", "metrics": "accuracy"}
    for validation in (np.arange(50, 90), 0.4):
        made = fit(x, y, weights=weights, validation=validation, **options)
        held_out = np.isin(np.arange(90), made.validation_rows)
        alone = fit(x[~held_out], y[~held_out], weights=weights[~held_out], **options)
        assert made.options["class_weights"] == alone.options["class_weights"]
        np.testing.assert_allclose(predict(made, x), predict(alone, x), rtol=1e-6)
        numbers = dict(zip(made.options["levels"], made.options["class_weights"]))
        same = {**options, "class_weights": numbers}
        same = fit(x, y, weights=weights, validation=validation, **same)
        for name, values in same.history.items():
            np.testing.assert_allclose(made.history[name], values, rtol=1e-9)


@pytest.mark.parametrize("options", [OPTIONS, {"seed": 1}, {"hidden_units": 2, "seed": 1},
                                     {**OPTIONS, "members": 2}])  # fmt: skip
def test_each_fold_is_balanced_by_the_rows_it_trains_on(three, options):
    x, y = three
    weights, fold = np.arange(90) % 3 + 1.0, np.arange(90) % 2
    cv = cross_validate(x, y, weights=weights, folds=fold, class_weights="balanced",
                        metrics="accuracy", **options)  # fmt: skip
    for k in range(2):
        seen, out = fold != k, fold == k
        one = fit(x[seen], y[seen], weights=weights[seen], class_weights="balanced",
                  **{**options, "seed": cv["seeds"][k]})  # fmt: skip
        predicted = predict(one, x[out])
        np.testing.assert_allclose(cv["predicted"][out, :, 0], predicted, rtol=1e-3, atol=1e-5)
        position = np.unique(y, return_inverse=True)[1]
        each = by_class(one.options["class_weights"], position[out]) * weights[out]
        own = predicted[np.arange(out.sum()), position[out]]
        expected = -np.average(np.log(own), weights=each)
        assert cv["valid_loss"][k] == pytest.approx(expected, rel=1e-3)
        for part, rows in (("train", seen), ("valid", out)):
            right = predict(one, x[rows]).argmax(axis=1) == position[rows]
            expected = np.average(right, weights=weights[rows])
            assert cv["metrics"][f"{part}_accuracy"][k] == pytest.approx(expected)


def test_candidates_are_balanced_by_the_rows_they_train_on(two):
    x, y = two
    options = {"hidden_units": Choice([2], [3]), "method": "grid", "epochs": 20, "seed": 1,
               "validation": np.arange(60, 90)}  # fmt: skip
    found = tune(x, y, class_weights="balanced", **options)
    numbers = 60 / (2 * np.array([(y[:60] == "no").sum(), (y[:60] == "yes").sum()]))
    same = tune(x, y, class_weights=dict(zip(("no", "yes"), numbers)), **options)
    np.testing.assert_allclose(found["scores"], same["scores"], rtol=1e-6)
    assert found["fit"]["options"]["class_weights"] == list(numbers)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"a": 1, "b": 1}, "lacks `c`"),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, "has the unknown `d`"),
        ([1, 2, 3], "without the names"),
        ("even", "must be"),
        ({"a": -1, "b": 1, "c": 1}, "must be"),
        ({"a": 0, "b": 1, "c": 1}, "each above 0"),
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
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"x": x[:, 0], "y": y}), tmp_path / "a.parquet")
    with pytest.raises(NNFitError, match="in memory") as caught:
        fit_parquet(tmp_path / "a.parquet", "y", ["x"], class_weights="balanced")
    assert caught.value.argument == "class_weights"


def test_rows_keep_their_own_weights_and_are_balanced_by_some_of_them():
    y, own = np.array([0, 1, 1, 1]), np.array([1.0, 2.0, 4.0, 0.0])
    asked = Asked.of({"class_weights": "balanced", "levels": ["a", "b"]})
    table, settled = read(y[:, None].astype(float), y, own, asked)
    assert settled.balanced and settled.class_weights == [3.5, 7 / 12]
    np.testing.assert_array_equal(table.own, own)
    found, weights = balanced_by(table, np.array([0, 1]), 2)
    assert found == [1.5, 0.75]
    np.testing.assert_array_equal(weights, own * [1.5, 0.75, 0.75, 0.75])


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
